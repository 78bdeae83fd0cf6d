from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_exosphere.errors import NotRegistered
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.registrations import Registrations
from pulumi_exosphere.state_manager import StateManager
from tests.support.nodes import node

GHOST = ("analytics", "Ghost")


@pytest.fixture
def client(state_manager: LocalStateManager) -> Iterator[StateManager]:
    """Yield a connection to the state manager."""
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        yield client


def wait(registrations: Registrations, client: StateManager, graph: str, timeout: float = 0.0) -> bool:
    """Make a graph wait for the node that is not registered yet."""
    return registrations.wait(client, GraphKey(client.address, "analytics", graph), [GHOST], timeout)


def looks(state_manager: LocalStateManager) -> int:
    """Return the number of listings of the registered nodes."""
    return sum((request.method, request.path[-7:]) == ("GET", "/nodes/") for request in state_manager.requests)


def test_registered_since_the_listing(client: StateManager, state_manager: LocalStateManager) -> None:
    """A runtime that registered after the run's listing counts, even without a wait."""
    registrations = Registrations()
    assert "Ghost" not in registrations.registered(client, "analytics")
    state_manager.register("analytics", [node("Ghost")])
    assert not wait(registrations, client, "daily")
    assert looks(state_manager) == 2


def test_registered_since_another_gave_up(client: StateManager, state_manager: LocalStateManager) -> None:
    """The deadline is shared by all graphs, and a node that another graph has missed is looked for once more."""
    registrations = Registrations()
    with pytest.raises(NotRegistered, match=r"node 'Ghost' .analytics. not registered"):
        wait(registrations, client, "daily")
    state_manager.register("analytics", [node("Ghost")])
    wait(registrations, client, "weekly")


def test_never_registered(client: StateManager, state_manager: LocalStateManager) -> None:
    """After the deadline one look is enough."""
    registrations = Registrations()
    for graphs, name in enumerate(("daily", "weekly"), 1):
        with pytest.raises(NotRegistered):
            wait(registrations, client, name)
        assert looks(state_manager) == 1 + graphs


def test_registered_in_time(client: StateManager, state_manager: LocalStateManager) -> None:
    """Each look during a wait is one listing, and the one that finds the node is the last."""
    state_manager.register("analytics", [node("Ghost")], after_looks=2)
    assert wait(Registrations(), client, "daily", timeout=60.0)
    assert looks(state_manager) == 3
