from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.template import UNKNOWN, advice, normalise
from tests.template.test_validate import chain, graph, node, unites


@pytest.mark.parametrize(("length", "rules"), [(949, []), (950, ["deep"]), (999, ["deep"]), (1000, [])])
def test_deep_graphs(length: int, rules: list[str]) -> None:
    """A chain that the state manager may reject causes a warning; one that it always rejects is an error."""
    assert [fault.rule for fault in advice(graph(chain(length)))] == rules


SCHEDULES = {
    "one": (["@daily"], {}, []),
    "two": (["@daily", "@hourly"], {}, []),
    "two spellings": (["@daily", "0 0 * * *"], {}, ["same_schedule"]),
    "required keys": (["@daily"], {"required_keys": ["a"], "default_values": {"a": "1"}}, ["required_keys_scheduled"]),
    "defaults alone": (["@daily"], {"default_values": {"a": "1"}}, []),
    "required keys without schedules": ([], {"required_keys": ["a"]}, []),
    "no schedule at all": (["soon"], {"required_keys": ["a"]}, []),
    "seconds last": (["0 0 6 * * *"], {}, ["many_runs_a_minute"]),
    "six fields of another dialect": (["0 12 * * ? *"], {}, ["many_runs_a_minute"]),
    "one second": (["0 9 * * 1-5 30"], {}, []),
    "nearest weekday": (["0 9 15W * *"], {}, ["disputed_schedule"]),
    "Sunday as 7 with seconds": (["0 9 * * 7 0"], {}, ["disputed_schedule"]),
    "Sunday as 7 without": (["0 9 * * 7"], {}, []),
    "step from the last value": (["0 23/2 * * *"], {}, ["disputed_schedule"]),
    "random": (["R * * * *"], {}, ["disputed_schedule"]),
}


@pytest.mark.parametrize(("expressions", "store", "rules"), SCHEDULES.values(), ids=SCHEDULES.keys())
def test_schedules(expressions: list[str], store: dict[str, Any], rules: list[str]) -> None:
    """Schedules whose every run fails, and those that start two runs at once, cause a warning."""
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
    """Unknown values cause no advice."""
    assert advice(normalise({"name": "g", "namespace": "ns", **props})) == []


def one(value: str) -> dict[str, Any]:
    """Return the nodes ``loader`` and ``use``, with this value for an input of ``use``."""
    return {"loader": node(["use"]), "use": node(data=value)}


@pytest.mark.parametrize(
    ("value", "lost"),
    [
        ("${ loader.outputs.data }", True),
        ("{{ loader.outputs.data }}", True),
        ("{loader.outputs.data}", True),
        ("$loader.outputs.data", True),
        ("${{ loader.outputs.data }} and ${loader.outputs.data}", True),
        ("${{ loader.outputs.data }}", False),
        ("${HOME}", False),
        ("{{ x }}", False),
        ("${ other.outputs.data }", False),
        ("see loader.outputs.data", False),
    ],
)
def test_lost_braces(value: str, lost: bool) -> None:
    """A placeholder that lacks braces causes a warning if it names a node; other templates don't."""
    found = advice(graph(one(value)))
    assert [(fault.path, fault.rule) for fault in found] == [("nodes.use.inputs.data", "lost_braces")] * lost
    assert all("write ${{ loader.outputs.FIELD }}" in fault.message for fault in found)


def test_a_node_of_another_namespace() -> None:
    """Such a graph is deployed and never runs."""
    (fault,) = advice(graph({"a": node() | {"namespace": "shared"}}))
    assert (fault.path, fault.rule) == ("nodes.a.namespace", "other_namespace")
    assert "leave `namespace` out" in fault.message


@pytest.mark.parametrize(
    ("nodes", "ends"),
    [
        ({"a": node(["b", "c"]), "b": node(["u"]), "c": node(["u"]), "u": node(unites=unites("a"))}, ""),
        ({"a": node(["b", "c"]), "b": node(["u"]), "c": node(), "u": node(unites=unites("a"))}, "'c' doesn't"),
        (
            {"a": node(["u", "b", "c"]), "b": node(["d"]), "c": node(), "d": node(), "u": node(unites=unites("a"))},
            "'c', 'd' don't",
        ),
        ({"a": node(["u"]), "u": node(["v"], unites("a")), "v": node()}, ""),
        (
            {
                "a": node(["b"]),
                "b": node(["u", "v"]),
                "u": node(["w"], unites("a")),
                "v": node(["x"], unites("a")),
                "w": node(),
                "x": node(),
            },
            "",
        ),
    ],
    ids=["all lead to it", "one doesn't", "two don't", "no branches", "two that unite"],
)
def test_branches_that_are_not_united(nodes: dict[str, Any], ends: str) -> None:
    """A uniting node that some branches don't lead to may never run."""
    found = advice(graph(nodes))
    assert [fault.rule for fault in found] == ["branch_not_united"] * bool(ends)
    assert all(ends in fault.message and fault.path == "nodes.u.unites" for fault in found)
