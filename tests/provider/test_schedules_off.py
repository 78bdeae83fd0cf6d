"""``exosphere:schedules off``: a stack that deploys every graph without its schedules, through the hooks."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.errors import ExosphereError
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.settings import read_settings
from tests.support.hooks_driver import Refused, Resource
from tests.support.wanted import node, report

DAILY = {"0 9 * * *": {"type": "CRON"}}
PLAIN = {"name": "plain", "namespace": "analytics", "nodes": {"ping": node("Ping")}, "secrets": {}}
BY_ID = {"graph": "analytics/plain", "expression": "0 8 * * *"}


@pytest.fixture
def on(state_manager: LocalStateManager) -> dict[str, str]:
    """Use the configuration of a stack on the embedded state manager, with its schedules."""
    return {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}


@pytest.fixture
def off(on: dict[str, str]) -> dict[str, str]:
    """Use the same configuration without schedules."""
    return {**on, "exosphere:schedules": "off"}


def schedules(state_manager: LocalStateManager, name: str) -> set[str]:
    """Return the live expressions of a graph."""
    document = state_manager.graph("analytics", name)
    assert document is not None
    return {trigger["value"]["expression"] for trigger in document["triggers"]}


def test_graph(on: dict[str, str], off: dict[str, str], state_manager: LocalStateManager) -> None:
    """A graph is deployed without its schedules, and switching either way is an ordinary update."""
    graph = Resource(off)
    graph.up(report(triggers=DAILY))
    assert schedules(state_manager, "daily-report") == set()
    assert not graph.preview(report(triggers=DAILY))
    graph.config = on
    assert graph.preview(report(triggers=DAILY))
    graph.up(report(triggers=DAILY))
    assert schedules(state_manager, "daily-report") == set(DAILY)
    graph.config = off
    graph.up(report(triggers=DAILY))
    assert schedules(state_manager, "daily-report") == set()


def test_nothing_else_changes(off: dict[str, str], state_manager: LocalStateManager) -> None:
    """The other sections are deployed as given, and schedules of a section that was never given stay live."""
    Resource({**off, "exosphere:schedules": "on"}).up({**PLAIN, "triggers": DAILY})
    graph = Resource(off)
    graph.up({**PLAIN, "retry_policy": {"max_retries": 7}, "adopt": True})
    assert schedules(state_manager, "plain") == set(DAILY)
    document = state_manager.graph("analytics", "plain")
    assert document is not None
    assert document["retry_policy"]["max_retries"] == 7


def test_faulty_schedules_are_rejected(off: dict[str, str]) -> None:
    """A schedule that can't be deployed anywhere is rejected here too."""
    with pytest.raises(Refused, match="every day"):
        Resource(off).preview({**PLAIN, "triggers": {"every day": {"type": "CRON"}}})
    with pytest.raises(Refused, match="expression: "):
        Resource(off, CronTriggerProvider()).preview({**BY_ID, "expression": "every day"})


def test_by_id(on: dict[str, str], off: dict[str, str], state_manager: LocalStateManager) -> None:
    """A schedule of another program's graph isn't added; switching adds and removes it."""
    Resource(on).up({**PLAIN, "triggers": DAILY})
    schedule = Resource(off, CronTriggerProvider())
    state_manager.clear_requests()
    schedule.up(BY_ID)
    assert "PUT" not in {request.method for request in state_manager.requests}
    assert not schedule.preview(BY_ID)
    assert schedule.refresh()
    schedule.config = on
    assert schedule.preview(BY_ID)
    schedule.up(BY_ID)
    assert schedules(state_manager, "plain") == {*DAILY, "0 8 * * *"}
    schedule.config = off
    schedule.up(BY_ID)
    assert schedules(state_manager, "plain") == set(DAILY)


def test_by_id_takes_nothing_away(on: dict[str, str], off: dict[str, str], state_manager: LocalStateManager) -> None:
    """If a resource that never deployed its schedule is removed, another owner of the same schedule keeps it."""
    Resource(on).up({**PLAIN, "triggers": {"0 8 * * *": {"type": "CRON"}}})
    schedule = Resource(off, CronTriggerProvider())
    schedule.up(BY_ID)
    schedule.destroy()
    assert schedules(state_manager, "plain") == {"0 8 * * *"}


def test_by_id_needs_its_graph(off: dict[str, str]) -> None:
    """A graph that doesn't exist is reported, as it is with schedules."""
    with pytest.raises(ExosphereError, match="graph 'plain' in namespace 'analytics'"):
        Resource(off, CronTriggerProvider()).up(BY_ID)


@pytest.mark.parametrize(
    ("written", "deployed"), [("on", True), ("off", False), (" OFF ", False), ("false", False), ("true", True)]
)
def test_setting(written: Any, deployed: bool) -> None:
    """On is the default, and off may be written as YAML's boolean."""
    assert read_settings({"schedules": written}.get, {}).schedules is deployed
    assert read_settings(lambda _: None, {}).schedules


def test_unknown_setting() -> None:
    """Any other value is reported, with the allowed ones."""
    faults = read_settings({"schedules": "weekdays"}.get, {}).faults
    assert [fault.partition(":")[0] for fault in faults] == ["exosphere"]
    assert "on or off" in faults[0]
