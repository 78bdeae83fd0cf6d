"""The client against the embedded state manager, directly and through faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulumi_exosphere.errors import StateManagerError, Unauthorized, Unreachable, UnreadableAnswer
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support import faults
from tests.support.fault_proxy import FaultProxy
from tests.support.nodes import NODES

Act = Callable[[StateManager], Any]

TIMEOUT = 0.4
"""Seconds: short, because some faults are late responses."""


def node(identifier: str, *next_nodes: str, **inputs: str) -> dict[str, Any]:
    """Return a node that is registered in tests."""
    return {
        "node_name": "Extract",
        "namespace": "analytics",
        "identifier": identifier,
        "inputs": {"source": "s3://bucket", **inputs},
        "next_nodes": list(next_nodes),
    }


BODY = {"secrets": {"token": "hush"}, "nodes": [node("a", "b"), node("b")]}


@pytest.fixture(scope="module")
def state_manager() -> Iterator[LocalStateManager]:
    """Yield one state manager for all tests of this module, none of which depends on another's graphs."""
    with LocalStateManager(api_key="test-key") as running:
        for namespace, nodes in NODES.items():
            running.register(namespace, nodes)
        yield running


@pytest.fixture
def client(state_manager: LocalStateManager) -> Iterator[StateManager]:
    """Yield a client of the embedded state manager."""
    with StateManager(state_manager.uri, state_manager.api_key) as connected:
        yield connected


@pytest.fixture
def through(proxy: FaultProxy, state_manager: LocalStateManager) -> Iterator[StateManager]:
    """Yield a client that connects through the proxy and retries quickly."""
    with StateManager(proxy.uri, state_manager.api_key, timeout=TIMEOUT, first_wait=0.05, max_retries=9) as connected:
        yield connected


def test_writes_reads_and_lists_a_graph(client: StateManager, state_manager: LocalStateManager) -> None:
    """A graph exists on its own and in the listing once it was written; each call is one request."""
    state_manager.clear_requests()
    assert client.get_graph("fresh", "daily graph") is None
    assert client.list_graphs("fresh").graphs == {}
    written = client.put_graph("fresh", "daily graph", BODY)
    assert [node.identifier for node in written.nodes] == ["a", "b"]
    read = client.get_graph("fresh", "daily graph")
    assert read is not None
    assert read.secrets == {"token": True}
    assert list(client.list_graphs("fresh").graphs) == ["daily graph"]
    assert client.get_graph("other", "daily graph") is None
    # None of them is a redirect: the paths are right.
    assert [request.status for request in state_manager.requests] == [404, 200, 201, 200, 200, 404]


def test_lists_nodes_and_namespaces(client: StateManager) -> None:
    """It lists what runtimes registered, by namespace."""
    assert {node.name for node in client.list_nodes("analytics")} == {node["name"] for node in NODES["analytics"]}
    assert set(client.list_namespaces()) >= set(NODES)


def test_registers_nodes(client: StateManager) -> None:
    """It registers nodes as a runtime would."""
    schema = {"type": "object", "properties": {}}
    node = {"name": "Fresh", "inputs_schema": schema, "outputs_schema": schema, "secrets": ["token"]}
    client.register_nodes("new place", "workers", [node])
    assert [(node.name, node.secrets) for node in client.list_nodes("new place")] == [("Fresh", ["token"])]


def test_sees_that_it_is_up(client: StateManager) -> None:
    """A state manager that is up causes no error."""
    client.health()


def test_a_wrong_key_is_refused(state_manager: LocalStateManager) -> None:
    """The state manager itself rejects a wrong key, in its own format."""
    with StateManager(state_manager.uri, "another-key") as client, pytest.raises(Unauthorized) as caught:
        client.list_graphs("ns")
    assert "proxy" not in str(caught.value)


def test_a_refusal_of_the_rules_is_told(client: StateManager) -> None:
    """The error has the server's words about a 400, without the input that it repeats."""
    with pytest.raises(StateManagerError) as caught:
        client.put_graph("ns", "g", {"secrets": {}, "nodes": [node("a"), node("b", source="hunter2 ${{ a.b }}")]})
    assert caught.value.status == 400
    assert "hunter2" not in str(caught.value)
    assert not caught.value.may_have_been_written


def test_a_refusal_of_the_shape_says_where(client: StateManager) -> None:
    """A node is named by its identifier, and the repeated body isn't shown."""
    with pytest.raises(StateManagerError, match=r"nodes\.b\.node_name \(\w+\)") as caught:
        client.put_graph(
            "ns", "g", {"secrets": {"s": "hunter2"}, "nodes": [node("a"), {**node("b"), "node_name": " "}]}
        )
    assert caught.value.status == 422
    assert "hunter2" not in str(caught.value)


CALLS: dict[str, Act] = {
    "GET graph": lambda client: client.get_graph("ns", "g"),
    "GET graphs": lambda client: client.list_graphs("ns"),
    "GET nodes": lambda client: client.list_nodes("analytics"),
    "GET namespaces": lambda client: client.list_namespaces(),
    "GET health": lambda client: client.health(),
    "PUT graph": lambda client: client.put_graph("ns", "g", BODY),
    "PUT nodes": lambda client: client.register_nodes("ns", "workers", []),
}

SETTLED = {"HTML page, 404", "404 of another server", "redirect", "401"}
"""Faults that no retry would fix."""
NOT_SENT_AGAIN = {
    "500", "500 after it was carried out", "502", "502 after it was carried out", "503",
    "504 after it was carried out", "refused", "reset before it arrived", "reset after it was carried out",
    "late request", "slow answer", "truncated JSON", "answer cut off", "HTML page, 200",
    "HTML page, 200, after it was carried out",
}  # fmt: skip
"""Faults after which a PUT of a graph may have been carried out, as far as the client can know."""
KINDS = {
    "HTML page, 404": UnreadableAnswer,
    "404 of another server": UnreadableAnswer,
    "redirect": UnreadableAnswer,
    "401": Unauthorized,
    "truncated JSON": UnreadableAnswer,
    "HTML page, 200": UnreadableAnswer,
    "HTML page, 200, after it was carried out": UnreadableAnswer,
    "refused": Unreachable,
    "reset before it arrived": Unreachable,
    "reset after it was carried out": Unreachable,
    "late request": Unreachable,
    "slow answer": Unreachable,
    "answer cut off": Unreachable,
}


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("fault", faults.every_fault(TIMEOUT).values(), ids=lambda fault: fault.name)
def test_one_fault_at_each_call(
    client: StateManager, proxy: FaultProxy, through: StateManager, kind: str, fault: faults.Fault
) -> None:
    """A temporary fault is retried; any other, or one after which it may be carried out, is an error that says so."""
    client.put_graph("ns", "g", BODY)
    proxy.inject(kind, fault)
    fails = fault.name in SETTLED or (kind == "PUT graph" and fault.name in NOT_SENT_AGAIN)
    if not fails:
        CALLS[kind](through)
        return
    with pytest.raises(StateManagerError) as caught:
        CALLS[kind](through)
    assert type(caught.value) is KINDS.get(fault.name, StateManagerError)
    assert caught.value.may_have_been_written is (fault.name in NOT_SENT_AGAIN)
    assert len(proxy.log) <= 1


@pytest.mark.parametrize(
    "fault", [faults.PAGE_404, faults.ROUTE_404, faults.PAGE_200, faults.TRUNCATED, faults.ERROR, faults.UNAUTHORIZED],
    ids=lambda fault: fault.name,
)  # fmt: skip
@pytest.mark.parametrize("kind", ["GET graph", "GET graphs"])
def test_no_fault_says_that_a_graph_is_gone(
    proxy: FaultProxy, through: StateManager, kind: str, fault: faults.Fault
) -> None:
    """Whatever a proxy responds, permanently, is an error, never None and never an empty listing."""
    proxy.inject(kind, fault, times=None)
    with pytest.raises(StateManagerError):
        CALLS[kind](through)


def test_a_refused_connection_is_waited_out(
    state_manager: LocalStateManager, proxy: FaultProxy, through: StateManager
) -> None:
    """It survives a restart of the state manager, also for a PUT, because nothing was sent."""
    state_manager.clear_requests()
    proxy.refuse(0.05)
    through.put_graph("ns", "g", BODY)
    assert [request.method for request in state_manager.requests] == ["PUT"]


def test_faults_one_after_another_are_survived(proxy: FaultProxy, through: StateManager) -> None:
    """Each attempt may fail in another way."""
    for nth, fault in enumerate([faults.BAD_GATEWAY, faults.RESET_AFTER, faults.too_many(), faults.CUT_OFF], 1):
        proxy.inject("GET graphs", fault, nth=nth)
    through.list_graphs("ns")
    assert len(proxy.log) == 5
