from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.template import UNKNOWN, normalise
from pulumi_exosphere.template.registered_nodes import Finding, findings, strings, unknown_inputs
from tests.support.nodes import NODES


@pytest.mark.parametrize(
    ("part", "is_string"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "default": "x"}, True),
        ({"type": "string", "minLength": 3, "pattern": "a"}, True),
        ({"type": "string", "format": "email"}, True),
        ({"type": ["string"]}, True),
        ({"type": "text"}, True),
        ({"$ref": "#/$defs/Name"}, True),
        ({"$ref": "#/$defs/Again"}, True),
        ({"type": "string", "format": "date-time"}, False),
        ({"type": "string", "format": "uuid"}, False),
        ({"type": "string", "enum": ["a"]}, False),
        ({"const": "a"}, False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, False),
        ({"type": ["string", "null"]}, False),
        ({"type": "integer"}, False),
        ({"type": "object"}, False),
        ({"$ref": "#/$defs/Loop"}, False),
        ({"$ref": "#/$defs/nothing"}, False),
        ({}, False),
        (True, False),
    ],
    ids=repr,
)
def test_what_is_a_string(part: Any, is_string: bool) -> None:
    """A field is a plain string if the state manager treats it as one, required or not."""
    defs = {"Name": {"type": "string"}, "Again": {"$ref": "#/$defs/Name"}, "Loop": {"$ref": "#/$defs/Loop"}}
    assert strings({"properties": {"field": part}, "$defs": defs}) == {"field": is_string}


@pytest.mark.parametrize("schema", [None, {}, {"type": "object", "properties": None}])
def test_a_schema_without_fields(schema: dict[str, Any] | None) -> None:
    """A schema may have no fields at all."""
    assert strings(schema) == {}


REGISTERED = {namespace: {node["name"]: node for node in nodes} for namespace, nodes in NODES.items()}


def registered(namespace: str) -> dict[str, Any]:
    """Return the nodes registered in a namespace."""
    return REGISTERED.get(namespace, {})


def nodes(**given: dict[str, Any]) -> dict[str, Any]:
    """Return the nodes of a graph in namespace ``analytics``."""
    inputs = normalise({"name": "g", "namespace": "analytics", "nodes": given})["nodes"]
    assert isinstance(inputs, dict)
    return inputs


def node(name: str, **inputs: Any) -> dict[str, Any]:
    """Return a node of this name with these inputs."""
    return {"node_name": name, "inputs": inputs}


EXTRACT = node("Extract", source="s3")

FOUND = {
    "nothing": (nodes(a=EXTRACT, b=node("Load", rows="${{ a.outputs.rows }}")), ["warehouse_password"], []),
    "not registered": (nodes(a=node("Extrct")), [], [Finding("node_not_registered", "a", "Extrct", "analytics")]),
    "registered elsewhere": (nodes(a=node("Notify")), [], [Finding("node_not_registered", "a", "Notify", "analytics")]),
    "secret": (
        nodes(a=node("Load", rows="1"), b=node("Load", rows="2")),
        ["other"],
        [Finding("secret_missing", "a", "Load", "analytics", secret="warehouse_password")],
    ),
    "input": (nodes(a=node("Extract")), [], [Finding("input_missing", "a", "Extract", "analytics", input="source")]),
    "integer input": (
        nodes(a=node("Count", label="x")),
        [],
        [Finding("input_schema_not_string", "a", "Count", "analytics", input="n")],
    ),
    "output": (
        nodes(a=EXTRACT, b=node("Extract", source="${{ a.outputs.row }}")),
        [],
        [Finding("output_unknown", "b", "Extract", "analytics", output="row")],
    ),
    "integer output": (
        nodes(a=node("Count", n="1", label="x"), b=node("Extract", source="${{ a.outputs.total }}")),
        [],
        [
            Finding("input_schema_not_string", "a", "Count", "analytics", input="n"),
            Finding("output_schema_not_string", "b", "Count", "analytics", output="total"),
        ],
    ),
    "reference": (
        nodes(a=node("Extract", source="${{ b.outputs.x }}")),
        [],
        [Finding("reference_unknown", "a", "b")],
    ),
    "references of a node that isn't registered": (
        nodes(a=node("Extrct", source="${{ b.outputs.x }}")),
        [],
        [Finding("node_not_registered", "a", "Extrct", "analytics")],
    ),
}


@pytest.mark.parametrize(("graph", "secrets", "found"), FOUND.values(), ids=FOUND.keys())
def test_findings(graph: dict[str, Any], secrets: list[str], found: list[Finding]) -> None:
    """Each reason for which validation fails is found at its node."""
    assert findings(graph, secrets, registered) == found


INDEX = {
    "new": ({}, [Finding("reference_unknown", "b", "a")]),
    "another type": (nodes(a=node("Ping")), [Finding("node_not_registered", "b", "Ping", "analytics")]),
    "same type": (nodes(a=EXTRACT), []),
}


@pytest.mark.parametrize(("index", "found"), INDEX.values(), ids=INDEX.keys())
def test_references_are_judged_by_the_previous_version(index: dict[str, Any], found: list[Finding]) -> None:
    """The nodes that are referred to are looked up in the previous version, among the node types of this one."""
    graph = nodes(a=EXTRACT, b=node("Extract", source="${{ a.outputs.rows }}"))
    assert findings(graph, [], registered, index) == found


@pytest.mark.parametrize(
    "graph",
    [
        nodes(a=EXTRACT) | {"b": UNKNOWN},
        nodes(a=node("Load") | {"node_name": UNKNOWN}),
        nodes(a=node("Load") | {"namespace": UNKNOWN}),
        nodes(a=node("Load") | {"inputs": UNKNOWN}),
        nodes(a=EXTRACT, b=node("Extract", source=UNKNOWN)),
        nodes(a=node("Load") | {"node_name": UNKNOWN}, b=node("Extract", source="${{ a.outputs.x }}")),
    ],
    ids=["node", "name", "namespace", "inputs", "input", "type of who is referred to"],
)
def test_unknown_values_are_not_judged(graph: dict[str, Any]) -> None:
    """Nothing is found in unknown values."""
    assert findings(graph, UNKNOWN, registered) == []


def test_each_namespace_is_asked_for_once() -> None:
    """However many nodes there are, each namespace is listed once."""
    asked: list[str] = []

    def listing(namespace: str) -> dict[str, Any]:
        asked.append(namespace)
        return registered(namespace)

    findings(nodes(a=EXTRACT, b=EXTRACT, c=node("Notify") | {"namespace": "shared"}), [], listing)
    assert asked == ["analytics", "shared"]


def test_unknown_inputs() -> None:
    """Inputs that the schema lacks are found if the node is registered."""
    graph = nodes(a=node("Ping", colour="red"), b=node("Nobody", colour="red"), c=node("Ping") | {"inputs": UNKNOWN})
    assert unknown_inputs(graph, registered) == [Finding("input_unknown", "a", "Ping", "analytics", input="colour")]
