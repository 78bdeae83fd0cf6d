from __future__ import annotations

from typing import Any

from hypothesis import given

from pulumi_exosphere.local.bodies import GraphBody
from pulumi_exosphere.template import body_faults, from_document, is_retired, judge, normalise, retired, to_body
from tests.template.strategies import good

DOCUMENT = {
    "_id": "1",
    "name": "g",
    "namespace": "ns",
    "nodes": [
        {
            "node_name": "Load",
            "namespace": "ns",
            "identifier": "load",
            "inputs": {"rows": "5"},
            "next_nodes": [],
            "unites": None,
        }
    ],
    "secrets": {"token": "Y2lwaGVydGV4dA=="},
    "retry_policy": {
        "max_retries": 3,
        "strategy": "FIXED",
        "backoff_factor": 2000,
        "exponent": 2,
        "max_delay": None,
    },
    "store_config": {"required_keys": ["b", "a"], "default_values": {"c": "1"}},
    "triggers": [{"type": "CRON", "value": {"expression": "@daily"}}] * 2,
    "validation_status": "VALID",
}


@given(good())
def test_what_is_stored_reads_back_as_what_was_sent(raw: dict[str, Any]) -> None:
    """A document that the state manager makes of a body equals the Inputs, apart from the secrets' values."""
    inputs = normalise(raw)
    stored = GraphBody.model_validate(to_body(inputs)).model_dump()
    document = {"name": inputs["name"], "namespace": inputs["namespace"], **stored}
    assert from_document(document) == inputs | {"secrets": dict.fromkeys(inputs["secrets"], "")}


def test_a_listed_document() -> None:
    """Reading it yields nodes by identifier, names of secrets, sorted keys, each schedule once, and nothing else."""
    inputs = from_document(DOCUMENT)
    assert set(inputs) == {"name", "namespace", "nodes", "secrets", "retry_policy", "store_config", "triggers"}
    assert inputs["nodes"] == {
        "load": {"node_name": "Load", "namespace": "ns", "inputs": {"rows": "5"}, "next_nodes": [], "unites": None}
    }
    assert inputs["secrets"] == {"token": ""}
    assert inputs["store_config"]["required_keys"] == ["a", "b"]
    assert inputs["triggers"] == {"@daily": {"type": "CRON"}}


def test_an_answer_without_sections_has_none() -> None:
    """Nothing is added that the document lacks: neither sections nor name and namespace."""
    answer = {key: DOCUMENT[key] for key in ("nodes",)} | {"secrets": {"token": True}}
    assert from_document(answer) == {"nodes": from_document(DOCUMENT)["nodes"], "secrets": {"token": ""}}


def test_nodes_go_in_the_order_of_the_walk() -> None:
    """Nodes are sent in the order of the walk, in whatever order the program declares them."""
    nodes = {
        "d": {"node_name": "N", "inputs": {}, "unites": {"identifier": "b"}},
        "c": {"node_name": "N", "inputs": {}},
        "b": {"node_name": "N", "inputs": {}, "next_nodes": ["c"]},
        "a": {"node_name": "N", "inputs": {}, "next_nodes": ["b", "d"]},
    }
    inputs = normalise({"name": "g", "namespace": "ns", "nodes": nodes})
    assert judge(inputs) == []
    assert [node["identifier"] for node in to_body(inputs)["nodes"]] == ["a", "b", "c", "d"]


def test_sections_that_are_not_managed_are_not_sent() -> None:
    """A body has the sections of the Inputs and no others."""
    inputs = normalise({"name": "g", "namespace": "ns", "nodes": {}, "triggers": {"@daily": {}}})
    assert to_body(inputs) == {
        "secrets": {},
        "nodes": [],
        "triggers": [{"type": "CRON", "value": {"expression": "@daily"}}],
    }


def test_retired() -> None:
    """The state manager accepts the retiring body, and it is recognised in whatever form it is read back."""
    body = retired()
    stored = GraphBody.model_validate(body).model_dump()
    assert body_faults(stored) == []
    assert (stored["secrets"], stored["triggers"]) == ({}, [])
    assert is_retired(body)
    assert is_retired(from_document(body))
    assert not is_retired(DOCUMENT)
    assert not is_retired(from_document(DOCUMENT))
    assert not is_retired({"nodes": {}})
