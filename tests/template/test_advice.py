from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.template import UNKNOWN, advice, normalise
from tests.template.test_validate import chain, graph


@pytest.mark.parametrize(("length", "rules"), [(949, []), (950, ["deep"]), (999, ["deep"]), (1000, [])])
def test_deep_graphs(length: int, rules: list[str]) -> None:
    """A chain that the state manager may refuse is warned of; one that it refuses is a fault instead."""
    assert [fault.rule for fault in advice(graph(chain(length)))] == rules


SCHEDULES = {
    "one": (["@daily"], {}, []),
    "two": (["@daily", "@hourly"], {}, []),
    "two spellings": (["@daily", "0 0 * * *"], {}, ["same_schedule"]),
    "required keys": (["@daily"], {"required_keys": ["a"], "default_values": {"a": "1"}}, ["required_keys_scheduled"]),
    "defaults alone": (["@daily"], {"default_values": {"a": "1"}}, []),
    "required keys without schedules": ([], {"required_keys": ["a"]}, []),
    "no schedule at all": (["soon"], {"required_keys": ["a"]}, []),
}


@pytest.mark.parametrize(("expressions", "store", "rules"), SCHEDULES.values(), ids=SCHEDULES.keys())
def test_schedules(expressions: list[str], store: dict[str, Any], rules: list[str]) -> None:
    """Schedules whose every run fails, and those that start two runs at once, are warned of."""
    inputs = graph(triggers={expression: {} for expression in expressions}, store_config=store)
    assert [fault.rule for fault in advice(inputs)] == rules


@pytest.mark.parametrize(
    "props",
    [
        {"nodes": UNKNOWN, "triggers": UNKNOWN},
        {"triggers": {"@daily": {}, "0 0 * * *": UNKNOWN}, "store_config": UNKNOWN},
        {"triggers": {"@daily": {}}, "store_config": {"required_keys": UNKNOWN}},
        {"nodes": chain(960) | {"n959": UNKNOWN}},
    ],
    ids=["everything", "a schedule and the store", "required keys", "a node"],
)
def test_unknown_values(props: dict[str, Any]) -> None:
    """There is no advice about what isn't known."""
    assert advice(normalise({"name": "g", "namespace": "ns", **props})) == []
