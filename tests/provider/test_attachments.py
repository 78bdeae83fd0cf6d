"""Attachments through their hooks, on graphs that another program made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from pulumi_exosphere.provider.store_config import StoreConfigProvider
from tests.support.hooks_driver import Refused, Resource
from tests.support.wanted import node, report

if TYPE_CHECKING:
    from pulumi_exosphere.local import LocalStateManager

PING = {"name": "plain", "namespace": "analytics", "nodes": {"ping": node("Ping")}, "secrets": {}}
GRAPH = "analytics/plain"


@pytest.fixture
def config(state_manager: LocalStateManager) -> dict[str, str]:
    """The configuration of a stack that uses the embedded state manager, where a graph without secrets is live."""
    configured = {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}
    Resource(configured).up({**PING, "triggers": {"1 1 * * *": {"type": "CRON"}}})
    return configured


def live(state_manager: LocalStateManager) -> dict[str, Any]:
    """The stored document."""
    return next(document for document in state_manager.graphs("analytics") if document["name"] == "plain")


def schedules(state_manager: LocalStateManager) -> set[str]:
    """The live expressions."""
    return {trigger["value"]["expression"] for trigger in live(state_manager)["triggers"]}


def test_schedule(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A schedule comes, changes and goes, and everything else of the graph stays."""
    schedule = Resource(config, CronTriggerProvider())
    schedule.up({"graph": GRAPH, "expression": "0 9 * * *"})
    assert schedule.id == "analytics/plain/triggers/0 9 * * *"
    assert schedules(state_manager) == {"1 1 * * *", "0 9 * * *"}
    assert not schedule.preview({"graph": GRAPH, "expression": "0 9 * * *"})
    schedule.up({"graph": GRAPH, "expression": "0 8 * * *"})
    assert schedules(state_manager) == {"1 1 * * *", "0 8 * * *"}
    assert schedule.refresh()
    schedule.destroy()
    assert schedules(state_manager) == {"1 1 * * *"}


def test_sections(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A retry policy and a store are set, and given back to the default."""
    retry, store = Resource(config, RetryPolicyProvider()), Resource(config, StoreConfigProvider())
    retry.up({"graph": GRAPH, "max_retries": 5})
    store.up({"graph": GRAPH, "default_values": {"batch": "1"}})
    assert live(state_manager)["retry_policy"]["max_retries"] == 5
    assert live(state_manager)["store_config"]["default_values"] == {"batch": "1"}
    assert not retry.preview({"graph": GRAPH, "max_retries": 5})
    retry.destroy()
    store.destroy()
    assert live(state_manager)["retry_policy"]["max_retries"] == 3
    assert live(state_manager)["store_config"]["default_values"] == {}
    assert schedules(state_manager) == {"1 1 * * *"}


def test_in_place(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """Nothing is sent for what is there already."""
    state_manager.clear_requests()
    Resource(config, CronTriggerProvider()).up({"graph": GRAPH, "expression": "1 1 * * *"})
    assert [request for request in state_manager.requests if request.method == "PUT"] == []


def test_secrets(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """On a graph with secrets it is refused at preview, with what to do."""
    Resource(config).up(report())
    with pytest.raises(Refused, match=r"has secrets .warehouse_password.*Target the Graph resource too"):
        Resource(config, RetryPolicyProvider()).preview({"graph": "analytics/daily-report", "max_retries": 5})


def test_no_graph(config: dict[str, str]) -> None:
    """A graph that isn't there is named."""
    with pytest.raises(Refused, match="graph 'other' in namespace 'analytics' isn't there"):
        Resource(config, RetryPolicyProvider()).preview({"graph": "analytics/other", "max_retries": 5})


FAULTS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "an id without a slash": (CronTriggerProvider, {"graph": "plain", "expression": "@daily"}, "NAMESPACE/NAME"),
    "no cron expression": (CronTriggerProvider, {"graph": GRAPH, "expression": "every day"}, "expression: "),
    "a schedule that never comes": (CronTriggerProvider, {"graph": GRAPH, "expression": "0 0 31 2 *"}, "never"),
    "negative retries": (RetryPolicyProvider, {"graph": GRAPH, "max_retries": -1}, "max_retries: "),
    "a key with a dot": (StoreConfigProvider, {"graph": GRAPH, "required_keys": ["a.b"]}, "required_keys"),
}


@pytest.mark.parametrize(("provider", "inputs", "message"), FAULTS.values(), ids=FAULTS)
def test_faults(config: dict[str, str], provider: Any, inputs: dict[str, Any], message: str) -> None:
    """What the state manager would refuse is refused at preview."""
    with pytest.raises(Refused, match=message):
        Resource(config, provider()).preview(inputs)


def test_gone(config: dict[str, str]) -> None:
    """A schedule that somebody took away is gone at a refresh; so is all that belongs to a retired graph."""
    schedule, retry = Resource(config, CronTriggerProvider()), Resource(config, RetryPolicyProvider())
    schedule.up({"graph": GRAPH, "expression": "0 9 * * *"})
    retry.up({"graph": GRAPH, "max_retries": 5})
    other = Resource(config, CronTriggerProvider(), id="x", inputs=schedule.inputs, outs=schedule.outs)
    other.destroy()
    assert not schedule.refresh()
    assert retry.refresh()
    graph = Resource(config)
    graph.up({**PING, "adopt": True})
    graph.destroy()
    assert not retry.refresh()


def test_foreign_change(config: dict[str, str]) -> None:
    """What somebody else changed is neither overwritten nor taken away unseen."""
    retry = Resource(config, RetryPolicyProvider())
    retry.up({"graph": GRAPH, "max_retries": 5})
    by_hand = Resource(config, RetryPolicyProvider(), id="x", inputs=retry.inputs, outs=retry.outs)
    by_hand.up({"graph": GRAPH, "max_retries": 6})
    stale = Resource(config, RetryPolicyProvider(), id="x", inputs=retry.inputs, outs=retry.outs)
    with pytest.raises(Exception, match="changed outside this stack"):
        stale.up({"graph": GRAPH, "max_retries": 7})
    with pytest.raises(Exception, match="changed outside this stack"):
        stale.destroy()
    assert stale.refresh()
    stale.up({"graph": GRAPH, "max_retries": 7})
