"""The problems of all graphs of a program are reported at once, since the engine would stop at the first one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import pulumi_exosphere as exosphere
from pulumi_exosphere.folding.registration import ProgramFailed
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support.pulumi_project import Project
from tests.support.running import attempt, graph, run

LOST = [{"node_name": "A", "identifier": "a", "next_nodes": ["nobody"]}]

PROGRAM = """\
import pulumi
import pulumi_exosphere as exosphere

exosphere.Graph("one", namespace="ns", nodes=[{"node_name": "A", "identifier": "a", "next_nodes": ["nobody"]}])
exosphere.Graph("two", namespace="ns", nodes=[
    {"node_name": "A", "identifier": "a", "next_nodes": ["b"]},
    {"node_name": "B", "identifier": "b", "next_nodes": ["b"], "inputs": {"x": None, "y": "canary ${{"}},
], secrets={"token": None})
exosphere.CronTrigger("soon", graph=exosphere.Graph("three", namespace="ns", nodes=[]), expression="soon")
exosphere.Graph("fine", namespace="ns", nodes=[{"node_name": "A", "identifier": "a"}])
"""


def test_all_graphs_at_once(project: Callable[..., Project]) -> None:
    """Each problem of each graph is one error, including None values and attached schedules."""
    preview = project(PROGRAM).preview().refused()
    errors = [text for severity, _, text in preview.diagnostics if severity == "error"]
    assert {text.partition(": ")[0] for text in errors if text.startswith("graph '")} == {
        "graph 'one' in namespace 'ns', nodes.a.next_nodes",
        "graph 'two' in namespace 'ns', nodes.b.inputs.x",
        "graph 'two' in namespace 'ns', nodes.b.inputs.y",
        "graph 'two' in namespace 'ns', nodes.b.next_nodes",
        "graph 'two' in namespace 'ns', secrets.token",
        "graph 'three' in namespace 'ns', nodes",
        "graph 'three' in namespace 'ns', triggers.soon",
    }
    assert "7 problems in 3 resources, listed above" in preview.output
    assert "Traceback" not in preview.output
    assert "canary" not in preview.output


KINDS = """\
import pulumi
import pulumi_exosphere as exosphere

later = pulumi.Output.from_input("canary")
A = {"node_name": "A", "identifier": "a"}

shapes = exosphere.Graph("shapes", namespace="ns", secrets=["canary"], triggers=["@daily"], nodes=[
    {"node_name": "A", "identifier": "a", "next_node": ["b"], "inputs": {"x": object(), "y": "canary ${{"}},
    {"node_name": "B", "identifier": later, "inputs": {"x": 3}},
], retry_policy={"strategy": "LINAER", "max_retry": 3})
pulumi.export("upper", shapes.name.apply(str.upper))
exosphere.StoreConfig("store", graph=shapes, required_keys="cursor")
exosphere.CronTrigger("daily", pulumi.ResourceOptions(retain_on_delete=True), graph=shapes, expression="@daily")
exosphere.Graph("named", namespace=later, nodes=[A, A])
exosphere.Graph("elsewhere", namespace="ns2", nodes=[A], adopt="yes", validation_timeout=-1,
                connection={"uri": "ftp://canary", "api_key": ""})
exosphere.Graph("store", namespace="ns", nodes=[{**A, "inputs": {"x": "${{ store.cursor }}"}}])
exosphere.Graph("again", name="store", namespace="ns", nodes=[A])
exosphere.RetryPolicy("policy", graph="ns/other", max_retries=-1, strategy=object())
exosphere.CronTrigger("soon", graph="ns2/other", expression="soon")
exosphere.StoreConfig("nowhere", graph="other", default_values={later: "canary"})
exosphere.Graph.get("read", "read")
exosphere.Graph("options", pulumi.ResourceOptions(replace_on_changes=["nodes"]), namespace="ns", nodes=[A])
exosphere.Graph("fine", namespace="ns", nodes=[A])
"""

KINDS_REPORTED = [
    "graph 'shapes' in namespace 'ns', secrets: must be a dict",
    "graph 'shapes' in namespace 'ns', triggers[0]: must be CronTriggerArgs",
    "graph 'shapes' in namespace 'ns', nodes[0]: has no field 'next_node' (did you mean 'next_nodes'?)",
    "graph 'shapes' in namespace 'ns', nodes.a.inputs.x: can't be of type object",
    "graph 'shapes' in namespace 'ns', nodes.a.inputs.y: ",
    "graph 'shapes' in namespace 'ns', nodes[1].identifier: is an output",
    "graph 'shapes' in namespace 'ns', nodes.[1].inputs.x: is a number, but inputs are strings",
    "graph 'shapes' in namespace 'ns', retry_policy: has no field 'max_retry' (did you mean 'max_retries'?)",
    "graph 'shapes' in namespace 'ns', retry_policy.strategy: isn't a retry strategy",
    "StoreConfig 'store', required_keys: must be a plain list",
    "CronTrigger 'daily': `retain_on_delete` can't be honoured",
    "Graph 'named', namespace: is an output",
    "Graph 'named', nodes.a: two nodes have the identifier",
    "graph 'elsewhere' in namespace 'ns2', namespace: 'ns2' isn't among exosphere:allowedNamespaces",
    "graph 'elsewhere' in namespace 'ns2', adopt: must be True or False",
    "graph 'elsewhere' in namespace 'ns2', validation_timeout: must be a number",
    "graph 'elsewhere' in namespace 'ns2', connection.api_key: is empty",
    "graph 'elsewhere' in namespace 'ns2', connection.uri",
    "graph 'store' in namespace 'ns', nodes.a.inputs.x: refers to the store key 'cursor', which isn't declared",
    "Graph 'again' and Graph 'store' are both ns/store",
    "RetryPolicy 'policy', strategy: can't be of type object",
    "RetryPolicy 'policy': graph 'other' in namespace 'ns', max_retries: is less than 0",
    "CronTrigger 'soon': graph 'other' in namespace 'ns2', expression: isn't a cron expression",
    "CronTrigger 'soon': graph 'other' in namespace 'ns2', namespace: 'ns2' isn't among",
    "StoreConfig 'nowhere', graph: 'other' isn't the id of a graph",
    "StoreConfig 'nowhere', a name in default_values: is an output",
    "Graph 'read', id: 'read' isn't the id of a graph",
    "graph 'options' in namespace 'ns', the option `replace_on_changes`",
    "exosphere:requestTimeout must be a number",
]


def test_all_kinds_at_once(project: Callable[..., Project]) -> None:
    """Wrong shapes, options, duplicates, arguments and settings are reported with the rest, each with its line."""
    stack = project(KINDS)
    stack.config_set("exosphere:allowedNamespaces", '["ns"]')
    stack.config_set("exosphere:requestTimeout", "soon")
    preview = stack.preview().refused()
    errors = [text for severity, _, text in preview.diagnostics if severity == "error"]
    missing = [text for text in KINDS_REPORTED if not any(error.startswith(text) for error in errors)]
    assert missing == []
    assert f"{len(KINDS_REPORTED)} problems in 13 resources, listed above: correct them" in preview.output
    places = {error.rpartition(" (")[2] for error in errors if error.startswith("graph 'shapes'")}
    assert {place.strip() for place in places} == {"__main__.py:7)"}
    assert "Traceback" not in preview.output
    assert "canary" not in preview.output


STORES = """\
import pulumi_exosphere as exosphere

for name in ("one", "two", "three"):
    inputs = {"source": "${{ store.cursor }}"}
    exosphere.Graph(name, namespace="analytics", nodes=[{"node_name": "Load", "identifier": "a", "inputs": inputs}])
"""


def test_undeclared_store_keys(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """A graph whose store nobody gives keeps the live one, so that one decides; without a server, `check` does."""
    body = {"nodes": [{"node_name": "Ping", "namespace": "analytics", "identifier": "a", "inputs": {}}], "secrets": {}}
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        client.put_graph("analytics", "three", {**body, "store_config": {"required_keys": ["cursor"]}})
        client.put_graph("analytics", "two", {**body, "store_config": {"required_keys": ["other"]}})
    stack = project(STORES)
    reported = {
        f"graph '{name}' in namespace 'analytics', nodes.a.inputs.source: refers to the store key 'cursor'"
        for name in ("one", "two")
    }
    assert {error.partition(", which")[0] for error in errors_of(stack) if error.startswith("graph")} == reported
    stack.env["EXOSPHERE_STATE_MANAGER_URI"] = "http://127.0.0.1:9"
    errors = errors_of(stack)
    assert any("graph 'one'" in error or "graph 'two'" in error or "graph 'three'" in error for error in errors)
    assert not any("listed above" in error for error in errors)
    stack.program = STORES + 'exosphere.Graph("four", namespace="analytics", nodes=[])\n'
    stack.program += 'exosphere.Graph("five", namespace="analytics", nodes=3)\n'
    errors = [error for error in errors_of(stack) if "Disregard this" in error]
    assert {error.partition(", ")[0] for error in errors} == {
        f"graph '{name}' in namespace 'analytics'" for name in ("one", "two", "three")
    }


def errors_of(stack: Project) -> list[str]:
    """Return the errors of a preview that fails."""
    return [text for severity, _, text in stack.preview().refused().diagnostics if severity == "error"]


def test_ignored_changes_are_left_to_check() -> None:
    """`check` gets what state has there, not what the program has."""
    ignoring = pulumi.ResourceOptions(ignore_changes=["nodes"])
    assert run(lambda: [graph(name, ignoring, nodes=LOST) for name in "gh"], preview=True).by_name.keys() == {"g", "h"}


def test_lines_after_a_faulty_resource() -> None:
    """They run: its outputs aren't known, and nothing that depends on them is registered, nor are its attachments."""
    lines: list[str] = []

    def program() -> None:
        made = graph("g", nodes=[{"node_name": "A", "identifier": 3}])
        made.name.apply(lines.append)
        exosphere.CronTrigger("daily", graph=made, expression="@daily")
        graph("h", secrets={"x": made.updated_at})
        exosphere.StoreConfig("by id", graph="ns/x", default_values=[])  # type: ignore[arg-type]
        lines.append("last")

    done = attempt(program, preview=True)
    assert lines == ["last"]
    assert done.by_name == {}
    assert "2 problems in 2 resources" in str(done.failure)


@pytest.mark.parametrize("by_id", [False, True], ids=["graph", "by id"])
def test_awaiting_a_faulty_resource(*, by_id: bool) -> None:
    """It fails there with the problems so far, instead of waiting for the end of the program, which waits for it."""
    mistake: Any = 3

    async def program() -> None:
        made = exosphere.CronTrigger("c", graph="ns/g", expression=mistake) if by_id else graph(nodes=mistake)
        await made.urn.future()

    with pytest.raises(exosphere.InvalidGraph, match=r"(nodes: must be a list|expression: must be a plain string)"):
        raise attempt(program).failure or AssertionError("nothing was refused")


def test_program_that_fails_as_well() -> None:
    """The user sees the program's own error, itself or as what stopped a registration, and nothing is sent."""

    def program() -> None:
        graph(nodes=3)
        exosphere.StoreConfig("by id", graph="ns/x", default_values=[])  # type: ignore[arg-type]
        raise ValueError("my own mistake")

    done = attempt(program)
    assert repr(done.failure).startswith("ValueError(") or isinstance(done.failure, ProgramFailed)
    assert str(done.failure).rstrip().endswith("my own mistake")
    assert done.by_name == {}


def test_one_faulty_attachment_by_id_is_left_to_check() -> None:
    """It is registered, once the program has ended, and `check` reports the problem under it."""
    assert run(lambda: exosphere.CronTrigger("c", graph="ns/g", expression="soon"), preview=True).by_name.keys() == {
        "c"
    }


def test_one_graph_is_left_to_check() -> None:
    """The hook reports its problems, under its resource."""
    assert run(lambda: (graph("g", nodes=LOST), graph("h")), preview=True).by_name.keys() == {"g", "h"}


def test_outputs_are_not_judged() -> None:
    """A value that is known only later may be valid."""

    def program() -> None:
        for name in ("g", "h"):
            later = pulumi.Output.from_input("x")
            nodes = [{"node_name": later, "identifier": "a", "inputs": {"x": later}, "next_nodes": later}]
            graph(name, nodes=nodes, secrets=pulumi.Output.from_input({"a": "b"}), triggers=[{"expression": later}])

    assert run(program, preview=True).by_name.keys() == {"g", "h"}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_none(*, preview: bool) -> None:
    """None never reaches the engine, which would drop it, in an update either."""
    done = attempt(lambda: graph(secrets={"token": None}), preview=preview)
    with pytest.raises(
        exosphere.InvalidGraph, match=r"graph 'g' in namespace 'ns', secrets\.token: is None; .* \(.*running\.py:\d+\)"
    ):
        raise done.failure or AssertionError("nothing was refused")
    assert done.by_name == {}
