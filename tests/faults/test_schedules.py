"""Schedules: a VALID that isn't final yet, rows that are being made, and rows that fire."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from pulumi_exosphere.state_manager import StateManager
from tests.support.brevity import BRIEFLY
from tests.support.fault_proxy import FaultProxy, kind_of
from tests.support.hooks_driver import Resource
from tests.support.live import put
from tests.support.wanted import node, report

WHERE = ("analytics", "daily-report")


@pytest.fixture
def graph(state_manager: LocalStateManager) -> Resource:
    """Return a graph that no state knows yet."""
    return Resource({"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key})


def with_schedules(*expressions: str, **more: Any) -> dict[str, Any]:
    """Return the report with these schedules."""
    return report(**more, triggers={expression: {"type": "CRON"} for expression in expressions})


def body(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the upsert of what a program wants."""
    return template.to_body(template.normalise(wanted))


def rows(state_manager: LocalStateManager) -> list[str]:
    """Return the expressions that would fire."""
    state_manager.settle()
    return sorted(row.expression for row in state_manager.cron_rows())


@pytest.mark.parametrize(("validation", "moment"), [(0.0, 0.15), (0.4, 0.6)], ids=["quick", "slow"])
def test_valid_that_is_not_final(state_manager: LocalStateManager, validation: float, moment: float) -> None:
    """A graph that is VALID until its rows can't be made isn't considered deployed: it is sent again."""
    state_manager.faults.validation_delay = validation
    state_manager.faults.valid_moment = moment
    config = {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}
    graphs = [Resource(config) for _ in range(8)]
    graphs[0].begin()
    checked = [one.check(with_schedules("0 5 * * *", name=f"graph-{n}")) for n, one in enumerate(graphs)]
    state_manager.faults.duplicate_triggers = 8
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda it: it[0].provider.create(it[1]), zip(graphs, checked, strict=True)))
    assert rows(state_manager) == ["0 5 * * *"] * 8
    assert {one["validation_status"] for one in state_manager.graphs("analytics")} == {"VALID"}


def test_invalid_when_looked_at_afterwards(graph: Resource, state_manager: LocalStateManager) -> None:
    """The look after the write notices that as well, however late it comes."""
    other = Resource(graph.config)
    graph.up(report())
    other.up(report(name="other"))
    graph.begin()
    wanted = with_schedules("0 5 * * *")
    checked = [graph.check(wanted), other.check(with_schedules(name="other"))]
    for one, news in zip((graph, other), checked, strict=True):
        assert one.provider.diff("", one.outs, news).changes
    graph.provider.update("", graph.outs, checked[0])
    state_manager.faults.duplicate_triggers = 1
    assert put(state_manager, *WHERE, body(wanted))["validation_status"] == "INVALID"
    other.provider.update("", other.outs, checked[1])
    assert state_manager.graph(*WHERE)["validation_status"] == "VALID"
    assert rows(state_manager) == ["0 5 * * *"]


@pytest.mark.parametrize("wanted", [[], ["0 5 * * *"], ["0 6 * * *"]], ids=["removed", "kept", "changed"])
def test_rows_that_are_being_made(graph: Resource, state_manager: LocalStateManager, wanted: list[str]) -> None:
    """Nothing is sent between another writer's VALID and the making of its rows: the rows would stay behind."""
    graph.up(with_schedules())
    state_manager.faults.clock = 0.0
    state_manager.faults.rows_delay = 0.3
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        client.put_graph(*WHERE, body(with_schedules("0 5 * * *")))
    graph.config["exosphere:overwriteDrift"] = "true"
    graph.up(with_schedules(*wanted, retry_policy={"max_retries": 7}))
    assert rows(state_manager) == wanted
    assert state_manager.graph(*WHERE)["validation_status"] == "VALID"


@pytest.fixture
def firing(graph: Resource, state_manager: LocalStateManager) -> Resource:
    """Return a graph whose schedule fires each minute, a moment from now."""
    state_manager.faults.scheduler = True
    state_manager.faults.firing = 2.0
    graph.up(with_schedules("* * * * *", "0 5 * * *", secrets={}, nodes={"ping": node("Ping")}))
    state_manager.faults.clock = 59.9 - time.time() % 60
    time.sleep(0.2)
    return graph


@pytest.mark.parametrize("wanted", [[], ["* * * * *"], ["0 5 * * *"]], ids=["removed", "kept", "one of two removed"])
def test_rows_that_fire(firing: Resource, state_manager: LocalStateManager, wanted: list[str]) -> None:
    """Nothing is sent while a schedule fires: it would fire for ever, or make the graph INVALID."""
    firing.up(with_schedules(*wanted, secrets={}, nodes={"ping": node("Ping")}))
    assert rows(state_manager) == wanted
    assert state_manager.graph(*WHERE)["validation_status"] == "VALID"


def test_a_graph_that_is_retired_while_it_fires(firing: Resource, state_manager: LocalStateManager) -> None:
    """A delete isn't sent either."""
    firing.destroy()
    assert rows(state_manager) == []


def test_an_attachment_that_goes_while_it_fires(graph: Resource, state_manager: LocalStateManager) -> None:
    """Nor is the deletion of an attachment's schedule."""
    state_manager.faults.scheduler = True
    state_manager.faults.firing = 2.0
    put(state_manager, *WHERE, body(report(secrets={}, nodes={"ping": node("Ping")})))
    schedule = Resource(graph.config, CronTriggerProvider())
    schedule.up({"graph": "/".join(WHERE), "expression": "* * * * *"})
    state_manager.faults.clock = 59.9 - time.time() % 60
    time.sleep(0.2)
    schedule.destroy()
    assert rows(state_manager) == []


PLAIN: dict[str, Any] = {"secrets": {}, "nodes": {"ping": node("Ping")}}


@pytest.fixture
def met(graph: Resource, state_manager: LocalStateManager, proxy: FaultProxy) -> Callable[..., None]:
    """Return a function that lets another writer's upsert arrive while the next one is being validated."""
    put(state_manager, *WHERE, body(with_schedules("0 5 * * *", **PLAIN)))
    state_manager.faults.validation_delay = 0.1
    state_manager.faults.rows_delay = 0.05
    graph.config["exosphere:stateManagerUri"] = proxy.uri

    def meet(*expressions: str) -> None:
        proxy.clear()

        def write(method: str, path: str, _: int) -> None:
            if kind_of(method, path) == "PUT graph":
                proxy.on_answer = None
                with StateManager(state_manager.uri, state_manager.api_key) as client:
                    client.put_graph(*WHERE, body(with_schedules(*expressions, **PLAIN)))

        proxy.on_answer = write

    return meet


def test_rows_of_a_version_that_was_replaced(
    graph: Resource, met: Callable[..., None], state_manager: LocalStateManager
) -> None:
    """An attachment that meets another writer leaves neither rows of its first version nor an INVALID graph."""
    schedule = Resource(graph.config, CronTriggerProvider())
    met("0 6 * * *", "@daily")  # It has read the schedule that goes, and has the new one.
    schedule.up({"graph": "/".join(WHERE), "expression": "@daily"})
    assert rows(state_manager) == ["0 6 * * *", "@daily"]
    assert state_manager.graph(*WHERE)["validation_status"] == "VALID"
    met("@daily")
    schedule.destroy()
    assert rows(state_manager) == []
    assert state_manager.graph(*WHERE)["validation_status"] == "VALID"


@pytest.mark.parametrize("operation", ["taken over", "updated"])
def test_a_graph_that_was_replaced_names_the_schedules_left_behind(
    graph: Resource, met: Callable[..., None], state_manager: LocalStateManager, operation: str
) -> None:
    """A `Graph` doesn't write over the other version to remove its own version's rows: the error names them."""
    graph.config["exosphere:adopt"] = "true"
    if operation == "updated":
        graph.up(with_schedules("0 5 * * *", **PLAIN))
    met("0 7 * * *")
    with pytest.raises(Conflict, match=r"Its schedules \(0 6 \* \* \*\) may still fire.*Outcome: not written$"):
        graph.up(with_schedules("0 6 * * *", **PLAIN))
    assert rows(state_manager) == ["0 6 * * *", "0 7 * * *"]
    assert [one["value"]["expression"] for one in state_manager.graph(*WHERE)["triggers"]] == ["0 7 * * *"]


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("writer", ["an attachment", "another section's attachment", "a graph"])
def test_a_schedule_that_another_run_is_just_removing(
    graph: Resource, state_manager: LocalStateManager, writer: str, times: int
) -> None:
    """It is listed three times, and no upsert that keeps the rest keeps it; one that a script listed twice is kept."""
    if writer == "a graph":
        graph.up(report(**PLAIN))
    document = body(with_schedules("0 5 * * *", "0 6 * * *", **PLAIN))
    put(
        state_manager,
        *WHERE,
        {**document, "triggers": [*document["triggers"], *(times - 1) * document["triggers"][:1]]},
    )
    if writer == "an attachment":
        Resource(graph.config, CronTriggerProvider()).up({"graph": "/".join(WHERE), "expression": "0 7 * * *"})
    elif writer == "a graph":
        graph.up(report(**PLAIN, retry_policy={"max_retries": 7}))
    else:
        Resource(graph.config, RetryPolicyProvider()).up({"graph": "/".join(WHERE), "max_retries": 7})
    kept = ["0 5 * * *"] if times == 2 else []
    assert rows(state_manager) == [*kept, "0 6 * * *", *(["0 7 * * *"] if writer == "an attachment" else [])]


STACK = """\
import sys
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from tests.support.hooks_driver import Resource

config = {"exosphere:stateManagerUri": sys.argv[1], "exosphere:apiKey": sys.argv[2]}
schedule = Resource(config, CronTriggerProvider())
for round in range(int(sys.argv[4])):
    schedule.up({"graph": "analytics/daily-report", "expression": f"{round} {sys.argv[3]} * * *"})
"""


@pytest.mark.parametrize(
    "rounds",
    [2 if BRIEFLY else 6, pytest.param(30, marks=[pytest.mark.full, pytest.mark.timeout(900)])],
    ids="{} rounds".format,
)
def test_two_programs(state_manager: LocalStateManager, rounds: int) -> None:
    """If two programs replace their schedules of one graph at once, no piece is lost, and none comes back."""
    put(state_manager, *WHERE, body(report(secrets={}, nodes={"ping": node("Ping")})))
    state_manager.faults.clock = 0.0
    state_manager.faults.validation_delay = 0.1
    state_manager.faults.rows_delay = 0.15
    root = Path(__file__).parents[2]
    stacks = [
        subprocess.Popen(
            [sys.executable, "-c", STACK, state_manager.uri, state_manager.api_key, hour, str(rounds)], cwd=root
        )
        for hour in ("1", "2")
    ]
    assert [stack.wait(900) for stack in stacks] == [0, 0]
    last = [f"{rounds - 1} {hour} * * *" for hour in ("1", "2")]
    assert rows(state_manager) == last
    live = state_manager.graph(*WHERE)
    assert live["validation_status"] == "VALID"
    assert sorted(trigger["value"]["expression"] for trigger in live["triggers"]) == last
