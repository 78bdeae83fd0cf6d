"""What this stack itself wrote without its state knowing: a run that broke off, and a version that was put back."""

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
    """Another version: a node more, a schedule less, no retry policy any more."""
    wanted = {**copy.deepcopy(WANTED), "triggers": {}, **more}
    wanted["nodes"]["load"]["next_nodes"] = ["ping"]
    wanted["nodes"]["ping"] = node("Ping")
    del wanted["retry_policy"]
    return wanted


@pytest.fixture
def graph(state_manager: LocalStateManager) -> Resource:
    """A live graph."""
    made = Resource({"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key})
    made.up(WANTED)
    return made


def break_off(graph: Resource, wanted: dict[str, Any]) -> None:
    """An update that is carried out, and of which state never hears."""
    graph.begin()
    checked = graph.check(wanted)
    graph.provider.update(graph.id or "", as_wired(graph.outs), checked)


def up_to_date(graph: Resource, wanted: dict[str, Any]) -> None:
    """Neither preview nor refresh finds anything."""
    assert not graph.preview(wanted)
    before = as_wired(copy.deepcopy(graph.inputs))
    assert graph.refresh()
    assert as_wired(graph.inputs) == before
    assert not graph.preview(wanted)


def test_interrupted(graph: Resource) -> None:
    """The next up with the same program goes on."""
    break_off(graph, changed())
    assert graph.preview(changed())
    graph.up(changed())
    up_to_date(graph, changed())


def test_interrupted_and_refreshed(graph: Resource) -> None:
    """A refresh takes what was written for somebody's, and the next up goes on all the same."""
    break_off(graph, changed())
    graph.refresh()
    assert set(graph.outs["nodes"]) == {"extract", "load", "ping"}
    graph.up(changed())
    up_to_date(graph, changed())


def test_interrupted_and_taken_back(graph: Resource) -> None:
    """A program that goes back to what state says has nothing to do, until a refresh has told what is live."""
    break_off(graph, changed())
    assert not graph.preview(WANTED)
    graph.refresh()
    assert graph.preview(WANTED)
    graph.up(WANTED)
    up_to_date(graph, WANTED)


def test_interrupted_and_changed_again(graph: Resource) -> None:
    """Where the program then wants yet another thing it can't be told from somebody else's change; a refresh does."""
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
    """A version that was put back is what state says: neither a preview nor a corrected program meets a conflict."""
    with pytest.raises(
        InvalidGraph, match=r"restored and is VALID .until the next update, a refresh shows its secrets"
    ):
        graph.up(INVALID)
    assert not graph.preview(WANTED)
    graph.up(changed())
    up_to_date(graph, changed())


def test_put_back_and_refreshed(graph: Resource) -> None:
    """A refresh can't tell our put-back from somebody's new secrets; that is all it says, and one up ends it."""
    with pytest.raises(InvalidGraph):
        graph.up(INVALID)
    before = dict(graph.inputs)
    graph.refresh()
    told = {key for key in before if as_wired(before[key]) != as_wired(graph.inputs[key])}
    assert told == {"secret_revisions"}
    assert graph.inputs["secret_revisions"]["warehouse_password"].startswith("1, rewritten outside Pulumi ")
    graph.up(WANTED)
    up_to_date(graph, WANTED)
