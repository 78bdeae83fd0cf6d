"""Validation, which follows the 201."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.local.talk import GRAPH, body, cron, listed, node, referring

ABSENT = "Node {} does not exist in the graph template"


@pytest.fixture
def verdict(http: httpx.Client, server: LocalStateManager) -> Any:
    """Put a body and return its validation: the status and the errors."""

    def put(content: dict[str, Any]) -> tuple[str, list[str]]:
        assert http.put(GRAPH, json=content).status_code == 201
        server.settle()
        document = listed(http)
        return document["validation_status"], document["validation_errors"]

    return put


def test_pending_until_judged(http: httpx.Client, server: LocalStateManager) -> None:
    """A graph is PENDING until it is validated, and then has the errors."""
    server.faults.hold()
    http.put(GRAPH, json=body(node(inputs={})))
    assert http.get(GRAPH).json()["validation_status"] == "PENDING"
    server.faults.release()
    server.settle()
    content = http.get(GRAPH).json()
    assert content["validation_status"] == "INVALID"
    assert content["validation_errors"] == [
        "Input source in node Extract in namespace analytics is not present in the graph template"
    ]


def test_nothing_validates_again(http: httpx.Client, server: LocalStateManager, verdict: Any) -> None:
    """A graph that comes before its nodes stays INVALID until the next PUT."""
    late = body(node(node_name="Late", inputs={}))
    missing = ("INVALID", ["Node Late in namespace analytics does not exist"])
    assert verdict(late) == missing
    server.register("analytics", [{"name": "Late"}])
    document = listed(http)
    assert (document["validation_status"], document["validation_errors"]) == missing
    assert verdict(late) == ("VALID", [])


def test_an_inserted_node_is_judged_at_the_second_put(verdict: Any) -> None:
    """A reference to a node that the previous version lacks is rejected, and accepted when sent once more."""
    assert verdict(body(node("other"))) == ("VALID", [])
    assert verdict(referring()) == ("INVALID", [ABSENT.format("extract")])
    assert verdict(referring()) == ("VALID", [])


def test_a_renamed_node_is_judged_at_the_second_put(verdict: Any) -> None:
    """A renamed identifier doesn't exist yet for nodes that refer to it."""
    verdict(referring())
    renamed = body(
        node("first", next_nodes=["load"]),
        node("load", "Load", inputs={"rows": "${{ first.outputs.rows }}"}),
        secrets={"warehouse_password": "x"},
    )
    assert verdict(renamed) == ("INVALID", [ABSENT.format("first")])
    assert verdict(renamed) == ("VALID", [])


def test_a_revived_graph_is_judged_at_the_second_put(verdict: Any) -> None:
    """After it was retired, a graph's own references are unknown at first."""
    verdict(referring())
    verdict(body(node("gone", "gone", namespace="nobody")))
    assert verdict(referring()) == ("INVALID", [ABSENT.format("extract")])
    assert verdict(referring()) == ("VALID", [])


@pytest.mark.parametrize(
    ("first", "second", "statuses"),
    [("Extract", "Ping", ["VALID", "VALID", "INVALID"]), ("Ping", "Extract", ["INVALID", "INVALID", "VALID"])],
    ids=["wrong VALID", "wrong INVALID"],
)
def test_a_changed_type_is_judged_by_the_old_one(
    verdict: Any, server: LocalStateManager, first: str, second: str, statuses: list[str]
) -> None:
    """Outputs are validated against the previous node type, while the graph contains it: right and wrong swap."""
    server.register("analytics", [{"name": "Take", "inputs": ["value"]}])

    def typed(node_name: str) -> dict[str, Any]:
        spare = node("spare", "Ping" if node_name == "Extract" else "Extract", next_nodes=[])
        take = node("take", "Take", inputs={"value": "${{ it.outputs.rows }}"})
        return body(node("it", node_name, next_nodes=["take", "spare"]), take, spare)

    assert [verdict(typed(name))[0] for name in (first, second, second)] == statuses


def test_a_changed_type_that_is_gone(verdict: Any) -> None:
    """If the new version doesn't contain the old type, it counts as not registered."""
    verdict(referring())
    changed = referring()
    changed["nodes"][0].update(node_name="Transform", inputs={"rows": "x", "mode": "y"})
    assert verdict(changed) == ("INVALID", ["Node Extract in namespace analytics does not exist"])
    assert verdict(changed) == ("VALID", [])


def test_all_that_a_node_lacks(verdict: Any) -> None:
    """Errors are sentences, each of which names what is missing."""
    nodes = (
        node(next_nodes=["load", "count"]),
        node("load", "Load", inputs={"rows": "${{ extract.outputs.nothing }}"}),
        node("count", "Count", inputs={"label": "x"}),
    )
    status, errors = verdict(body(*nodes))
    assert status == "INVALID"
    assert set(errors) == {
        "Secret warehouse_password is required but not present in the graph template",
        "Field nothing in node Extract in namespace analytics does not exist",
        "Input n in node Count in namespace analytics is not a string",
    }


def test_a_default_does_not_help(verdict: Any, server: LocalStateManager) -> None:
    """An input is missing even if its schema has a default."""
    schema = {"type": "object", "properties": {"mode": {"type": "string", "default": "fast"}}}
    server.register("analytics", [{"name": "Lax", "inputs_schema": schema}])
    assert verdict(body(node(node_name="Lax", inputs={})))[0] == "INVALID"


def test_a_put_into_the_window_comes_through(http: httpx.Client, server: LocalStateManager) -> None:
    """If the validations of two PUTs overlap, the later one is usually the one that stays."""
    server.faults.hold()
    http.put(GRAPH, json=body(node("first")))
    http.put(GRAPH, json=body(node("second")))
    server.faults.release()
    server.settle()
    assert [one["identifier"] for one in listed(http)["nodes"]] == ["second"]


def test_a_put_into_the_window_can_be_lost(http: httpx.Client, server: LocalStateManager) -> None:
    """A validation saves the whole document that it began with: an earlier one that ends later undoes the later PUT."""
    server.faults.hold()
    server.faults.stale_saves = True
    http.put(GRAPH, json=body(node("first"), secrets={"a": "x"}))
    http.put(GRAPH, json=body(node("second"), secrets={"b": "x"}))
    assert [one["identifier"] for one in listed(http)["nodes"]] == ["second"]
    server.faults.release()
    server.settle()
    document = listed(http)
    assert [one["identifier"] for one in document["nodes"]] == ["first"]
    assert (document["validation_status"], list(document["secrets"])) == ("VALID", ["a"])


def test_a_put_into_the_window_leaves_rows_behind(http: httpx.Client, server: LocalStateManager) -> None:
    """Rows of the first PUT are made after the second one searched for them, and stay."""
    server.faults.hold()
    http.put(GRAPH, json=body(triggers=cron("@daily")))
    http.put(GRAPH, json=body(triggers=cron("@weekly")))
    server.faults.release()
    server.settle()
    assert [trigger["value"]["expression"] for trigger in listed(http)["triggers"]] == ["@weekly"]
    assert {row.expression for row in server.cron_rows()} == {"@daily", "@weekly"}


def test_verdicts_do_not_wait_for_each_other(http: httpx.Client, server: LocalStateManager) -> None:
    """One graph's long validation delays no other."""
    server.faults.hold("analytics/report")
    http.put(GRAPH, json=body())
    http.put(GRAPH.replace("report", "other"), json=body())
    while http.get(GRAPH.replace("report", "other")).json()["validation_status"] == "PENDING":
        pass
    assert http.get(GRAPH).json()["validation_status"] == "PENDING"


@pytest.mark.parametrize("shape", ["chain", "star"])
def test_many_nodes(http: httpx.Client, server: LocalStateManager, shape: str) -> None:
    """Five thousand nodes, or the deepest chain, are validated."""
    server.register("analytics", [{"name": "Free"}])
    if shape == "chain":
        graph = [node(f"n{i}", "Free", next_nodes=[f"n{i + 1}"] if i < 949 else []) for i in range(950)]
    else:
        graph = [node("root", "Free", next_nodes=[f"n{i}" for i in range(4999)])]
        graph += [node(f"n{i}", "Free") for i in range(4999)]
    assert http.put(GRAPH, json=body(*graph)).status_code == 201
    server.settle(60)
    assert http.get(GRAPH).json()["validation_status"] == "VALID"
