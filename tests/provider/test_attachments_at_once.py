"""Several attachments on one graph at once: of one stack, of two, and together with someone else's script."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from pulumi_exosphere.provider.store_config import StoreConfigProvider
from tests.support.fault_proxy import FaultProxy, kind_of
from tests.support.hooks_driver import Resource
from tests.support.live import put
from tests.support.wanted import node

pytestmark = pytest.mark.usefixtures("either_front")

GRAPH = "analytics/plain"


def write(state_manager: LocalStateManager, *expressions: str, **sections: Any) -> None:
    """Write the graph with these schedules, like a script that keeps nothing it doesn't know of."""
    graph = {"name": "plain", "namespace": "analytics", "nodes": {"ping": node("Ping")}, "secrets": {}, **sections}
    triggers = {expression: {"type": "CRON"} for expression in expressions}
    put(state_manager, "analytics", "plain", template.to_body(template.normalise({**graph, "triggers": triggers})))


def config(uri: str, state_manager: LocalStateManager) -> dict[str, str]:
    """Use the configuration of a stack."""
    return {"exosphere:stateManagerUri": uri, "exosphere:apiKey": state_manager.api_key}


def schedules(state_manager: LocalStateManager) -> set[str]:
    """Return the live expressions."""
    return {trigger["value"]["expression"] for trigger in state_manager.graph("analytics", "plain")["triggers"]}


@pytest.fixture(autouse=True)
def graph(state_manager: LocalStateManager) -> None:
    """Return a live graph that no stack of these tests declares."""
    write(state_manager, "1 1 * * *")
    state_manager.clear_requests()


def test_one_stack(state_manager: LocalStateManager) -> None:
    """Attachments that the engine handles in parallel never lose each other's piece on create, update or delete."""
    configured = config(state_manager.uri, state_manager)
    wanted: list[tuple[Any, dict[str, Any]]] = [(RetryPolicyProvider(), {"graph": GRAPH, "max_retries": 5})]
    wanted += [(StoreConfigProvider(), {"graph": GRAPH, "default_values": {"a": "1"}})]
    wanted += [(CronTriggerProvider(), {"graph": GRAPH, "expression": f"0 {hour} * * *"}) for hour in range(6)]
    stack = [Resource(configured, provider) for provider, _ in wanted]
    stack[0].begin()
    with ThreadPoolExecutor(4) as workers:
        checked = [resource.check(inputs) for resource, (_, inputs) in zip(stack, wanted, strict=True)]
        created = list(workers.map(lambda it: it[0].provider.create(it[1]), zip(stack, checked, strict=True)))
    live = state_manager.graph("analytics", "plain")
    assert schedules(state_manager) == {"1 1 * * *", *(f"0 {hour} * * *" for hour in range(6))}
    assert (live["retry_policy"]["max_retries"], live["store_config"]["default_values"]) == (5, {"a": "1"})
    stack[0].begin()
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda it: it[0].provider.delete(it[1].id, it[1].outs), zip(stack, created, strict=True)))
    live = state_manager.graph("analytics", "plain")
    assert schedules(state_manager) == {"1 1 * * *"}
    assert (live["retry_policy"]["max_retries"], live["store_config"]["default_values"]) == (3, {})


class Once:
    """Run something at the first request of a kind, while that request waits."""

    def __init__(self, kind: str, happens: Callable[[], None], *, times: int = 1) -> None:
        self._kind, self._happens, self._left = kind, happens, times

    def __call__(self, method: str, path: str, _number: int) -> None:
        """Run it, as `FaultProxy` calls it."""
        if self._left and kind_of(method, path) == self._kind:
            self._left -= 1
            self._happens()


def test_written_after_it_was_read(state_manager: LocalStateManager) -> None:
    """What was written just before the read before the upsert is kept."""
    with FaultProxy(state_manager.uri) as proxy:
        schedule = Resource(config(proxy.uri, state_manager), CronTriggerProvider())
        schedule.begin()
        checked = schedule.check({"graph": GRAPH, "expression": "@daily"})
        proxy.on_request = Once("GET graph", lambda: write(state_manager, "1 1 * * *", "2 2 * * *"))
        schedule.provider.create(checked)
    assert schedules(state_manager) == {"1 1 * * *", "2 2 * * *", "@daily"}


def test_taken_away_at_once(state_manager: LocalStateManager) -> None:
    """If a script had read the graph before and writes it just afterwards, that is noticed, and its piece is kept."""
    with FaultProxy(state_manager.uri) as proxy:
        schedule = Resource(config(proxy.uri, state_manager), CronTriggerProvider())
        proxy.on_answer = Once("PUT graph", lambda: write(state_manager, "1 1 * * *", "2 2 * * *"))
        schedule.up({"graph": GRAPH, "expression": "@daily"})
        assert proxy.kinds().count("PUT graph") == 2
    assert schedules(state_manager) == {"1 1 * * *", "2 2 * * *", "@daily"}


def test_written_while_a_schedule_was_firing(state_manager: LocalStateManager) -> None:
    """A piece that ended INVALID because of that is sent once more, but not over another writer's change."""
    state_manager.faults.duplicate_triggers = 1
    with FaultProxy(state_manager.uri) as proxy:
        schedule = Resource(config(proxy.uri, state_manager), CronTriggerProvider())
        look = Once("GET graph", lambda: write(state_manager, "1 1 * * *", "2 2 * * *"))
        sent: list[str] = []

        def after_the_verdict(method: str, path: str, number: int) -> None:
            sent.extend([path] * (kind_of(method, path) == "PUT graph"))
            if sent:
                look(method, path, number)

        proxy.on_answer = after_the_verdict
        schedule.up({"graph": GRAPH, "expression": "@daily"})
    assert schedules(state_manager) == {"1 1 * * *", "2 2 * * *", "@daily"}


def test_brought_back_at_once(state_manager: LocalStateManager) -> None:
    """The same is true of a schedule that is deleted."""
    with FaultProxy(state_manager.uri) as proxy:
        schedule = Resource(config(proxy.uri, state_manager), CronTriggerProvider())
        schedule.up({"graph": GRAPH, "expression": "@daily"})
        proxy.on_answer = Once("PUT graph", lambda: write(state_manager, "1 1 * * *", "@daily", "2 2 * * *"))
        schedule.destroy()
    assert schedules(state_manager) == {"1 1 * * *", "2 2 * * *"}


def test_taken_away_for_ever(state_manager: LocalStateManager) -> None:
    """A writer that never stops is reported."""
    with FaultProxy(state_manager.uri) as proxy:
        schedule = Resource(config(proxy.uri, state_manager), CronTriggerProvider())
        proxy.on_answer = Once("PUT graph", lambda: write(state_manager, "1 1 * * *"), times=100)
        with pytest.raises(Exception, match=r"another writer undid that each time.*Outcome: not written"):
            schedule.up({"graph": GRAPH, "expression": "@daily"})
        assert proxy.kinds().count("PUT graph") == 4


def test_set_otherwise_at_once(state_manager: LocalStateManager) -> None:
    """Two that set one section do not alternate for ever: the later one stays, and the other says so."""
    with FaultProxy(state_manager.uri) as proxy:
        retry = Resource(config(proxy.uri, state_manager), RetryPolicyProvider())
        proxy.on_answer = Once("PUT graph", lambda: write(state_manager, retry_policy={"max_retries": 7}))
        with pytest.raises(Exception, match=r"another writer changed the retry policy.*Outcome: not written"):
            retry.up({"graph": GRAPH, "max_retries": 5})
    assert state_manager.graph("analytics", "plain")["retry_policy"]["max_retries"] == 7


STACK = """\
import sys
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from tests.support.hooks_driver import Resource

config = {"exosphere:stateManagerUri": sys.argv[1], "exosphere:apiKey": sys.argv[2]}
Resource(config, CronTriggerProvider()).up({"graph": sys.argv[3], "expression": sys.argv[4]})
"""


def test_two_stacks(state_manager: LocalStateManager) -> None:
    """If two runs have both read the graph before either writes it, both pieces are live in the end."""
    both = threading.Barrier(2, timeout=60)
    met: list[str] = []

    def meet(method: str, path: str, _number: int) -> None:
        if kind_of(method, path) == "PUT graph" and len(met) < 2:
            met.append(path)
            both.wait()

    root = Path(__file__).parents[2]
    with FaultProxy(state_manager.uri, on_request=meet) as proxy:
        arguments = [proxy.uri, state_manager.api_key, GRAPH]
        stacks = [
            subprocess.Popen([sys.executable, "-c", STACK, *arguments, expression], cwd=root)
            for expression in ("@daily", "@hourly")
        ]
        assert [stack.wait(120) for stack in stacks] == [0, 0]
        assert len(met) == 2
    state_manager.settle()
    assert schedules(state_manager) == {"1 1 * * *", "@daily", "@hourly"}
