"""`judge` compared with the state manager's own way: shape, then rules."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulumi_exosphere.local.bodies import GraphBody
from pulumi_exosphere.template import UNKNOWN, body_faults, judge, normalise, to_body
from tests.template.strategies import as_body, good, some

Path = tuple[Any, ...]


@given(some())
def test_judge_refuses_what_the_state_manager_refuses(raw: dict[str, Any]) -> None:
    """`judge` finds no problem exactly if the shape is right and no rule is broken.

    Except for a namespace in which no node can be registered: that is accepted, and ends INVALID.
    """
    faults = [
        fault for fault in judge(normalise(raw)) if not (fault.rule == "name" and fault.path.endswith(".namespace"))
    ]
    try:
        stored = GraphBody.model_validate(as_body(raw)).model_dump()
    except ValidationError:
        assert faults
        return
    broken = {fault.rule for fault in body_faults(stored)}
    assert bool(faults) == bool(broken)
    assert {fault.rule for fault in faults} >= broken


@given(good())
def test_normalised_inputs_are_what_the_state_manager_stores(raw: dict[str, Any]) -> None:
    """The body of normalised Inputs is stored unchanged, and so is the program's, apart from the order of nodes."""
    inputs = normalise(raw)
    body = to_body(inputs)
    stored = GraphBody.model_validate(as_body(raw)).model_dump()
    by_name = {node["identifier"]: node for node in stored.pop("nodes")}
    stored["store_config"]["required_keys"].sort()
    assert {node["identifier"]: node for node in body.pop("nodes")} == by_name
    assert body == stored


@given(good())
def test_good_graphs_have_no_faults(raw: dict[str, Any]) -> None:
    """Graphs that the strategy calls good have no problems."""
    assert judge(normalise(raw)) == []


@given(good(), st.data())
def test_an_unknown_value_is_no_fault(raw: dict[str, Any], data: st.DataObject) -> None:
    """Wherever a good graph has an unknown value, nothing is rejected."""
    inputs = normalise(raw)
    assert judge(with_unknown(inputs, data.draw(st.sampled_from(paths(inputs))))) == []


@given(some(), st.data())
def test_an_unknown_value_makes_no_new_fault(raw: dict[str, Any], data: st.DataObject) -> None:
    """If a value is unknown, problems that depend on it disappear, and none is added.

    A cycle may replace the problem that hid it: the walk doesn't come to it, or doesn't begin.
    """
    inputs = normalise(raw)
    hidden = with_unknown(inputs, data.draw(st.sampled_from(paths(inputs))))
    before = {(fault.path, fault.rule) for fault in judge(inputs)}
    added = {(fault.path, fault.rule) for fault in judge(hidden)} - before
    assert {rule for _, rule in added} <= {"cycle"}
    assert not added or {rule for _, rule in before} & {"not_connected", "root_count", "too_deep", "unites_unreached"}


def test_a_node_that_may_unite_is_in_no_certain_cycle() -> None:
    """The walk may end at a node that unites another one, so its links are no cycle while that isn't known."""
    links = {"d": ["b", "nobody", "d"]}
    nodes = {name: {"node_name": "Extract", "inputs": {}, "next_nodes": links.get(name, [])} for name in "abd"}
    inputs = normalise({"name": "g", "namespace": "analytics", "nodes": nodes})
    assert [fault.rule for fault in judge(inputs)] == ["unknown_next_node", "cycle"]
    for unites in ({"identifier": "a", "strategy": "ALL_SUCCESS"}, UNKNOWN):
        inputs["nodes"]["d"]["unites"] = unites
        assert [fault.rule for fault in judge(inputs)] == ["unknown_next_node"]
    inputs["nodes"]["d"]["unites"] = None
    inputs["nodes"]["d"]["next_nodes"][1] = UNKNOWN
    assert [fault.rule for fault in judge(inputs)] == ["cycle"]


def paths(value: Any, start: Path = ()) -> list[Path]:
    """Return the path of every value inside, subtrees too."""
    keys: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [way for key in keys for way in [(*start, key), *paths(value[key], (*start, key))]]


def with_unknown(value: Any, path: Path) -> Any:
    """Return a copy in which the value at the path is unknown."""
    if not path:
        return UNKNOWN
    copy = value.copy()
    copy[path[0]] = with_unknown(value[path[0]], path[1:])
    return copy
