from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.template import UNKNOWN, normalise
from pulumi_exosphere.template.normalise import free_key, repeated
from tests.template.strategies import some


@given(st.text(st.sampled_from("a (2)"), max_size=6), st.integers(1, 4))
def test_what_free_key_numbers_repeated_reads_back(key: str, times: int) -> None:
    """However often a key occurs, each occurrence is kept, and all but the first are recognised as repetitions."""
    taken: list[str] = []
    for _ in range(times):
        taken.append(free_key(key, taken))
    assert len(set(taken)) == times
    assert taken[0] == key
    assert all(repeated(one, taken) in taken for one in taken[1:])


def only(**props: Any) -> dict[str, Any]:
    """Return the normalised properties of a graph called ``g``, without those that are always there."""
    inputs = normalise({"name": "g", "namespace": "ns", **props})
    return {key: value for key, value in inputs.items() if key in props}


@given(some())
def test_again_changes_nothing(raw: dict[str, Any]) -> None:
    """Normalising Inputs again changes nothing."""
    inputs = normalise(raw)
    assert normalise(inputs) == inputs


def test_defaults_are_spelt_out() -> None:
    """Omitted fields have the state manager's defaults; omitted sections stay omitted."""
    assert normalise({"name": " g ", "namespace": "ns", "nodes": {" a ": {"node_name": " Load ", "inputs": {}}}}) == {
        "name": "g",
        "namespace": "ns",
        "nodes": {"a": {"node_name": "Load", "namespace": "ns", "inputs": {}, "next_nodes": [], "unites": None}},
        "secrets": {},
    }


def test_sections_are_full() -> None:
    """A section that is given at all has all its fields."""
    assert only(retry_policy={}, store_config={}, triggers={"@daily": None}) == {
        "retry_policy": {
            "max_retries": 3,
            "strategy": "EXPONENTIAL",
            "backoff_factor": 2000,
            "exponent": 2,
            "max_delay": None,
        },
        "store_config": {"required_keys": [], "default_values": {}},
        "triggers": {"@daily": {"type": "CRON"}},
    }


def test_nothing_else_is_kept() -> None:
    """Fields that the state manager ignores are left out."""
    inputs = only(retry_policy={"unknown": 1}, triggers={"@daily": {"type": "CRON", "timezone": "UTC"}}, colour="red")
    assert "unknown" not in inputs["retry_policy"]
    assert inputs["triggers"] == {"@daily": {"type": "CRON"}}
    assert "colour" not in inputs


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (5.0, 5),
        (True, 1),
        ("7", 7),
        (" 8 ", 8),
        ("9.0", 9),
        ("1_000", 1000),
        ("+3", 3),
        (2.5, 2.5),
        ("x", "x"),
        ("1e3", "1e3"),
        ("", ""),
        ([1], [1]),
        (None, 3),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_integers(given: Any, taken: Any) -> None:
    """An integer is whatever the state manager accepts as one; other values are kept, to be reported."""
    result = only(retry_policy={"max_retries": given})["retry_policy"]["max_retries"]
    assert result == taken
    assert type(result) is type(taken)


def test_what_the_state_manager_trims_is_trimmed() -> None:
    """Identifiers, names of nodes and keys of the store are trimmed; no namespace, input, secret or expression is."""
    node = {
        "node_name": " Load ",
        "namespace": " other ",
        "inputs": {" x ": " y "},
        "next_nodes": [" b "],
        "unites": {"identifier": "\tc\n"},
    }
    assert only(
        nodes={" a ": node},
        secrets={" s ": " t "},
        store_config={"required_keys": [" k", "j "], "default_values": {" d ": " e "}},
        triggers={" @daily ": {}},
    ) == {
        "nodes": {
            "a": {
                "node_name": "Load",
                "namespace": " other ",
                "inputs": {" x ": " y "},
                "next_nodes": ["b"],
                "unites": {"identifier": "c", "strategy": "ALL_SUCCESS"},
            }
        },
        "secrets": {" s ": " t "},
        "store_config": {"required_keys": ["j", "k"], "default_values": {"d": " e "}},
        "triggers": {" @daily ": {"type": "CRON"}},
    }


def test_keys_that_would_meet_are_kept_apart() -> None:
    """If two keys are equal once trimmed, neither is lost, so that it can be reported."""
    assert list(only(nodes={" a": {}, "a": {}, "a ": {}})["nodes"]) == [" a", "a", "a "]


@pytest.mark.parametrize("key", ["nodes", "secrets", "retry_policy", "store_config", "triggers"])
@pytest.mark.parametrize("value", [5, "text", ["x"], UNKNOWN], ids=repr)
def test_other_types_are_left(key: str, value: Any) -> None:
    """Values of the wrong type, or unknown ones, stay as they are."""
    assert only(**{key: value})[key] is value


def test_unknown_values_inside_are_left() -> None:
    """Unknown values stay so wherever they occur, and a node without a namespace is in the graph's, known or not."""
    node = {"node_name": UNKNOWN, "inputs": UNKNOWN, "next_nodes": [UNKNOWN, " b"], "unites": UNKNOWN}
    inputs = normalise({"name": "g", "namespace": UNKNOWN, "nodes": {"a": node, "b": UNKNOWN}})
    assert inputs["nodes"] == {"a": node | {"namespace": UNKNOWN, "next_nodes": [UNKNOWN, "b"]}, "b": UNKNOWN}
