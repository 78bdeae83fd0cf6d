from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.template import body_faults


def body(*nodes: dict[str, Any], secrets: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a body whose shape is right."""
    return {"secrets": dict.fromkeys(secrets, "x"), "nodes": list(nodes)}


def node(identifier: str, *next_nodes: str, unites: str | None = None, **inputs: Any) -> dict[str, Any]:
    """Return a node of a body."""
    target = {"identifier": unites, "strategy": "ALL_SUCCESS"} if unites else None
    return {"identifier": identifier, "inputs": inputs, "next_nodes": list(next_nodes), "unites": target}


ORDER = [
    ("duplicate_identifier", body(node("a", "x"), node("a", unites="y"))),
    ("unknown_next_node", body(node("a", "x"), node("b", unites="y"))),
    ("unites_unknown", body(node("a"), node("b"), node("c", unites="y"))),
    ("root_count", body(node("a", x=1), node("b"))),
    ("too_deep", body(*(node(f"n{place}", f"n{(place + 1) % 1000 or 1}", x=1) for place in range(1000)))),
    ("unites_unreached", body(node("a", "b"), node("b", "c", unites="c"), node("c"), node("d", "e"), node("e", "d"))),
    ("not_connected", body(node("a", "b"), node("b", "b"), node("d", "e"), node("e", "d"))),
    ("cycle", body(node("a", "b", x="${{"), node("b", "b"))),
    ("input_not_a_string", body(node("a", x=1), secrets=("",))),
    ("empty_secret_name", body(node("a"), secrets=("",))),
]


@pytest.mark.parametrize(("rule", "refused"), ORDER, ids=[rule for rule, _ in ORDER])
def test_the_first_group_ends_it(rule: str, refused: dict[str, Any]) -> None:
    """If a body breaks rules of several groups, the first is named, and no other."""
    assert {fault.rule for fault in body_faults(refused)} == {rule}


@pytest.mark.parametrize(
    ("refused", "rules"),
    [
        (body(node("a", x=1), secrets=("",)), {"empty_secret_name"}),
        (body(node("a", "x"), secrets=("",)), {"unknown_next_node", "empty_secret_name"}),
        (body(node("a"), node("b"), secrets=("",)), {"empty_secret_name"}),
    ],
    ids=["before inputs", "with next nodes", "before roots"],
)
def test_an_update_is_looked_at_for_secrets_first(refused: dict[str, Any], rules: set[str]) -> None:
    """If the graph is stored already, the names of secrets are checked along with the identifiers."""
    assert {fault.rule for fault in body_faults(refused, update=True)} == rules


def test_unites_faults_come_together() -> None:
    """Missing targets and nodes that are their own target are one group."""
    refused = body(node("a", "b", "c"), node("b", unites="b"), node("c", unites="x"))
    assert [fault.rule for fault in body_faults(refused)] == ["unites_self", "unites_unknown"]
