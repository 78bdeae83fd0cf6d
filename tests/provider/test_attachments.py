"""Attachments through their hooks, on graphs that another program made."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime import rpc

from pulumi_exosphere import template
from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from pulumi_exosphere.provider.store_config import StoreConfigProvider
from pulumi_exosphere.template.sections import FOLDED
from tests.support.hooks_driver import Refused, Resource
from tests.support.live import put
from tests.support.nodes import NODES
from tests.support.nodes import node as registered
from tests.support.wanted import node, report

pytestmark = pytest.mark.usefixtures("either_front")

PING = {"name": "plain", "namespace": "analytics", "nodes": {"ping": node("Ping")}, "secrets": {}}
GRAPH = "analytics/plain"


@pytest.fixture
def config(state_manager: LocalStateManager) -> dict[str, str]:
    """Use the configuration of a stack on the embedded state manager, where a graph without secrets is live."""
    configured = {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}
    Resource(configured).up({**PING, "triggers": {"1 1 * * *": {"type": "CRON"}}})
    return configured


def live(state_manager: LocalStateManager) -> dict[str, Any]:
    """Return the stored document."""
    return next(document for document in state_manager.graphs("analytics") if document["name"] == "plain")


def schedules(state_manager: LocalStateManager) -> set[str]:
    """Return the live expressions."""
    return {trigger["value"]["expression"] for trigger in live(state_manager)["triggers"]}


def test_schedule(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A schedule is added, changed and removed, and everything else of the graph stays."""
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
    """A retry policy and a store are set, and reset to the default."""
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
    """Nothing is sent for a piece that is already live."""
    state_manager.clear_requests()
    Resource(config, CronTriggerProvider()).up({"graph": GRAPH, "expression": "1 1 * * *"})
    assert [request for request in state_manager.requests if request.method == "PUT"] == []


def test_secrets(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """On a graph with secrets it is rejected at preview, with the solution."""
    Resource(config).up(report())
    with pytest.raises(Refused, match=r"has secrets .warehouse_password.*Target the Graph resource too"):
        Resource(config, RetryPolicyProvider()).preview({"graph": "analytics/daily-report", "max_retries": 5})


def test_no_graph(config: dict[str, str]) -> None:
    """A graph that doesn't exist is named."""
    with pytest.raises(
        Refused, match="graph 'other' in namespace 'analytics' can't be set, because that graph does not exist"
    ):
        Resource(config, RetryPolicyProvider()).preview({"graph": "analytics/other", "max_retries": 5})


FAULTS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "an id without a slash": (CronTriggerProvider, {"graph": "plain", "expression": "@daily"}, "NAMESPACE/NAME"),
    "no cron expression": (CronTriggerProvider, {"graph": GRAPH, "expression": "every day"}, "expression: "),
    "a schedule that never comes": (CronTriggerProvider, {"graph": GRAPH, "expression": "0 0 31 2 *"}, "never"),
    "negative retries": (RetryPolicyProvider, {"graph": GRAPH, "max_retries": -1}, "max_retries: "),
    "a namespace that isn't allowed": (
        CronTriggerProvider,
        {"graph": "shared/plain", "expression": "@daily"},
        r"'shared' isn't among exosphere:allowedNamespaces",
    ),
    "an output in an f-string": (
        CronTriggerProvider,
        {"graph": GRAPH, "expression": "0 9 * * Calling __str__ on an Output[T] is not supported."},
        r"plain' in namespace 'analytics', expression: an output was put into an f-string",
    ),
    "a key with a dot": (StoreConfigProvider, {"graph": GRAPH, "required_keys": ["a.b"]}, "required_keys"),
}


@pytest.mark.parametrize(("provider", "inputs", "message"), FAULTS.values(), ids=FAULTS)
def test_faults(config: dict[str, str], provider: Any, inputs: dict[str, Any], message: str) -> None:
    """A preview rejects what the state manager or the stack's configuration would reject."""
    config = {**config, "exosphere:allowedNamespaces": '["analytics"]'}
    with pytest.raises(Refused, match=message):
        Resource(config, provider()).preview(inputs)


def test_gone(config: dict[str, str]) -> None:
    """A schedule that someone removed is gone at a refresh; so are the attachments of a retired graph."""
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
    """Another writer's change is neither overwritten nor removed unnoticed."""
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


def test_taken_away_by_somebody(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A piece that someone removed isn't added again unnoticed, in any form; after a refresh has shown it, it is."""
    retry = Resource(config, RetryPolicyProvider())
    retry.up({"graph": GRAPH, "max_retries": 5})
    put(state_manager, "analytics", "plain", template.to_body(template.normalise(PING)))
    with pytest.raises(Refused, match="changed outside this stack"):
        retry.preview({"graph": GRAPH, "max_retries": 7})
    retry.config = {**config, "exosphere:overwriteDrift": "true"}
    assert retry.preview({"graph": GRAPH, "max_retries": 7})
    retry.config = config
    assert retry.refresh()
    retry.up({"graph": GRAPH, "max_retries": 7})
    assert live(state_manager)["retry_policy"]["max_retries"] == 7


def test_nodes_that_come_later(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """If a graph came before its nodes, the piece is sent after they are registered, not before, and it is VALID."""
    early = template.to_body(template.normalise({**PING, "name": "early", "nodes": {"late": node("Late")}}))
    put(state_manager, "analytics", "early", early)
    state_manager.register("analytics", [registered("Late")], after_looks=2)
    Resource(config, RetryPolicyProvider()).up({"graph": "analytics/early", "max_retries": 5})
    stored = state_manager.graph("analytics", "early")
    assert (stored["validation_status"], stored["retry_policy"]["max_retries"]) == ("VALID", 5)


def test_another_state_manager(config: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    """A piece that moves to another state manager stays at the old one, and the run says so."""
    retry = Resource(config, RetryPolicyProvider())
    retry.up({"graph": GRAPH, "max_retries": 5})
    with LocalStateManager(api_key=config["exosphere:apiKey"]) as other:
        other.register("analytics", NODES["analytics"])
        put(other, "analytics", "plain", template.to_body(template.normalise(PING)))
        retry.config = {**config, "exosphere:stateManagerUri": other.uri}
        retry.up({"graph": GRAPH, "max_retries": 5})
        assert other.graph("analytics", "plain")["retry_policy"]["max_retries"] == 5
    assert f"the one at {config['exosphere:stateManagerUri']} isn't removed" in capfd.readouterr().out


UNKNOWN: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "an expression": (CronTriggerProvider, {"graph": GRAPH, "expression": "@daily"}, {"expression": rpc.UNKNOWN}),
    "the graph": (CronTriggerProvider, {"graph": GRAPH, "expression": "@daily"}, {"graph": rpc.UNKNOWN}),
    "a number": (RetryPolicyProvider, {"graph": GRAPH, "max_retries": 5}, {"max_retries": rpc.UNKNOWN}),
    "the keys": (StoreConfigProvider, {"graph": GRAPH, "required_keys": []}, {"required_keys": rpc.UNKNOWN}),
    "a value": (StoreConfigProvider, {"graph": GRAPH}, {"default_values": {"a": rpc.UNKNOWN}}),
}


@pytest.mark.parametrize(("provider", "known", "unknown"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown(config: dict[str, str], provider: Any, known: dict[str, Any], unknown: dict[str, Any]) -> None:
    """A value that a preview doesn't know yet is no error, but a change."""
    resource = Resource(config, provider())
    assert resource.preview({**known, **unknown})
    resource.up(known)
    assert resource.preview({**known, **unknown})


def test_moved_to_another_graph(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """If both graphs belong to others, the piece is added to one and removed from the other."""
    schedule, retry = Resource(config, CronTriggerProvider()), Resource(config, RetryPolicyProvider())
    put(state_manager, "analytics", "other", template.to_body(template.normalise({**PING, "name": "other"})))
    schedule.up({"graph": GRAPH, "expression": "@daily"})
    retry.up({"graph": GRAPH, "max_retries": 5})
    schedule.up({"graph": "analytics/other", "expression": "@daily"})
    retry.up({"graph": "analytics/other", "max_retries": 5})
    assert (schedules(state_manager), live(state_manager)["retry_policy"]["max_retries"]) == ({"1 1 * * *"}, 3)
    other = state_manager.graph("analytics", "other")
    assert [trigger["value"]["expression"] for trigger in other["triggers"]] == ["@daily"]
    assert other["retry_policy"]["max_retries"] == 5
    assert schedule.id == "analytics/plain/triggers/@daily", "the id as of creation"


def test_folded(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A piece that its graph's own hooks have sent is found in place, and stays if only its resource is removed."""
    graph, schedule = Resource(config), Resource(config, CronTriggerProvider())
    declared = {**report(), "triggers": {"@daily": {"type": "CRON"}}}
    graph.up(declared)
    state_manager.clear_requests()
    graph.begin()
    graph.check(declared)
    checked = schedule.check({"graph": "analytics/daily-report", "expression": "@daily", FOLDED: True})
    created = schedule.provider.create(checked)
    schedule.provider.delete(created.id, created.outs or {})
    assert [request for request in state_manager.requests if request.method == "PUT"] == []


def test_graph_that_leaves_the_program(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A folded piece is the attachment's own once its graph is another program's: shown, changed and removed."""
    graph, schedule = Resource(config), Resource(config, CronTriggerProvider())
    store = Resource(config, StoreConfigProvider())
    sections = {"triggers": {"@daily": {"type": "CRON"}}, "store_config": {"default_values": {"batch": "100"}}}
    declared = {**PING, "name": "theirs", **sections}
    graph.up(declared)
    own = {"graph": "analytics/theirs", FOLDED: True}
    for resource, fields in ((schedule, {"expression": "@daily"}), (store, sections["store_config"])):
        resource.up({**own, **fields})
        assert not resource.preview({**own, **fields})
        resource.up({"graph": "analytics/theirs", **fields})
        assert not resource.preview({"graph": "analytics/theirs", **fields})
    changed = {**declared, "store_config": {"default_values": {"batch": "2500"}}}
    put(state_manager, "analytics", "theirs", template.to_body(template.normalise(changed)))
    assert store.refresh()
    assert store.outs["default_values"] == {"batch": "2500"}
    store.up({"graph": "analytics/theirs", "default_values": {"batch": "100"}})
    schedule.up({"graph": GRAPH, "expression": "@daily"})
    left = state_manager.graph("analytics", "theirs")
    assert (left["triggers"], left["store_config"]["default_values"]) == ([], {"batch": "100"})


def test_piece_of_a_targeted_run(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """If a targeted run added a piece to a graph whose state doesn't have it, no hook of the graph would remove it."""
    graph, schedule = Resource(config), Resource(config, CronTriggerProvider())
    declared = {**PING, "name": "ours", "triggers": {}}
    graph.up(declared)
    schedule.up({"graph": "analytics/ours", "expression": "@daily", FOLDED: True})
    graph.begin()
    graph.check(declared)
    checked = schedule.check({"graph": GRAPH, "expression": "@daily"})
    schedule.provider.update("", schedule.outs, checked)
    assert state_manager.graph("analytics", "ours")["triggers"] == []


def test_change_of_state_alone(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A key that was rotated sends nothing, whatever someone has done to the piece since."""
    retry = Resource(config, RetryPolicyProvider())
    connection = {"uri": state_manager.uri, "api_key": state_manager.api_key}
    wanted = {"graph": GRAPH, "max_retries": 5}
    retry.up({**wanted, "connection": connection})
    put(state_manager, "analytics", "plain", template.to_body(template.normalise(PING)))
    state_manager.clear_requests()
    retry.up({**wanted, "connection": {**connection, "api_key": "another"}})
    assert [request for request in state_manager.requests if request.method == "PUT"] == []
    assert retry.outs["connection"]["api_key"] == "another"


def test_state_with_an_empty_key(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """The configured state manager is called with the configured key, if state has none of its own."""
    retry = Resource(config, RetryPolicyProvider())
    retry.up({"graph": GRAPH, "max_retries": 5})
    retry.outs["connection"] = {"uri": state_manager.uri, "api_key": ""}
    retry.destroy()
    assert live(state_manager)["retry_policy"]["max_retries"] == 3


def test_empty_connection(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """The configuration doesn't fill gaps in a connection: its key is for its own server."""
    with LocalStateManager(api_key=config["exosphere:apiKey"]) as other:
        for connection in ({"uri": other.uri, "api_key": ""}, {"uri": "", "api_key": "canary"}):
            for resource, wanted in (
                (Resource(config), {**PING, "name": "elsewhere"}),
                (Resource(config, RetryPolicyProvider()), {"graph": GRAPH, "max_retries": 5}),
            ):
                with pytest.raises(Refused, match=r"connection\.(uri|api_key): is empty; give the"):
                    resource.preview({**wanted, "connection": connection})
        assert other.requests == []


def test_secrets_of_a_graph_in_the_same_run(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """If the graph's own hooks ran, its secrets are known: a piece that someone removed is restored."""
    graph, schedule = Resource(config), Resource(config, CronTriggerProvider())
    declared = {**report(), "triggers": {"@daily": {"type": "CRON"}}}
    graph.up(declared)
    gone = template.to_body(template.normalise({**report(), "triggers": {}}))
    put(state_manager, "analytics", "daily-report", gone)
    graph.begin()
    graph.check(declared)
    schedule.provider.create(schedule.check({"graph": "analytics/daily-report", "expression": "@daily", FOLDED: True}))
    stored = state_manager.graph("analytics", "daily-report")
    assert [trigger["value"]["expression"] for trigger in stored["triggers"]] == ["@daily"]
    assert stored["secrets"] == ["warehouse_password"]


def test_put_back_with_the_secrets_that_were_live(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """If a piece makes the graph INVALID, it keeps the secrets that it had, without those that the program adds."""
    graph, schedule = Resource(config), Resource(config, CronTriggerProvider())
    graph.up(report())
    graph.begin()
    declared = {**report(), "triggers": {"@daily": {"type": "CRON"}}}
    graph.check({**declared, "secrets": {**declared["secrets"], "new": "canary-secret-2"}})
    checked = schedule.check({"graph": "analytics/daily-report", "expression": "@daily", FOLDED: True})
    state_manager.faults.duplicate_triggers = 5
    with pytest.raises(InvalidGraph, match="previous version was restored and is VALID"):
        schedule.provider.create(checked)
    stored = state_manager.graph("analytics", "daily-report")
    assert (stored["secrets"], stored["triggers"]) == (["warehouse_password"], [])


def test_sent_otherwise(config: dict[str, str]) -> None:
    """A piece that differs from what its graph is sent with is rejected at preview, without a value."""
    graph, retry, store = (
        Resource(config, *given) for given in ((), (RetryPolicyProvider(),), (StoreConfigProvider(),))
    )
    sections = {"retry_policy": {"max_retries": 5}, "store_config": {"default_values": {"a": "canary-1"}}}
    graph.begin()
    graph.check({**PING, "name": "new", **sections})
    with pytest.raises(Refused, match=r"differs from what its graph is sent with .'retry_policy\.max_retries'"):
        retry.check({"graph": "analytics/new", "max_retries": 6, FOLDED: True})
    with pytest.raises(Refused, match=r"store_config\.default_values\.a") as refused:
        store.check({"graph": "analytics/new", "default_values": {"a": "canary-2"}, FOLDED: True})
    assert "canary" not in str(refused.value)
    retry.check({"graph": "analytics/new", "max_retries": 5, FOLDED: True})
