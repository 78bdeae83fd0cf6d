"""An update that is certain to fail fails at preview, with the solution, and with nothing sent."""

from __future__ import annotations

from collections.abc import Callable

from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support.native_program import either_front
from tests.support.pulumi_project import Project
from tests.support.wanted import report

Make = Callable[..., Project]

PROGRAM = """\
import pulumi_exosphere as exosphere

exosphere.Graph(
    "daily-report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(node_name="Extract", identifier="extract", inputs={"source": "lake"},
                                next_nodes=["load"]),
        exosphere.GraphNodeArgs(node_name="Load", identifier="load", inputs={"rows": "${{ extract.outputs.rows }}"}),
    ],
    secrets={"warehouse_password": "canary-secret"},
)
"""
PROBLEM = ":Graph resource 'daily-report' has a problem: "
GRAPH = "graph 'daily-report' in namespace 'analytics'"

EXPECTED = [
    (
        f"{GRAPH} exists already and differs from this program in nodes.extract.inputs.source, secrets.slack_token. "
        "To take it over, and replace what differs, set adopt=True on the resource (or `pulumi config set "
        "exosphere:adopt true`); if this resource was renamed, give it aliases; otherwise choose another name"
    ),
    (
        f"{GRAPH} has live secrets that neither this program nor its state knows: slack_token. An upsert would "
        "drop them, and their values can't be read back. Declare them in `secrets`, or give the graph another name"
    ),
    (
        f"{GRAPH}, namespace: 'analytics' isn't among exosphere:allowedNamespaces ('shared'); choose one of them, "
        "or add it there"
    ),
]
"""A graph that exists and differs; with `adopt`, one whose secret would be lost; one in a forbidden namespace."""


@either_front
def test_what_is_live_already(project: Make, state_manager: LocalStateManager) -> None:
    """A preview rejects a graph that exists and differs, one that would lose a secret, and a forbidden namespace."""
    live = report(secrets={"warehouse_password": "canary-live", "slack_token": "canary-live"})
    body = {
        "nodes": [{"identifier": name, "namespace": "analytics", **node} for name, node in live["nodes"].items()],
        "secrets": live["secrets"],
    }
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        client.put_graph("analytics", "daily-report", body)

    stack = project(PROGRAM)
    said = [_problem(stack)]
    stack.program = PROGRAM.replace("    secrets", "    adopt=True,\n    secrets")
    said.append(_problem(stack))
    stack.config_set("exosphere:allowedNamespaces", '["shared"]')
    said.append(_problem(stack))
    assert said == EXPECTED
    assert sum(request.method == "PUT" for request in state_manager.requests) == 1


def _problem(stack: Project) -> str:
    """Return the one error of a preview that is about the graph."""
    preview = stack.preview().refused()
    assert "canary" not in preview.output
    assert "Traceback" not in preview.output
    (text,) = [text for severity, _, text in preview.diagnostics if severity == "error" and GRAPH in text]
    return text.rpartition(PROBLEM)[2].strip()
