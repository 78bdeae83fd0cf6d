"""This stack's own writes that its state doesn't know of: an interrupted run, and a restored version."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.local import LocalStateManager
from tests.support.hooks_driver import Refused, Resource, as_wired
from tests.support.wanted import node, report

pytestmark = pytest.mark.usefixtures("either_front")

CRON = {"type": "CRON"}
WANTED = report(triggers={"0 9 * * *": CRON}, retry_policy={"max_retries": 5})


def changed(**more: Any) -> dict[str, Any]:
    """Return another version: one more node, one less schedule, no retry policy."""
    wanted = {**copy.deepcopy(WANTED), "triggers": {}, **more}
    wanted["nodes"]["load"]["next_nodes"] = ["ping"]
    wanted["nodes"]["ping"] = node("Ping")
    del wanted["retry_policy"]
    return wanted


@pytest.fixture
def graph(state_manager: LocalStateManager) -> Resource:
    """Deploy a graph."""
    made = Resource({"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key})
    made.up(WANTED)
    return made


def break_off(graph: Resource, wanted: dict[str, Any]) -> None:
    """Carry out an update that state never records."""
    graph.begin()
    checked = graph.check(wanted)
    graph.provider.update(graph.id or "", as_wired(graph.outs), checked)


def up_to_date(graph: Resource, wanted: dict[str, Any]) -> None:
    """Neither preview nor refresh reports anything."""
    assert not graph.preview(wanted)
    before = as_wired(copy.deepcopy(graph.inputs))
    assert graph.refresh()
    assert as_wired(graph.inputs) == before
    assert not graph.preview(wanted)


def test_interrupted(graph: Resource) -> None:
    """The next up with the same program continues."""
    break_off(graph, changed())
    assert graph.preview(changed())
    graph.up(changed())
    up_to_date(graph, changed())


def test_interrupted_and_refreshed(graph: Resource) -> None:
    """A refresh attributes the write to someone else, and the next up continues all the same."""
    break_off(graph, changed())
    graph.refresh()
    assert set(graph.outs["nodes"]) == {"extract", "load", "ping"}
    graph.up(changed())
    up_to_date(graph, changed())


def test_interrupted_and_taken_back(graph: Resource) -> None:
    """A program that goes back to what state says has nothing to do, until a refresh has read what is live."""
    break_off(graph, changed())
    assert not graph.preview(WANTED)
    graph.refresh()
    assert graph.preview(WANTED)
    graph.up(WANTED)
    up_to_date(graph, WANTED)


def test_interrupted_and_changed_again(graph: Resource) -> None:
    """If the program then wants something else, its own write looks like someone else's; a refresh resolves it."""
    break_off(graph, changed())
    again = report(triggers={"0 9 * * *": CRON}, retry_policy={"max_retries": 7})
    with pytest.raises(Refused, match="perhaps by an interrupted run of this stack"):
        graph.preview(again)
    graph.refresh()
    graph.up(again)
    up_to_date(graph, again)


INVALID = report(
    nodes={
        "extract": node("Ping", "load"),
        "load": node("Load", rows="${{ extract.outputs.rows }}"),
    }
)


def test_put_back(graph: Resource) -> None:
    """A restored version equals state: neither a preview nor a corrected program reports a conflict."""
    with pytest.raises(
        InvalidGraph, match=r"restored and is VALID .until the next update, a refresh shows its secrets"
    ):
        graph.up(INVALID)
    assert not graph.preview(WANTED)
    graph.up(changed())
    up_to_date(graph, changed())


def test_put_back_and_refreshed(graph: Resource) -> None:
    """A refresh can't distinguish our restore from someone else's new secrets; only these are reported, for one up."""
    with pytest.raises(InvalidGraph):
        graph.up(INVALID)
    before = dict(graph.inputs)
    graph.refresh()
    told = {key for key in before if as_wired(before[key]) != as_wired(graph.inputs[key])}
    assert told == {"secret_revisions"}
    assert graph.inputs["secret_revisions"]["warehouse_password"].startswith("1, rewritten outside Pulumi ")
    graph.up(WANTED)
    up_to_date(graph, WANTED)
