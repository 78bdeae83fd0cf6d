from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given

from pulumi_exosphere.template import UNKNOWN, changes, from_document, judged_by_previous, normalise, retired
from tests.template.strategies import good

OLD = normalise(
    {
        "name": "g",
        "namespace": "ns",
        "nodes": {
            "a": {"node_name": "Extract", "inputs": {"source": "s3"}, "next_nodes": ["b"]},
            "b": {"node_name": "Load", "inputs": {"rows": "1"}, "unites": {"identifier": "a"}},
        },
        "secrets": {"token": "x"},
        "retry_policy": {},
        "store_config": {"required_keys": ["k"], "default_values": {"d": "1"}},
        "triggers": {"0 9 * * *": {}},
    }
)


def changed(*path: str, to: Any) -> dict[str, Any]:
    """Return `OLD` with another value at the path."""
    new = copy.deepcopy(OLD)
    inside = new
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = to
    return new


def without(*path: str) -> dict[str, Any]:
    """Return `OLD` without the value at the path."""
    new = copy.deepcopy(OLD)
    inside = new
    for key in path[:-1]:
        inside = inside[key]
    del inside[path[-1]]
    return new


@pytest.mark.parametrize(
    ("new", "paths"),
    [
        (OLD, []),
        (changed("nodes", "b", "inputs", "rows", to="2"), ["nodes.b.inputs.rows"]),
        (changed("nodes", "b", "inputs", "mode", to="2"), ["nodes.b.inputs.mode"]),
        (changed("nodes", "a", "next_nodes", to=["b", "c"]), ["nodes.a.next_nodes"]),
        (changed("nodes", "b", "unites", "strategy", to="ALL_DONE"), ["nodes.b.unites.strategy"]),
        (changed("nodes", "b", "unites", to=None), ["nodes.b.unites"]),
        (changed("nodes", "c", to=OLD["nodes"]["b"]), ["nodes.c"]),
        (without("nodes", "a"), ["nodes.a"]),
        (changed("secrets", "token", to="y"), []),
        (changed("secrets", "other", to="y"), ["secrets.other"]),
        (without("secrets", "token"), ["secrets.token"]),
        (changed("retry_policy", "max_retries", to=5), ["retry_policy.max_retries"]),
        (changed("store_config", "default_values", "d", to="2"), ["store_config.default_values.d"]),
        (changed("store_config", "required_keys", to=["k", "l"]), ["store_config.required_keys"]),
        (changed("triggers", to={"@daily": {"type": "CRON"}}), ["triggers.0 9 * * *", "triggers.@daily"]),
        (without("triggers"), []),
        (without("namespace"), []),
        (changed("name", to="h"), ["name"]),
    ],
    ids=[
        "same",
        "input",
        "new input",
        "next nodes",
        "strategy of unites",
        "unites",
        "new node",
        "node gone",
        "value of a secret",
        "new secret",
        "secret gone",
        "retries",
        "default",
        "required keys",
        "schedule",
        "section not managed",
        "without namespace",
        "name",
    ],
)
def test_paths(new: dict[str, Any], paths: list[str]) -> None:
    """Each difference is one path, no matter which side it is on."""
    assert changes(OLD, new) == paths
    assert sorted(changes(new, OLD)) == sorted(paths)


@given(good(), good())
def test_no_paths_mean_no_difference(one: dict[str, Any], other: dict[str, Any]) -> None:
    """There are no changes exactly if the Inputs are equal, apart from the values of secrets."""
    old, new = normalise(one), normalise(other)
    assert changes(old, old) == []
    assert (changes(old, new) == []) == (named(old) == named(new))


def named(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return Inputs without the values of secrets."""
    return inputs | {"secrets": sorted(inputs["secrets"])}


@pytest.mark.parametrize(
    "path", [("nodes",), ("nodes", "b"), ("nodes", "b", "inputs", "rows"), ("secrets",), ("triggers",)]
)
def test_unknown_values(path: tuple[str, ...]) -> None:
    """An unknown value differs from a known one, or, with `unknown_differs=False`, isn't known to differ."""
    new = changed(*path, to=UNKNOWN)
    assert changes(OLD, new) == [".".join(path)]
    assert changes(new, new) == []
    assert changes(OLD, new, unknown_differs=False) == changes(new, OLD, unknown_differs=False) == []


def test_unknown_items_of_a_list() -> None:
    """A list with unknown items isn't known to differ from one of the same length with the same known items."""
    for items, paths in (
        (["b"], []),
        ([UNKNOWN], []),
        (["c"], ["nodes.a.next_nodes"]),
        ([UNKNOWN, "b"], ["nodes.a.next_nodes"]),
    ):
        new = changed("nodes", "a", "next_nodes", to=items)
        assert changes(OLD, new, unknown_differs=False) == paths
    assert changes(OLD, changed("nodes", "a", "next_nodes", to=[UNKNOWN])) == ["nodes.a.next_nodes"]


def nodes(**given: Any) -> dict[str, Any]:
    """Return nodes, each with the name of its type and its references: ``b="Load a"``."""
    made = {}
    for identifier, text in given.items():
        name, *others = text.split()
        made[identifier] = {"node_name": name, "inputs": {other: f"${{{{ {other}.outputs.x }}}}" for other in others}}
    inputs = normalise({"name": "g", "namespace": "ns", "nodes": made})["nodes"]
    assert isinstance(inputs, dict)
    return inputs


NODES = nodes(a="Extract", b="Load a")


@pytest.mark.parametrize(
    ("old", "new", "twice"),
    [
        (None, NODES, False),
        ({}, NODES, False),
        (NODES, NODES, False),
        (NODES, nodes(a="Extract", b="Send a"), False),
        (NODES, nodes(a="Extract", b="Load a", c="Send"), False),
        (NODES, nodes(a="Extract"), False),
        (NODES, nodes(a="Fetch", b="Load a"), True),
        (NODES, nodes(z="Extract", b="Load z"), True),
        (NODES, nodes(a="Extract", c="Clean a", b="Load c"), True),
        (from_document(retired())["nodes"], NODES, True),
        (from_document(retired())["nodes"], nodes(a="Extract"), False),
        (NODES, NODES | {"c": UNKNOWN}, False),
    ],
    ids=[
        "not there before",
        "nothing before",
        "same",
        "type that nobody refers to",
        "new node that nobody refers to",
        "node gone",
        "type changed",
        "renamed",
        "inserted",
        "revived",
        "revived without references",
        "unknown node",
    ],
)
def test_sent_twice(old: dict[str, Any] | None, new: dict[str, Any], twice: bool) -> None:
    """An update is sent twice if a node refers to one that is new or of another type than before."""
    assert judged_by_previous(old, new) is twice


def test_another_namespace_is_another_type() -> None:
    """The same name in another namespace is another registered node."""
    old = {**NODES, "a": NODES["a"] | {"namespace": "other"}}
    assert judged_by_previous(old, NODES)
