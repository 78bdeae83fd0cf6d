"""Drift of secrets, which nobody can read back: names that were added and removed, and the fact that someone wrote."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.errors import InvalidGraph, Outcome
from pulumi_exosphere.local import LocalStateManager
from tests.support import by_hand
from tests.support.hooks_driver import Refused, Resource
from tests.support.wanted import node, report

pytestmark = pytest.mark.usefixtures("either_front")

NS, NAME = "analytics", "daily-report"
SECRET = "canary-secret-1"
WANTED = report(secrets={"warehouse_password": SECRET, "extra": "canary-secret-2"})


@pytest.fixture
def graph(state_manager: LocalStateManager) -> Resource:
    """Deploy a graph with two secrets."""
    made = Resource({"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key})
    made.up(WANTED)
    return made


def names(state_manager: LocalStateManager) -> list[str]:
    """Return the live secrets."""
    stored = state_manager.graph(NS, NAME)
    assert stored is not None
    found: list[str] = stored["secrets"]
    return found


def put_right(graph: Resource, state_manager: LocalStateManager, wanted: dict[str, Any] = WANTED) -> None:
    """The next up sends what is declared, and then nothing differs."""
    state_manager.clear_requests()
    assert graph.preview(wanted)
    graph.up(wanted)
    assert [request.method for request in state_manager.requests].count("PUT") == 1
    assert names(state_manager) == sorted(wanted["secrets"])
    assert graph.outs["secret_revisions"] == dict.fromkeys(wanted["secrets"], "1")
    graph.refresh()
    assert not graph.preview(wanted)


def test_rewritten(graph: Resource, state_manager: LocalStateManager) -> None:
    """Any write since our last one may have changed every value: each name shows the time, and is sent again."""
    stored = by_hand.change(state_manager, NS, NAME)
    graph.refresh()
    told = f"1, rewritten outside Pulumi {stored['updated_at'][:23]}"
    assert (
        graph.outs["secret_revisions"]
        == graph.inputs["secret_revisions"]
        == {"extra": told, "warehouse_password": told}
    )
    assert graph.outs["secrets"] == WANTED["secrets"]
    put_right(graph, state_manager)


def test_rewritten_twice(graph: Resource, state_manager: LocalStateManager) -> None:
    """The time is that of the last write, and the number is unchanged."""
    by_hand.change(state_manager, NS, NAME)
    graph.refresh()
    stored = by_hand.change(state_manager, NS, NAME)
    graph.refresh()
    told = f"1, rewritten outside Pulumi {stored['updated_at'][:23]}"
    assert graph.outs["secret_revisions"]["extra"] == told
    once = dict(graph.outs)
    graph.refresh()
    assert graph.outs == once


def test_removed(graph: Resource, state_manager: LocalStateManager) -> None:
    """A secret that someone removed is missing by name; its value stays in state and is sent again."""
    by_hand.change(state_manager, NS, NAME, lambda body: body["secrets"].pop("extra"))
    graph.refresh()
    assert graph.outs["secret_revisions"]["extra"] == "1, removed outside Pulumi"
    assert graph.outs["secrets"] == WANTED["secrets"]
    put_right(graph, state_manager)


def test_removed_and_given_back(graph: Resource, state_manager: LocalStateManager) -> None:
    """A secret that returns after a refresh had missed it was written by someone else."""
    by_hand.change(state_manager, NS, NAME, lambda body: body["secrets"].pop("extra"))
    graph.refresh()
    by_hand.change(state_manager, NS, NAME, lambda body: body["secrets"].update(extra="x"))
    graph.refresh()
    assert graph.outs["secret_revisions"]["extra"].startswith("1, rewritten outside Pulumi ")
    put_right(graph, state_manager)


def test_added(graph: Resource, state_manager: LocalStateManager) -> None:
    """A foreign secret is removed only after a refresh has shown its name."""
    by_hand.change(state_manager, NS, NAME, lambda body: body["secrets"].update(more="x"))
    changed = report(triggers={"0 5 * * *": {"type": "CRON"}}, secrets=WANTED["secrets"])
    with pytest.raises(Refused, match=r"changed outside this stack at .* in secrets\.more\. Nothing was sent"):
        graph.preview(changed)
    overwriting = Resource({**graph.config, "exosphere:overwriteDrift": "true"}, id=graph.id, inputs=graph.inputs)
    overwriting.outs = graph.outs
    with pytest.raises(Refused, match="live secrets that neither this program nor its state knows: more"):
        overwriting.preview(changed)
    graph.refresh()
    assert graph.outs["secret_revisions"]["more"] == "added outside Pulumi"
    assert "more" not in graph.outs["secrets"]
    put_right(graph, state_manager)


def test_added_and_gone_again(graph: Resource, state_manager: LocalStateManager) -> None:
    """A foreign secret that was removed again is forgotten."""
    by_hand.change(state_manager, NS, NAME, lambda body: body["secrets"].update(more="x"))
    graph.refresh()
    by_hand.change(state_manager, NS, NAME, lambda body: body["secrets"].pop("more"))
    graph.refresh()
    assert "more" not in graph.outs["secret_revisions"]


def test_added_and_then_declared(graph: Resource, state_manager: LocalStateManager) -> None:
    """A foreign secret that the program then declares becomes its own."""
    by_hand.change(state_manager, NS, NAME, lambda body: body["secrets"].update(more="x"))
    graph.refresh()
    put_right(graph, state_manager, report(secrets={**WANTED["secrets"], "more": "canary-secret-3"}))


def test_rewritten_and_then_rotated(graph: Resource, state_manager: LocalStateManager) -> None:
    """If the program changed the value too, its revision is incremented."""
    by_hand.change(state_manager, NS, NAME)
    graph.refresh()
    graph.up(report(secrets={**WANTED["secrets"], "extra": "rotated"}))
    assert graph.outs["secret_revisions"] == {"extra": "2", "warehouse_password": "1"}


def test_nothing_of_a_secret_is_told(
    graph: Resource, state_manager: LocalStateManager, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither values nor ciphertexts reach state or the terminal, whatever happened to them."""
    stored = by_hand.change(state_manager, NS, NAME, lambda body: body["secrets"].update(more="canary-of-theirs"))
    ciphertexts = listed_secrets(state_manager)
    assert ciphertexts.keys() == set(stored["secrets"])
    graph.refresh()
    told = {key: value for key, value in {**graph.outs, "inputs": graph.inputs}.items() if key != "secrets"}
    told["inputs"] = {key: value for key, value in graph.inputs.items() if key != "secrets"}
    captured = capfd.readouterr()
    text = repr(told) + captured.out + captured.err
    assert graph.outs["secrets"] == WANTED["secrets"]
    assert not [value for value in ("canary", *ciphertexts.values()) if value in text]


def listed_secrets(state_manager: LocalStateManager) -> dict[str, str]:
    """Return the ciphertexts that the listing contains."""
    from pulumi_exosphere.state_manager import StateManager

    with StateManager(state_manager.uri, state_manager.api_key) as client:
        return client.list_graphs(NS).graphs[NAME].secrets or {}


def test_dropped_although_a_node_needs_it(state_manager: LocalStateManager) -> None:
    """A secret that someone added can't be restored: the error says so, and that the graph can't run."""
    graph = Resource({"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key})
    graph.up(report(nodes={"only": node("Ping")}, secrets={}))

    def load(body: dict[str, Any]) -> None:
        body["nodes"][0] |= {"node_name": "Load", "inputs": {"rows": "1"}}
        body["secrets"] = {"warehouse_password": "theirs"}

    assert by_hand.change(state_manager, NS, NAME, load)["validation_status"] == "VALID"
    graph.refresh()
    with pytest.raises(InvalidGraph, match=r"INVALID now as well .*it lacks secrets that were live") as raised:
        graph.up(report(nodes={"only": node("Load", rows="2")}, secrets={}))
    assert raised.value.outcome is Outcome.INVALID
    assert names(state_manager) == []
    graph.refresh()
    graph.up(report(nodes={"only": node("Load", rows="2")}, secrets={"warehouse_password": SECRET}))
    assert names(state_manager) == ["warehouse_password"]
