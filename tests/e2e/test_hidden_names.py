r"""Names that begin with two underscores through the real CLI, which hides such keys: here they are ``\__name``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere.cli import main
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support.nodes import node as registered
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

PROGRAM = """\
import pulumi
import pulumi_exosphere as exosphere

graph = exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[
        {"node_name": "Typed", "identifier": "__start__",
         "inputs": {"__typename": "one", "__token": pulumi.Output.secret("canary-input")},
         "next_nodes": ["__provider"]},
        {"node_name": "Ping", "identifier": "__provider"},
    ],
    secrets={"__Host-cookie": "canary-secret"},
)
exosphere.StoreConfig("store", graph=graph, default_values={"__cursor": "0"})
pulumi.export("names", graph.nodes.apply(lambda nodes: ",".join(sorted(nodes))))
"""
NAMES = ("__start__", "__typename", "__token", "__provider", "__Host-cookie", "__cursor")


@pytest.fixture
def stack(project: Make, state_manager: LocalStateManager) -> Project:
    """Return the program, whose graph is deployed; its nodes are registered."""
    typed = registered("Typed", inputs=("__typename", "__token"))
    state_manager.register("analytics", [registered("Ping"), typed])
    made = project(PROGRAM)
    made.up("--skip-preview").check()
    return made


def in_old_form(stack: Project, *parts: str) -> None:
    """Give the named parts of the graph's state, ``inputs`` or ``outputs``, the form that they had before."""
    state = stack.export()
    for resource in state["deployment"]["resources"]:
        for part in parts:
            text = json.dumps(resource.get(part, {}))
            resource[part] = json.loads(text.replace(r'"\\__', '"__'))
    file = stack.folder / "state.json"
    file.write_text(json.dumps(state))
    stack.pulumi("stack", "import", "--stack", "test", "--file", str(file)).check()
    file.unlink()


def test_changes_are_visible(stack: Project, state_manager: LocalStateManager, tmp_path: Path) -> None:
    """The request has the names, the program reads them, and each change is a line of the preview."""
    document = state_manager.graph("analytics", "report")
    assert document is not None
    assert {node["identifier"] for node in document["nodes"]} == {"__start__", "__provider"}
    assert document["secrets"] == ["__Host-cookie"]
    assert document["store_config"]["default_values"] == {"__cursor": "0"}
    assert stack.outputs()["names"] == "__provider,__start__"
    assert stack.preview("--expect-no-changes").check().changes == {}

    changed = PROGRAM.replace('"one"', '"two"').replace('"0"', '"1"').replace("canary-secret", "canary-rotated")
    stack.program = changed
    preview = stack.preview("--diff").check()
    lines = [line.strip() for line in preview.output.splitlines()]
    assert any(line.startswith("~") and r"\__start__" in line for line in lines)
    assert any(r"\__typename" in line and '"one" => "two"' in line for line in lines)
    assert any(r"\__cursor" in line and '"0" => "1"' in line for line in lines)
    assert any(r"\__Host-cookie" in line for line in lines)
    assert "canary" not in preview.output

    file = tmp_path / "preview.json"
    file.write_text(stack.pulumi("preview", "--stack", "test", "--json").check().output)
    assert main(["review", str(file), "--out", str(tmp_path / "comment.md")]) == 0
    comment = (tmp_path / "comment.md").read_text("utf-8")
    assert "`__start__`: input `__typename` is now" in comment
    assert "\\__start__`" not in comment
    assert "canary" not in comment
    stack.up("--skip-preview").check()
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert not stack.holding("canary")


def test_drift_is_visible(stack: Project, state_manager: LocalStateManager) -> None:
    """A refresh shows such a change, and an update undoes it; `ignore_changes` means names."""
    stack.program = PROGRAM.replace(
        "    secrets=",
        '    opts=pulumi.ResourceOptions(ignore_changes=["nodes.__start__.inputs.__typename"]),\n    secrets=',
    )
    stack.program = str(stack.program).replace('"one"', '"ignored"')
    assert stack.up("--skip-preview").check().changes == {}
    stack.program = PROGRAM

    change(state_manager)
    refreshed = stack.refresh("--diff").check()
    assert r"\__typename" in refreshed.output
    assert "elsewhere" in refreshed.output
    assert not stack.holding("canary")
    assert stack.up("--skip-preview").check().changes == {"update": 1}
    assert stack.refresh().check().changes == {}


def change(state_manager: LocalStateManager) -> None:
    """Change the live input as another writer would."""
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        (graph,) = client.list_graphs("analytics").graphs.values()
        body = {key: graph.document()[key] for key in ("nodes", "retry_policy", "store_config", "triggers")}
        for node in body["nodes"]:
            node["inputs"] = {k: "elsewhere" if k == "__typename" else v for k, v in node["inputs"].items()}
        client.put_graph("analytics", "report", {**body, "secrets": {"__Host-cookie": "canary-secret"}})
    state_manager.settle()


def test_state_from_before(stack: Project, state_manager: LocalStateManager) -> None:
    """State in which the names are keys is accepted without a diff, and no secret in it is ever shown."""
    in_old_form(stack, "inputs", "outputs")
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert stack.refresh().check().changes == {}
    assert stack.up("--skip-preview").check().changes == {}

    in_old_form(stack, "outputs")  # If nothing changed, Pulumi stores the new inputs beside the old outputs.
    change(state_manager)
    assert stack.refresh().check().changes == {"update": 1}
    assert not stack.holding("canary")
    assert stack.up("--skip-preview").check().changes == {"update": 1}
    assert set(stack.resources()["report"]["outputs"]["nodes"]) == {r"\__start__", r"\__provider"}
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert not stack.holding("canary")
