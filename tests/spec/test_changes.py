from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given

from pulumi_exosphere.spec import UNKNOWN, changes, normalise
from tests.spec.strategies import good

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
    """`OLD` with another value at the path."""
    new = copy.deepcopy(OLD)
    inside = new
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = to
    return new


def without(*path: str) -> dict[str, Any]:
    """`OLD` without what is at the path."""
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
    """Each difference is one path, whichever side it is on."""
    assert changes(OLD, new) == paths
    assert sorted(changes(new, OLD)) == sorted(paths)


@given(good(), good())
def test_no_paths_mean_no_difference(one: dict[str, Any], other: dict[str, Any]) -> None:
    """There are no changes exactly where the Inputs are equal, but for the values of secrets."""
    old, new = normalise(one), normalise(other)
    assert changes(old, old) == []
    assert (changes(old, new) == []) == (named(old) == named(new))


def named(inputs: dict[str, Any]) -> dict[str, Any]:
    """Inputs without the values of secrets."""
    return inputs | {"secrets": sorted(inputs["secrets"])}


@pytest.mark.parametrize(
    "path", [("nodes",), ("nodes", "b"), ("nodes", "b", "inputs", "rows"), ("secrets",), ("triggers",)]
)
def test_unknown_values(path: tuple[str, ...]) -> None:
    """What isn't known differs from what is, or, where that is asked for, isn't known to differ."""
    new = changed(*path, to=UNKNOWN)
    assert changes(OLD, new) == [".".join(path)]
    assert changes(new, new) == []
    assert changes(OLD, new, unknown_differs=False) == changes(new, OLD, unknown_differs=False) == []


def test_unknown_items_of_a_list() -> None:
    """A list in which something isn't known yet isn't known to differ from one that is as long, and else the same."""
    for items, paths in (
        (["b"], []),
        ([UNKNOWN], []),
        (["c"], ["nodes.a.next_nodes"]),
        ([UNKNOWN, "b"], ["nodes.a.next_nodes"]),
    ):
        new = changed("nodes", "a", "next_nodes", to=items)
        assert changes(OLD, new, unknown_differs=False) == paths
    assert changes(OLD, changed("nodes", "a", "next_nodes", to=[UNKNOWN])) == ["nodes.a.next_nodes"]
