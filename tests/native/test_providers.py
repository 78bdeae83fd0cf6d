"""Programs with providers of their own through the real CLI: each is a process that knows nothing of the others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from tests.support.live import put
from tests.support.pulumi_project import STACK, Project
from tests.support.wanted import node
from tests.support.yaml_program import needs_yaml, yaml_program

Make = Callable[..., Project]

pytestmark = needs_yaml

SERVER = """\
  server:
    type: pulumi:providers:exosphere
    properties: {{stateManagerUri: "{uri}", apiKey: {key}}}
"""
GRAPH = "type: exosphere:Graph, properties: {name: report, namespace: analytics, nodes: {ping: {node_name: Ping}}}"
PIECES = {
    "retry": "type: exosphere:RetryPolicy, properties: {graph: analytics/theirs, max_retries: 7}",
    "store": "type: exosphere:StoreConfig, properties: {graph: analytics/theirs, default_values: {day: monday}}",
    "daily": 'type: exosphere:CronTrigger, properties: {graph: analytics/theirs, expression: "0 9 * * *"}',
}


def program(resources: dict[str, str], state_manager: LocalStateManager, option: str = "") -> str:
    """Return a program with these resources, and an explicit provider of the same state manager."""
    server = SERVER.format(uri=state_manager.uri, key=state_manager.api_key)
    lines = (f"  {name}: {{{given}, options: {{{option}}}}}\n" for name, given in resources.items())
    return yaml_program(f"resources:\n{server}{''.join(lines)}")


def live(state_manager: LocalStateManager, name: str) -> dict[str, Any]:
    """Return the stored document."""
    stored = state_manager.graph("analytics", name)
    assert stored is not None
    return stored


def test_renamed_under_another_provider(project: Make, state_manager: LocalStateManager) -> None:
    """The old provider would retire what the new one takes over: the preview fails, and names the alias that works."""
    stack = project(program({"old": GRAPH}, state_manager))
    stack.up("--skip-preview").check()
    other = "provider: '${server}'"
    renamed = program({"new": GRAPH}, state_manager, other)
    alias = "urn:pulumi:test::test-project::exosphere:index:Graph::old"
    for stack.program in (renamed.replace(state_manager.api_key, "wrong"), renamed):
        said = re.sub(r"\s+", " ", stack.preview().refused().output)
        assert (
            "belongs to resource 'old' of this stack, which has another provider (default; this one has server" in said
        )
        assert f"If 'old' was renamed to this resource, add aliases=[\"{alias}\"] here" in said
        assert "otherwise Pulumi creates this resource and then deletes 'old', which retires the graph" in said
        assert "stays live" not in said
    stack.up("--skip-preview").refused()
    assert live(state_manager, "report")["nodes"][0]["node_name"] == "Ping"
    state_manager.clear_requests()
    stack.program = program({"new": GRAPH}, state_manager, f'{other}, aliases: ["{alias}"]')
    assert stack.up("--skip-preview").check().changes == {}
    assert not any(request.method == "PUT" for request in state_manager.requests)


@pytest.mark.parametrize("kind", list(PIECES))
def test_piece_renamed_under_another_provider(kind: str, project: Make, state_manager: LocalStateManager) -> None:
    """The same for a piece of a graph given by id; under one provider a renamed piece stays live."""
    graph = template.normalise({"name": "theirs", "namespace": "analytics", "nodes": {"ping": node("Ping")}})
    put(state_manager, "analytics", "theirs", template.to_body(graph))
    stack = project(program({"old": PIECES[kind]}, state_manager))
    stack.up("--skip-preview").check()
    made = live(state_manager, "theirs")
    stack.program = program({"new": PIECES[kind]}, state_manager)
    assert stack.up("--skip-preview").check().changes == {"create": 1, "delete": 1}
    moved = program({"newer": PIECES[kind]}, state_manager, "provider: '${server}'")
    stack.program = moved.replace(state_manager.api_key, "wrong")
    assert "which has another provider" in re.sub(r"\s+", " ", stack.preview().refused().output)
    stack.program = moved
    said = re.sub(r"\s+", " ", stack.preview().refused().output)
    assert "belongs to resource 'new' of this stack, which has another provider (default; this one has server" in said
    assert "then deletes 'new', which removes what this resource sets" in said
    stack.up("--skip-preview").refused()
    assert live(state_manager, "theirs") == made


def test_renamed_provider(project: Make, state_manager: LocalStateManager) -> None:
    """A provider that gets another name by an alias is still the one that has the graph; a replaced one isn't."""
    of_server = "provider: '${server}'"
    stack = project(program({"old": GRAPH}, state_manager, of_server))
    stack.up("--skip-preview").check()
    urn = "urn:pulumi:test::test-project::pulumi:providers:exosphere::server"
    stack.program = (
        program({"new": GRAPH}, state_manager, "provider: '${second}'")
        .replace("  server:\n", "  second:\n")
        .replace(
            "    properties: {stateManagerUri",
            f'    options: {{aliases: ["{urn}"]}}\n    properties: {{stateManagerUri',
        )
    )
    assert stack.up("--skip-preview").check().changes == {"create": 1, "delete": 1}
    assert live(state_manager, "report")["nodes"][0]["node_name"] == "Ping"
    stack.program = str(stack.program).replace("  new:", "  newer:")
    stack.up("--skip-preview", "--replace", urn.replace("::server", "::second")).refused()
    assert live(state_manager, "report")["nodes"][0]["node_name"] == "Ping"


def test_retained_under_another_provider(project: Make, state_manager: LocalStateManager) -> None:
    """What Pulumi only forgets retires nothing."""
    stack = project(program({"old": GRAPH}, state_manager, "retainOnDelete: true"))
    stack.up("--skip-preview").check()
    stack.program = program({"new": GRAPH}, state_manager, "provider: '${server}'")
    stack.up("--skip-preview").check()
    assert live(state_manager, "report")["nodes"][0]["node_name"] == "Ping"


def test_delete_that_is_left_under_another_provider(project: Make, state_manager: LocalStateManager) -> None:
    """An interrupted run may have left a delete, which the other provider carries out: an alias wouldn't help."""
    stack = project(program({"old": GRAPH}, state_manager))
    stack.up("--skip-preview").check()
    state = stack.export(show_secrets=True)
    for one in state["deployment"]["resources"]:
        if one["type"] == "exosphere:index:Graph":
            one["delete"] = True
    stack.write("state.json", json.dumps(state))
    stack.pulumi("stack", "import", "--file", "state.json", "--stack", STACK).check()
    stack.program = program({"new": GRAPH}, state_manager, "provider: '${server}'")
    said = re.sub(r"\s+", " ", stack.preview().refused().output)
    assert "is still to be deleted, which retires the graph. Run `pulumi up` first without this change" in said
    stack.up("--skip-preview").refused()
    assert live(state_manager, "report")["nodes"][0]["node_name"] == "Ping"


def test_replaced_by_another_provider(project: Make, state_manager: LocalStateManager) -> None:
    """A resource that gets another provider may not be replaced in the same run; otherwise it is unchanged."""
    stack = project(program({"old": GRAPH}, state_manager, "provider: '${server}'"))
    stack.up("--skip-preview").check()
    stack.program = program({"old": GRAPH}, state_manager)
    said = stack.up(
        "--skip-preview", "--replace", "urn:pulumi:test::test-project::exosphere:index:Graph::old"
    ).refused()
    assert "Replace it in a run of its own" in re.sub(r"\s+", " ", said.output)
    assert live(state_manager, "report")["nodes"][0]["node_name"] == "Ping"
    assert stack.up("--skip-preview").check().changes == {}


def test_piece_that_a_graph_of_another_provider_gives(project: Make, state_manager: LocalStateManager) -> None:
    """The attachment's delete would reset what the graph gives, since its process doesn't know the graph."""
    graph = template.normalise({"name": "theirs", "namespace": "analytics", "nodes": {"ping": node("Ping")}})
    put(state_manager, "analytics", "theirs", template.to_body(graph))
    stack = project(program({"old": PIECES["retry"]}, state_manager))
    stack.up("--skip-preview").check()
    inline = GRAPH.replace("name: report", "name: theirs").replace("}}}", "}}, retry_policy: {max_retries: 7}}")
    stack.program = program({"graph": inline}, state_manager, "provider: '${server}'")
    said = re.sub(r"\s+", " ", stack.preview().refused().output)
    assert "first only remove 'old', then give here what it had" in said
    stack.program = program({"graph": inline}, state_manager)
    stack.up("--skip-preview").check()
    assert live(state_manager, "theirs")["retry_policy"]["max_retries"] == 7


def test_state_that_cannot_be_read(project: Make, state_manager: LocalStateManager) -> None:
    """Without the CLI's answer, the preview doesn't promise that the graph stays live."""
    stack = project(program({"old": GRAPH}, state_manager))
    stack.up("--skip-preview").check()
    stack.break_export()
    stack.program = program({"new": GRAPH}, state_manager, "provider: '${server}'")
    said = re.sub(r"\s+", " ", stack.preview().check().output)
    assert "the stack's state can't be read" in said
    assert "but only if both have one provider" in said
