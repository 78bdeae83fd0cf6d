"""`exosphere:registryCheck` through the real CLI: where its warnings appear, and how a preview ends."""

from __future__ import annotations

from collections.abc import Callable

from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

PROGRAM = """\
import pulumi_exosphere as exosphere

exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(node_name="Extract", identifier="extract", inputs={{"source": "bucket"}},
                                next_nodes=["load"]),
        exosphere.GraphNodeArgs(node_name="{load}", identifier="load",
                                inputs={{"rows": "${{{{ extract.outputs.rows }}}}"}}),
    ],
    secrets={{"warehouse_password": "canary-secret"}},
)
exosphere.Graph("fine", namespace="analytics", nodes=[{{"node_name": "Ping", "identifier": "ping"}}])
"""
GRAPH = "graph 'report' in namespace 'analytics'"


def listings(state_manager: LocalStateManager) -> list[str]:
    """Return the paths of the requests."""
    return sorted(request.path for request in state_manager.requests)


def test_warnings(project: Make, state_manager: LocalStateManager) -> None:
    """A preview's warnings appear under their resource, `error` makes them errors, `off` leaves the nodes out."""
    stack = project(PROGRAM.format(load="Laod"))
    preview = stack.preview().check()
    (warning,) = [text for severity, urn, text in preview.diagnostics if severity == "warning" and "::report" in urn]
    assert warning.startswith(f"{GRAPH}, node 'load': node 'Laod' in namespace 'analytics' isn't registered")
    assert "(did you mean 'Load'?)" in warning
    assert "canary" not in preview.output
    assert [text for _, urn, text in preview.diagnostics if "::report" not in urn] == []

    stack.config_set("exosphere:registryCheck", "error")
    refused = stack.preview().refused()
    assert [urn for severity, urn, text in refused.diagnostics if severity == "error" and "Laod" in text]
    assert "registryCheck is 'error'" in refused.output
    assert "Traceback" not in refused.output

    stack.config_set("exosphere:registryCheck", "off")
    state_manager.clear_requests()
    assert stack.preview().check().diagnostics == []
    # Once for `check`, and once for the program, which says what a new resource takes over.
    assert listings(state_manager) == ["/v0/namespace/analytics/graphs/"] * 2


def test_unchanged(project: Make, state_manager: LocalStateManager) -> None:
    """Unchanged graphs cause no request, and a changed one costs one line if no server can be reached."""
    stack = project(PROGRAM.format(load="Load"))
    stack.up("--skip-preview").check()
    state_manager.clear_requests()
    assert stack.preview().check().diagnostics == []
    assert listings(state_manager) == []

    stack.program = PROGRAM.format(load="Load").replace("bucket", "lake").replace("Ping", "Pong")
    stack.env["EXOSPHERE_STATE_MANAGER_URI"] = "http://127.0.0.1:1"
    stack.env["EXOSPHERE_API_KEY"] = ""
    preview = stack.preview().check()
    (line,) = [text for severity, _, text in preview.diagnostics if severity.startswith("info")]
    assert line == "exosphere: registered nodes and live graphs were not checked: no API key is configured\n"
