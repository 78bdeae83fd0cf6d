"""A refresh considers a graph gone if the state manager says so, and never because a request failed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_exosphere.errors import StateManagerError, Unauthorized
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from pulumi_exosphere.provider.store_config import StoreConfigProvider
from tests.support import by_hand, faults
from tests.support.fault_proxy import FaultProxy
from tests.support.faults import Fault
from tests.support.hooks_driver import Resource, as_wired
from tests.support.live import put
from tests.support.wanted import report

pytestmark = pytest.mark.usefixtures("either_front")

NS, NAME = "analytics", "daily-report"
WANTED = report(triggers={"0 9 * * *": {"type": "CRON"}})
TIMEOUT = 0.4
GRAPH = f"{NS}/{NAME}"
ATTACHMENTS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "RetryPolicy": (RetryPolicyProvider, {"graph": GRAPH, "max_retries": 3}),
    "StoreConfig": (StoreConfigProvider, {"graph": GRAPH}),
    "CronTrigger": (CronTriggerProvider, {"graph": GRAPH, "expression": "0 9 * * *"}),
}


@pytest.fixture
def config(proxy: FaultProxy, state_manager: LocalStateManager) -> dict[str, str]:
    """Use the configuration of a stack that doesn't repeat requests."""
    return {
        "exosphere:stateManagerUri": proxy.uri,
        "exosphere:apiKey": state_manager.api_key,
        "exosphere:requestTimeout": str(TIMEOUT),
        "exosphere:maxRetries": "0",
    }


@pytest.fixture
def resources(config: dict[str, str]) -> dict[str, Resource]:
    """Deploy a graph and its attachments."""
    made = {"Graph": Resource(config)}
    made["Graph"].up(WANTED)
    for name, (provider, wanted) in ATTACHMENTS.items():
        made[name] = Resource(config, provider())
        made[name].up(wanted)
    return made


KINDS = ("Graph", *ATTACHMENTS)
FAULTS = {name: fault for name, fault in faults.every_fault(TIMEOUT).items() if fault is not faults.UNAUTHORIZED}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_nothing_can_be_read(resources: dict[str, Resource], proxy: FaultProxy, fault: Fault) -> None:
    """If neither listing nor graph can be read, the refresh fails; a harmless fault changes nothing."""
    for resource in resources.values():
        before = told(resource)
        proxy.inject("*", fault, times=None)
        if fault.name == "re-ordered":
            assert resource.refresh()
        else:
            with pytest.raises(StateManagerError) as raised:
                resource.refresh()
            assert "canary" not in str(raised.value)
        assert told(resource) == before
        proxy.clear()
        _wait_until_open(resource)


def told(resource: Resource) -> list[Any]:
    """Return the state of a resource, with numbers and nulls as the engine stores them."""
    return [resource.id, as_wired(resource.inputs), as_wired(resource.outs)]


def _wait_until_open(resource: Resource) -> None:
    """A fault may make the server refuse connections for a moment."""
    patient = Resource({**resource.config, "exosphere:maxRetries": "8"}, resource.provider, resource.id)
    patient.outs = resource.outs
    assert patient.refresh()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_listing_can_not_be_read(resources: dict[str, Resource], proxy: FaultProxy, fault: Fault) -> None:
    """If only the listing fails, a GET reads what it can; what it can't read, sections, stays as it was."""
    graph = resources["Graph"]
    before = told(graph)
    proxy.inject("GET graphs", fault, times=None)
    with contextlib.suppress(StateManagerError):  # After a broken listing, no request is repeated.
        assert graph.refresh()
    assert told(graph) == before


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_key(resources: dict[str, Resource], proxy: FaultProxy, kind: str) -> None:
    """A rejected key is reported as an error."""
    proxy.inject("*", faults.UNAUTHORIZED, times=None)
    with pytest.raises(Unauthorized, match="apiKey"):
        resources[kind].refresh()


@pytest.mark.parametrize("kind", KINDS)
def test_one_unreadable_graph(resources: dict[str, Resource], state_manager: LocalStateManager, kind: str) -> None:
    """One stored document that the server can't read makes the whole listing fail, but removes no other graph."""
    state_manager.faults.unreadable.add(f"{NS}/somebody-elses")
    assert resources[kind].refresh()


def test_an_unreadable_graph(resources: dict[str, Resource], state_manager: LocalStateManager) -> None:
    """A graph that can't be read is itself an error."""
    state_manager.faults.unreadable.add(GRAPH)
    with pytest.raises(StateManagerError, match="500"):
        resources["Graph"].refresh()


def test_change_behind_an_unreadable_listing(resources: dict[str, Resource], state_manager: LocalStateManager) -> None:
    """Nodes are read by GET; sections, which GET reports wrongly, are left as they were."""
    graph = resources["Graph"]

    def change(body: dict[str, Any]) -> None:
        by_hand.node(body, "extract")["inputs"]["source"] = "lake"
        body["triggers"].clear()

    by_hand.change(state_manager, NS, NAME, change)
    state_manager.faults.unreadable.add(f"{NS}/somebody-elses")
    assert graph.refresh()
    assert graph.outs["nodes"]["extract"]["inputs"] == {"source": "lake"}
    assert graph.outs["triggers"] == {"0 9 * * *": {"type": "CRON"}}
    state_manager.faults.clear()
    assert graph.refresh()
    assert graph.outs["triggers"] == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("listed", [True, False], ids=["by the listing", "by a GET"])
def test_retired(resources: dict[str, Resource], state_manager: LocalStateManager, kind: str, listed: bool) -> None:
    """A retired graph is gone, and so are its attachments."""
    by_hand.retire(state_manager, NS, NAME)
    if not listed:
        state_manager.faults.unreadable.add(f"{NS}/somebody-elses")
    assert not resources[kind].refresh()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("listed", [True, False], ids=["by the listing", "by a GET"])
def test_gone(resources: dict[str, Resource], state_manager: LocalStateManager, kind: str, listed: bool) -> None:
    """A graph that the state manager no longer knows is gone; the next up creates it again."""
    state_manager.clear()
    if not listed:
        state_manager.faults.unreadable.add(f"{NS}/somebody-elses")
    assert not resources[kind].refresh()


def test_gone_and_made_again(state_manager: LocalStateManager, config: dict[str, str]) -> None:
    """A graph that someone retired is live again after the next up."""
    graph = Resource(config)
    graph.up(WANTED)
    by_hand.retire(state_manager, NS, NAME)
    graph.refresh()
    graph.up(WANTED)
    stored = state_manager.graph(NS, NAME)
    assert stored is not None
    assert (stored["validation_status"], stored["secrets"]) == ("VALID", ["warehouse_password"])


def test_another_server(resources: dict[str, Resource], proxy: FaultProxy) -> None:
    """A listing of another namespace, or an incomplete one, removes nothing."""
    cut = faults.instead("cut", faults.Reply(200, b'{"namespace":"analytics","count":2,"templates":[]}'))
    other = faults.instead("other", faults.Reply(200, b'{"namespace":"other","count":0,"templates":[]}'))
    for fault in (cut, other):
        proxy.clear()
        proxy.inject("GET graphs", fault, times=None)
        assert resources["Graph"].refresh()


def test_a_graph_of_the_same_name_elsewhere(state_manager: LocalStateManager, config: dict[str, str]) -> None:
    """A graph is searched for only in its own namespace."""
    body = {"secrets": {}, "nodes": [{"node_name": "Ping", "namespace": NS, "identifier": "a", "inputs": {}}]}
    graph = Resource(config)
    graph.up(WANTED)
    put(state_manager, "shared", NAME, body)
    before = told(graph)
    assert graph.refresh()
    assert told(graph) == before
