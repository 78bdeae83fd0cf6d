from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.errors import GraphNotFound, UnreadableAnswer
from pulumi_exosphere.export import live
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.conftest import API_KEY
from tests.support.fault_proxy import FaultProxy
from tests.support.faults import Fault, Reply
from tests.support.live import put

PING = {"node_name": "Ping", "namespace": "analytics", "identifier": "ping", "inputs": {}}


@pytest.fixture
def client(state_manager: LocalStateManager) -> Iterator[StateManager]:
    """Return a client of a state manager that has a few graphs, one of them retired."""
    for namespace, name in [("shared", "b"), ("analytics", "daily-report"), ("analytics", "a")]:
        put(state_manager, namespace, name, {"nodes": [PING], "secrets": {"key": "not-shown"}})
    put(state_manager, "analytics", "gone", template.retired())
    with StateManager(state_manager.uri, state_manager.api_key) as made:
        yield made


def test_graphs_are_read_in_order_without_retired_ones(client: StateManager) -> None:
    """They are sorted by namespace and name, in whatever order they were created or requested."""
    begun: list[str] = []

    graphs = live.read(client, ["shared", "analytics", "shared"], begin=begun.append)

    assert [(graph.namespace, graph.name) for graph in graphs] == [
        ("analytics", "a"),
        ("analytics", "daily-report"),
        ("shared", "b"),
    ]
    assert begun == ["analytics", "shared"]


def test_secrets_are_known_by_name_only(client: StateManager) -> None:
    """The listing's ciphertext is as secret as the value it encrypts, and is dropped."""
    (graph,) = live.read(client, ["analytics"], ["a"])

    assert graph.inputs["secrets"] == {"key": template.UNKNOWN}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("daily_report", "there is no graph 'daily_report' (did you mean 'daily-report'?)"),
        ("nothing like it", "there is no graph 'nothing like it'"),
        ("gone", "graph 'gone' is retired, so there is nothing to export"),
    ],
)
def test_a_graph_that_is_not_there(client: StateManager, name: str, message: str) -> None:
    """A requested name that doesn't exist is an error, not an empty program."""
    with pytest.raises(GraphNotFound) as caught:
        live.read(client, ["analytics"], ["a", name])

    assert str(caught.value) == message


def test_an_unknown_namespace_has_no_graphs(client: StateManager) -> None:
    """The state manager doesn't distinguish an unknown from an empty namespace."""
    assert live.read(client, ["nowhere"]) == []


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    "fields",
    [
        {"retry_policy": {"max_retries": float("inf")}},
        {"retry_policy": {"exponent": float("nan")}},
        {"nodes": [{**PING, "next_nodes": "b"}]},
        {"secrets": [None]},
        {"store_config": "none"},
    ],
    ids=["Infinity", "NaN", "next_nodes", "secrets", "store_config"],
)
def test_a_document_of_an_odd_form(proxy: FaultProxy, fields: dict[str, Any]) -> None:
    """It is left out, and named in one line; it is an error only if requested by name."""

    def odd(reply: Reply) -> Reply:
        listing = json.loads(reply.body)
        next(one for one in listing["templates"] if one["name"] == "daily-report").update(fields)
        return replace(reply, body=json.dumps(listing).encode())

    proxy.inject("GET graphs", Fault("an odd document", answer=odd), times=None)
    with StateManager(proxy.uri, API_KEY) as through:
        remarks: list[str] = []
        found = live.read(through, ["analytics"], remark=remarks.append)
        assert "daily-report" not in {graph.name for graph in found}
        assert [remark.partition(" has a form")[0] for remark in remarks] == [
            "left out: graph 'daily-report' in namespace 'analytics'"
        ]
        with pytest.raises(UnreadableAnswer, match=r"^graph 'daily-report' in namespace 'analytics' has a form that"):
            live.read(through, ["analytics"], ["daily-report"])
        assert len(live.read(through, ["analytics"], ["a"])) == 1
