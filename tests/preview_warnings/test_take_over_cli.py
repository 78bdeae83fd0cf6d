"""Taking over a live graph through the real CLI: the preview's report on the resource, and the report of `up`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.cli import main
from pulumi_exosphere.local import LocalStateManager
from tests.support.live import put
from tests.support.native_program import either_front
from tests.support.nodes import NODES
from tests.support.nodes import node as registered
from tests.support.pulumi_project import Project
from tests.support.wanted import node

Make = Callable[..., Project]

PROGRAM = """\
import pulumi_exosphere as exosphere

exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[
        {"node_name": "Extract", "identifier": "extract", "inputs": {"source": "bucket"}, "next_nodes": ["load"]},
        {"node_name": "Load", "identifier": "load", "inputs": {"rows": "${{ extract.outputs.rows }}"}},
    ],
    secrets={"warehouse_password": "canary-secret"},
    retry_policy={"max_retries": 5},
    store_config={"default_values": {"batch": "100"}},
    triggers=[],
    adopt=True,
)
"""
LIVE = template.normalise(
    {
        "name": "report",
        "namespace": "analytics",
        "nodes": {
            "extract": node("Extract", "audit", "load", source="canary-hotfix"),
            "audit": node("Ping"),
            "load": node("Load", rows="${{ extract.outputs.rows }}"),
        },
        "secrets": {"warehouse_password": "canary-live"},
        "retry_policy": {"max_retries": 9},
        "store_config": {"default_values": {"batch": "canary-batch"}},
        "triggers": {"0 9 * * *": {"type": "CRON"}},
    }
)
CHANGES = (
    'Overwritten: "nodes.extract.inputs.source", "nodes.extract.next_nodes", "retry_policy.max_retries", '
    '"store_config.default_values.batch". '
    'Removed: "nodes.audit", "triggers.0 9 * * *"'
)


@either_front
def test_what_is_overwritten(
    project: Make, state_manager: LocalStateManager, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The preview lists it on the resource, `review` shows it and can fail on it, and `up` reports what it replaced."""
    put(state_manager, "analytics", "report", template.to_body(LIVE))
    stack = project(PROGRAM)
    preview = stack.preview().check()
    said = [text for severity, urn, text in preview.diagnostics if severity == "warning" and "::report" in urn]
    (warning,) = [text for text in said if "taken over" in text]
    assert warning.startswith(f"graph 'report' in namespace 'analytics' exists already and is taken over. {CHANGES}")
    assert "canary" not in preview.output

    document = tmp_path / "preview.json"
    document.write_text(stack.pulumi("preview", "--stack", "test", "--json").check().output)
    assert main(["review", str(document), "--fail-on", "overwrite"]) == 3
    comment = capsys.readouterr()
    assert "Taken over: `analytics/report`" in comment.out
    assert "`nodes.extract.inputs.source` is overwritten" in comment.out
    assert "schedule `0 9 * * *` is removed" in comment.out
    assert "--fail-on overwrite: " in comment.err

    stack.config_set("exosphere:registryCheck", "off")
    assert any("taken over" in text for _, urn, text in stack.preview().check().diagnostics if "::report" in urn)

    up = stack.up("--skip-preview").check()
    assert f"existed already and is taken over. {CHANGES}" in up.output
    assert "canary" not in up.output
    assert [text for _, urn, text in stack.preview().check().diagnostics if "::report" in urn] == []


def test_unchanged(project: Make, state_manager: LocalStateManager, tmp_path: Path) -> None:
    """The preview reports that the graph doesn't differ, without a warning, and nothing counts as overwritten."""
    stack = project(PROGRAM)
    stack.up("--skip-preview").check()
    again = project(PROGRAM.replace("adopt=True,", ""), name="again")
    ((severity, urn, text),) = again.preview().check().diagnostics
    assert severity.startswith("info")
    assert "::report" in urn
    assert "exists already and is taken over unchanged, except for its secrets" in text
    document = tmp_path / "preview.json"
    document.write_text(again.pulumi("preview", "--stack", "test", "--json").check().output)
    assert main(["review", str(document), "--fail-on", "overwrite", "--out", str(tmp_path / "comment.md")]) == 0
    assert "Taken over: `analytics/report`" in (tmp_path / "comment.md").read_text()


@pytest.mark.parametrize("project", ["native"], indirect=True)
def test_own_graph(project: Make, state_manager: LocalStateManager) -> None:
    """A graph that the stack has itself, under a resource that is replaced or renamed, isn't reported as another's."""
    stack = project(PROGRAM)
    stack.up("--skip-preview").check()
    (urn,) = (one["urn"] for one in stack.resources().values())
    replaced = stack.preview("--replace", urn).check()
    assert set(replaced.changes) == {"delete-replaced"}
    assert [text for _, of, text in replaced.diagnostics if of] == []
    stack.program = PROGRAM.replace('"report",', '"other",\n    name="report",')
    renamed = stack.preview().check()
    assert any("stays live: it is taken over from resource 'report'" in text for _, _, text in renamed.diagnostics)
    assert not any("exists already" in text for _, _, text in renamed.diagnostics)


def test_new_address(project: Make, state_manager: LocalStateManager, tmp_path: Path) -> None:
    """A graph that moves to a state manager which has one of its name: the preview lists what is overwritten there."""
    stack = project(PROGRAM)
    stack.up("--skip-preview").check()
    with LocalStateManager(api_key=state_manager.api_key) as other:
        other.register("analytics", NODES["analytics"])
        stack.env["EXOSPHERE_STATE_MANAGER_URI"] = other.uri
        moved = stack.preview().check()
        assert not any("taken over" in text for _, _, text in moved.diagnostics)
        put(other, "analytics", "report", template.to_body(LIVE))
        moved = stack.preview().check()
        (warning,) = [text for _, urn, text in moved.diagnostics if "::report" in urn and "taken over" in text]
        assert f"exists already and is taken over. {CHANGES}" in warning
        assert "at another address than this stack's graph so far, which stays live there" in warning
        assert "canary" not in moved.output
        document = tmp_path / "preview.json"
        document.write_text(stack.pulumi("preview", "--stack", "test", "--json").check().output)
        assert main(["review", str(document), "--fail-on", "overwrite"]) == 3
        up = stack.up("--skip-preview").check()
        assert len([text for _, _, text in up.diagnostics if "taken over" in text]) == 1


NAMESAKE = """\
import pulumi_exosphere as exosphere

exosphere.Graph("nightly", namespace="copy", nodes=[{"node_name": "Ping", "identifier": "ping"}],
                triggers=[{"expression": "0 3 * * *"}])
"""


def test_live_namesake(project: Make, state_manager: LocalStateManager) -> None:
    """A live graph of the same name in another namespace would lose its schedule: a warning says so, unless off."""
    for namespace in ("production", "copy"):
        state_manager.register(namespace, [registered("Ping")])
    body = template.to_body(
        template.normalise(
            {
                "name": "nightly",
                "namespace": "production",
                "nodes": {"ping": node("Ping")},
                "triggers": {"0 3 * * *": {}},
            }
        )
    )
    put(state_manager, "production", "nightly", body)
    stack = project(NAMESAKE)
    (warning,) = [text for severity, urn, text in stack.preview().check().diagnostics if "::nightly" in urn]
    assert "has the name and the schedule ('0 3 * * *') of the live graph in namespace 'production'" in warning
    stack.config_set("exosphere:schedules", "off")
    assert [text for _, urn, text in stack.preview().check().diagnostics if "::nightly" in urn] == []


ATTACHED = """
import pulumi_exosphere as exosphere

exosphere.CronTrigger("mine", graph="copy/nightly", expression="0 3 * * *")
exosphere.CronTrigger("other", graph="copy/nightly", expression="0 4 * * *")
"""


def test_live_namesake_of_an_attached_schedule(project: Make, state_manager: LocalStateManager) -> None:
    """A schedule of a graph given by id deletes a namesake's schedule too, and its warning appears under it."""
    state_manager.register("production", [registered("Ping")])
    state_manager.register("copy", [registered("Ping")])
    live: dict[str, dict[str, Any]] = {"production": {"0 3 * * *": {}}, "copy": {}}
    for namespace, triggers in live.items():
        graph = {"name": "nightly", "namespace": namespace, "nodes": {"ping": node("Ping")}, "triggers": triggers}
        put(state_manager, namespace, "nightly", template.to_body(template.normalise(graph)))
    stack = project(ATTACHED)
    warned = [(urn, text) for _, urn, text in stack.preview().check().diagnostics if "CronTrigger" in urn]
    ((urn, warning),) = warned
    assert urn.endswith("::mine")
    assert "has the name and the schedule ('0 3 * * *') of the live graph in namespace 'production'" in warning
    stack.config_set("exosphere:schedules", "off")
    assert [text for _, urn, text in stack.preview().check().diagnostics if "::mine" in urn] == []
