"""Other writers, and the state manager's own hazards."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict, ExosphereError, InvalidGraph, StateManagerError, Unauthorized
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.reconcile import run
from pulumi_exosphere.reconcile.deliver import deliver
from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.live import milliseconds
from pulumi_exosphere.reconcile.orders import Site
from pulumi_exosphere.state_manager import StateManager
from tests.support.fault_proxy import FaultProxy, kind_of
from tests.support.faults import RESET_AFTER, UNAUTHORIZED, instead, late, problem
from tests.support.hooks_driver import Resource
from tests.support.live import put, put_until_run_out
from tests.support.wanted import node, report

WHERE = ("analytics", "daily-report")


@pytest.fixture
def graph(state_manager: LocalStateManager, proxy: FaultProxy) -> Resource:
    """Yield a graph whose hooks talk through the proxy."""
    return Resource({"exosphere:stateManagerUri": proxy.uri, "exosphere:apiKey": state_manager.api_key})


def changed(source: str = "lake", **more: Any) -> dict[str, Any]:
    """Return the report with another input."""
    return report(nodes={**report()["nodes"], "extract": node("Extract", "load", source=source)}, **more)


def body(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the upsert of what a program wants."""
    return template.to_body(template.normalise(wanted))


def live(state_manager: LocalStateManager, namespace: str = "analytics") -> dict[str, Any]:
    """Return the stored document."""
    return state_manager.graph(namespace, "daily-report")


def source(state_manager: LocalStateManager) -> str:
    """Return the input that distinguishes the versions."""
    return str(live(state_manager)["nodes"][0]["inputs"]["source"])


def at(proxy: FaultProxy, kind: str, act: Any, *, after: bool = False) -> None:
    """Run something at the next request of a kind: just before it is forwarded, or just after it was carried out."""
    done = threading.Event()

    def hook(method: str, path: str, _: int) -> None:
        if kind_of(method, path) == kind and not done.is_set():
            done.set()
            act()

    if after:
        proxy.on_answer = hook
    else:
        proxy.on_request = hook


def foreign(state_manager: LocalStateManager, wanted: dict[str, Any]) -> None:
    """Send someone else's upsert, without waiting for its validation."""
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        client.put_graph(*WHERE, body(wanted))


def schedules(*expressions: str) -> dict[str, Any]:
    """Return a managed section of schedules."""
    return {"triggers": {expression: {"type": "CRON"} for expression in expressions}}


def rows(state_manager: LocalStateManager) -> list[tuple[str, str]]:
    """Return what would fire."""
    return sorted((row.namespace, row.expression) for row in state_manager.cron_rows())


def come_back_once(proxy: FaultProxy, state_manager: LocalStateManager, before: dict[str, Any]) -> None:
    """Make the previous version return after the next upsert, just before the listing that looks for that."""
    seen = threading.Event()
    done = threading.Event()
    proxy.clear()

    def overwrite(method: str, path: str, _: int) -> None:
        if kind_of(method, path) == "PUT graph":
            seen.set()
        elif kind_of(method, path) == "GET graphs" and seen.is_set() and not done.is_set():
            done.set()
            put(state_manager, *WHERE, before)

    proxy.on_request = overwrite


@pytest.mark.parametrize("operation", ["update", "delete", "adopt"])
def test_never_into_a_pending_graph(
    graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager, operation: str
) -> None:
    """While someone else's upsert is being validated, nothing is sent."""
    graph.up(report())
    put(state_manager, *WHERE, body(report()))
    state_manager.faults.hold()
    foreign(state_manager, report())
    states: list[str] = []

    def watch(method: str, path: str, number: int) -> None:
        kind = kind_of(method, path)
        if kind == "PUT graph":
            states.append(live(state_manager)["validation_status"])
        if kind == "GET graph" and proxy.kinds().count("GET graph") > 3:
            state_manager.faults.release()

    proxy.clear()
    proxy.on_request = watch
    if operation == "update":
        graph.up(changed())
    elif operation == "delete":
        graph.destroy()
    else:
        Resource(graph.config).up(changed(adopt=True))
    assert states
    assert "PENDING" not in states


def test_pending_for_good(graph: Resource, state_manager: LocalStateManager) -> None:
    """A graph whose validation died is sent again once it has been PENDING for validation_timeout."""
    graph.up(report())
    state_manager.faults.verdicts_lost = 1
    foreign(state_manager, report())
    graph.up(changed(validation_timeout=0.3))
    assert live(state_manager)["validation_status"] == "VALID"
    assert source(state_manager) == "lake"


def test_lost_verdict(graph: Resource, state_manager: LocalStateManager) -> None:
    """If validation never finishes, the error says that the graph is written, and the next run repairs it."""
    state_manager.faults.verdicts_lost = 1
    with pytest.raises(ExosphereError, match=r"Outcome: written and not yet validated$"):
        graph.up(report(validation_timeout=0.3))
    graph.up(report(validation_timeout=0.3))
    assert live(state_manager)["validation_status"] == "VALID"


def test_stale_save(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """An update that the previous version's own validation overwrites is noticed and sent again, with its schedules."""
    graph.up(report(**schedules("0 5 * * *")))
    state_manager.faults.stale_saves = True
    state_manager.faults.validation_delay = 0.05
    at(proxy, "PUT graph", lambda: foreign(state_manager, report(**schedules("0 5 * * *"))))
    graph.up(changed(**schedules("0 6 * * *")))
    state_manager.settle()
    assert source(state_manager) == "lake"
    assert live(state_manager)["validation_status"] == "VALID"
    assert rows(state_manager) == [("analytics", "0 6 * * *")]


def test_stale_save_after_the_verdict(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """If it is overwritten only after it was seen as VALID, the listing shows it."""
    graph.up(report(**schedules("0 5 * * *")))
    come_back_once(proxy, state_manager, body(report(**schedules("0 5 * * *"))))
    graph.up(changed(**schedules("0 6 * * *")))
    assert source(state_manager) == "lake"
    assert rows(state_manager) == [("analytics", "0 6 * * *")]
    assert graph.outs["updated_at"][:19] == live(state_manager)["updated_at"][:19]
    assert graph.outs["document_id"] == live(state_manager)["_id"]


def test_stale_save_after_the_hook_has_returned(
    graph: Resource, state_manager: LocalStateManager, capfd: pytest.CaptureFixture[str]
) -> None:
    """The last update of a namespace sends it again and says so, and later hooks know of it."""
    other = Resource(graph.config)
    graph.up(report())
    other.up(report(name="other"))
    graph.begin()
    checked = [graph.check(changed()), other.check(changed(name="other"))]
    for one, news in zip((graph, other), checked, strict=True):
        assert one.provider.diff("", one.outs, news).changes
    graph.provider.update("", graph.outs, checked[0])
    put(state_manager, *WHERE, body(report()))
    other.provider.update("", other.outs, checked[1])
    assert source(state_manager) == "lake"
    told = "graph 'daily-report' in namespace 'analytics' was upserted again after its update: the previous version had"
    assert told in capfd.readouterr().out
    with StateManager(graph.config["exosphere:stateManagerUri"], "-") as client:
        known = run.current().snapshots.live(client, GraphKey(client.address, *WHERE))
    assert known is not None
    assert known.updated_at == milliseconds(live(state_manager)["updated_at"])


def test_lost_answer_of_a_slow_validation(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """If a response is lost, the graph is read once it isn't PENDING any more, with its schedules, and isn't resent."""
    proxy.inject("PUT graph", RESET_AFTER)
    state_manager.faults.validation_delay = 0.5
    graph.up(report(**schedules("0 5 * * *")))
    assert proxy.kinds().count("PUT graph") == 1
    assert rows(state_manager) == [("analytics", "0 5 * * *")]


def test_asked_for_more_peace_than_a_run_can_give(graph: Resource, proxy: FaultProxy) -> None:
    """If a server rejects requests for an hour, none is sent again; what became of the upsert isn't known."""
    proxy.inject("PUT graph", instead("503", problem(503, "Overloaded", retry_after="3600")))
    with pytest.raises(StateManagerError, match=r"Outcome: unknown$") as raised:
        graph.up(report())
    assert raised.value.retry_after == 3600
    assert raised.value.may_have_been_written
    assert proxy.kinds()[-1] == "PUT graph"


def test_still_on_its_way(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """An upsert without response or visible effect may still arrive: the error doesn't deny that."""
    graph.config |= {"exosphere:requestTimeout": "0.3"}
    proxy.inject("PUT graph", late(60), times=None)
    with pytest.raises(StateManagerError, match=r"Outcome: unknown$"):
        graph.up(report())
    assert state_manager.graphs("analytics") == []
    proxy.clear()
    graph.config["exosphere:requestTimeout"] = "20"
    graph.up(report())
    assert live(state_manager)["validation_status"] == "VALID"


def test_one_slow_validation(graph: Resource, state_manager: LocalStateManager) -> None:
    """A graph whose validation doesn't finish delays no other graph of the run."""
    other = Resource(graph.config)
    for one, name in ((graph, "daily-report"), (other, "other")):
        one.up(report(name=name))
    state_manager.faults.hold("analytics/daily-report")
    graph.begin()
    checked = [graph.check(changed(validation_timeout=60.0)), other.check(changed(name="other"))]
    for one, news in zip((graph, other), checked, strict=True):
        assert one.provider.diff("", one.outs, news).changes
    slow = threading.Thread(target=lambda: graph.provider.update("", graph.outs, checked[0]))
    slow.start()
    other.provider.update("", other.outs, checked[1])
    assert state_manager.graph("analytics", "other")["nodes"][0]["inputs"] == {"source": "lake"}
    assert slow.is_alive()
    state_manager.faults.release()
    slow.join()
    assert source(state_manager) == "lake"
    assert live(state_manager)["validation_status"] == "VALID"


@pytest.mark.parametrize("times", [1, 3])
def test_duplicate_schedules(graph: Resource, state_manager: LocalStateManager, times: int) -> None:
    """A schedule that is just firing makes an upsert INVALID; sent once more it is VALID."""
    graph.up(report(**schedules("0 5 * * *")))
    state_manager.faults.duplicate_triggers = times
    graph.up(changed(**schedules("0 6 * * *")))
    assert live(state_manager)["validation_status"] == "VALID"
    assert rows(state_manager) == [("analytics", "0 6 * * *")]


def test_duplicate_schedules_for_good(graph: Resource, state_manager: LocalStateManager) -> None:
    """If that never passes, the previous version is restored."""
    graph.up(report(**schedules("0 5 * * *")))
    state_manager.faults.duplicate_triggers = 5
    with pytest.raises(
        InvalidGraph, match=r"duplicate key.*previous version was restored and is VALID.*Outcome: not written$"
    ):
        graph.up(changed(**schedules("0 6 * * *")))
    assert rows(state_manager) == [("analytics", "0 5 * * *")]


@pytest.mark.parametrize("dropped", ["deleted", "given up"])
def test_namesakes(graph: Resource, state_manager: LocalStateManager, dropped: str) -> None:
    """A graph with the same name in another namespace that loses its schedule because of this run gets it back."""
    theirs = Resource(graph.config)
    daily = schedules("0 5 * * *")
    mine = report(**daily)
    other = report(**daily, namespace="shared", secrets={}, nodes={"ping": {**node("Ping"), "namespace": "analytics"}})
    graph.up(mine)
    theirs.up(other)
    assert rows(state_manager) == [("analytics", "0 5 * * *"), ("shared", "0 5 * * *")]
    theirs.begin()
    theirs.check(other)
    if dropped == "deleted":
        graph.provider.delete("", graph.outs)
    else:
        checked = graph.check(report(**schedules()))
        graph.provider.update("", graph.outs, checked)
    assert rows(state_manager) == [("shared", "0 5 * * *")]


def test_namesake_whose_schedules_nobody_gave(graph: Resource, state_manager: LocalStateManager) -> None:
    """Schedules that exist only on the live graph are restored, too."""
    theirs = Resource(graph.config)
    daily = schedules("0 5 * * *")
    other = report(namespace="shared", secrets={}, nodes={"ping": {**node("Ping"), "namespace": "analytics"}})
    graph.up(report(**daily))
    theirs.up(other)
    put(state_manager, "shared", "daily-report", body({**other, **daily}))
    assert rows(state_manager) == [("analytics", "0 5 * * *"), ("shared", "0 5 * * *")]
    theirs.begin()
    theirs.check(other)
    graph.provider.delete("", graph.outs)
    assert rows(state_manager) == [("shared", "0 5 * * *")]


@pytest.mark.parametrize("before", ["nothing", "another version"])
def test_namesake_of_what_ended_invalid(graph: Resource, state_manager: LocalStateManager, before: str) -> None:
    """Undoing an INVALID version removes its schedules and those of its namesake, whose schedules are then restored."""
    theirs = Resource(graph.config)
    daily = schedules("0 5 * * *")
    other = report(**daily, namespace="shared", secrets={}, nodes={"ping": {**node("Ping"), "namespace": "analytics"}})
    theirs.up(other)
    if before == "another version":
        graph.up(report())
    graph.begin()
    theirs.check(other)
    wanted = graph.check(report(**daily, secrets={"other": "canary-secret-1"}))
    with pytest.raises(InvalidGraph, match="warehouse_password"):
        graph.provider.update("", graph.outs, wanted) if graph.id else graph.provider.create(wanted)
    assert rows(state_manager) == [("shared", "0 5 * * *")]


def test_namesake_after_the_look_afterwards(
    graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager
) -> None:
    """An update that must be sent once more removes rows once more; its namesake's are restored after that."""
    theirs = Resource(graph.config)
    daily = schedules("0 5 * * *")
    other = report(**daily, namespace="shared", secrets={}, nodes={"ping": {**node("Ping"), "namespace": "analytics"}})
    graph.up(report(**daily))
    theirs.up(other)
    theirs.begin()
    theirs.check(other)
    wanted = graph.check(report(**schedules()))
    come_back_once(proxy, state_manager, body(report(**daily)))
    graph.provider.update("", graph.outs, wanted)
    assert proxy.kinds().count("PUT graph") == 3  # The update, the update once more, the namesake.
    assert rows(state_manager) == [("shared", "0 5 * * *")]


def test_namesake_that_cant_be_sent(
    graph: Resource, state_manager: LocalStateManager, capfd: pytest.CaptureFixture[str]
) -> None:
    """A namesake that has a live schedule without any more runs isn't broken by restoring another of its schedules."""
    theirs = Resource(graph.config)
    other = report(namespace="shared", secrets={}, nodes={"ping": {**node("Ping"), "namespace": "analytics"}})
    graph.up(report(**schedules("0 5 * * *")))
    theirs.up(other)
    put_until_run_out(state_manager, "shared", "daily-report", {**other, **schedules("0 5 * * *")})
    theirs.begin()
    theirs.check(other)
    graph.provider.delete("", graph.outs)
    assert live(state_manager, "shared")["validation_status"] == "VALID"
    assert "has lost schedules to its namesake" in capfd.readouterr().out


def test_namesake_of_an_attachments_graph(graph: Resource, state_manager: LocalStateManager) -> None:
    """An attachment's schedule that is deleted removes its namesake's too, which is then restored."""
    theirs, schedule = Resource(graph.config), Resource(graph.config, CronTriggerProvider())
    nodes = {"ping": {**node("Ping"), "namespace": "analytics"}}
    other = report(**schedules("0 5 * * *"), namespace="shared", secrets={}, nodes=nodes)
    graph.up(report(secrets={}, nodes=nodes))
    schedule.up({"graph": "analytics/daily-report", "expression": "0 5 * * *"})
    theirs.up(other)
    schedule.begin()
    theirs.check(other)
    schedule.provider.delete("", schedule.outs)
    assert rows(state_manager) == [("shared", "0 5 * * *")]


@pytest.mark.parametrize("earlier", [True, False])
def test_created_by_another_writer(
    graph: Resource,
    state_manager: LocalStateManager,
    proxy: FaultProxy,
    capfd: pytest.CaptureFixture[str],
    *,
    earlier: bool,
) -> None:
    """A graph that was created after the listing is reported, and one of this run's own never is."""
    state_manager.faults.validation_delay = 1.1  # A minute or a second may end in between.
    if earlier:
        at(proxy, "GET graphs", lambda: put(state_manager, *WHERE, body(changed())), after=True)
    graph.up(report())
    assert ("was created by another writer" in capfd.readouterr().out) == earlier


def test_put_back_is_sent_twice_too(graph: Resource, state_manager: LocalStateManager) -> None:
    """A restored version refers to nodes that the INVALID version doesn't have, and still ends VALID."""
    graph.up(report())
    nodes = {"other": node("Ping", "last"), "last": node("Load", rows="${{ other.outputs.ghost }}")}
    with pytest.raises(InvalidGraph, match="previous version was restored and is VALID"):
        graph.up(report(nodes=nodes))
    assert live(state_manager)["validation_status"] == "VALID"


WRONG = {
    "extract": node("Ping", "load"),
    "load": node("Load", "more", rows="${{ extract.outputs.rows }}"),
    "more": node("Extract", source="bucket"),
}
"""Ends VALID because of the outputs that `extract` had as an Extract, as long as that type is in the graph."""


def test_broken_off_between_the_two(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """The next run doesn't trust a VALID that is due to the previous version's nodes, and restores what state knows."""
    graph.up(report())
    proxy.inject("PUT graph", UNAUTHORIZED, nth=2)
    with pytest.raises(Unauthorized, match="Outcome: written and not yet validated"):
        graph.up(report(nodes=WRONG))
    assert live(state_manager)["validation_errors"] == []
    assert live(state_manager)["validation_status"] == "VALID"
    with pytest.raises(InvalidGraph, match="previous version was restored and is VALID"):
        graph.up(report(nodes=WRONG))
    assert source(state_manager) == "bucket"


INVALID = changed(secrets={"warehouse_password": "canary-secret-1"})
INVALID["nodes"]["load"] = node("Load", rows="${{ extract.outputs.ghost }}")


def test_put_back_fails(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """If even restoring fails, the error says what is live."""
    graph.up(report())
    proxy.inject("PUT graph", UNAUTHORIZED, nth=2)
    with pytest.raises(
        InvalidGraph, match=r"failed too, so the INVALID version is live.*Outcome: written and INVALID$"
    ):
        graph.up(INVALID)
    assert live(state_manager)["validation_status"] == "INVALID"
    graph.refresh()
    graph.up(report())
    assert live(state_manager)["validation_status"] == "VALID"


def test_retire_fails(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """The same is true if the graph wasn't live before."""
    proxy.inject("PUT graph", UNAUTHORIZED, nth=2)
    with pytest.raises(InvalidGraph, match=r"so the INVALID version is live.*Outcome: written and INVALID$"):
        graph.up(INVALID)
    graph.up(report(adopt=True))
    assert live(state_manager)["validation_status"] == "VALID"


def test_adopted_and_invalid(graph: Resource, state_manager: LocalStateManager) -> None:
    """A create that adopts and ends INVALID restores what was live, except for secrets whose values nobody knows."""
    plain = report(secrets={}, nodes={"ping": node("Ping")})
    put(state_manager, *WHERE, body(plain))
    nodes = {"ping": node("Ping", "load"), "load": node("Load", rows="${{ ping.outputs.ghost }}")}
    with pytest.raises(InvalidGraph, match=r"previous version was restored and is VALID.*Outcome: not written$"):
        graph.up(report(nodes=nodes, adopt=True))
    assert [one["node_name"] for one in live(state_manager)["nodes"]] == ["Ping"]
    assert live(state_manager)["validation_status"] == "VALID"


def test_overwritten_while_validated(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """The loser of two upserts gets an error, and the winner's version is live, complete."""
    graph.up(report())
    at(proxy, "PUT graph", lambda: put(state_manager, *WHERE, body(changed("theirs"))), after=True)
    with pytest.raises(Conflict, match=r"another writer replaced it.*Outcome: not written$"):
        graph.up(changed("mine"))
    assert source(state_manager) == "theirs"


def test_two_at_once(state_manager: LocalStateManager) -> None:
    """However two writers collide, one of the two versions is live, complete, and the other writer gets an error."""
    bodies = [body(changed(name, retry_policy={"max_retries": at_most})) for name, at_most in (("a", 5), ("b", 6))]
    for _ in range(5):
        errors = _race(state_manager, bodies)
        state_manager.settle()
        document = live(state_manager)
        assert (source(state_manager), document["retry_policy"]["max_retries"]) in {("a", 5), ("b", 6)}
        assert document["validation_status"] == "VALID"
        assert all(isinstance(error, (Conflict, StateManagerError)) for error in errors)


def _race(state_manager: LocalStateManager, bodies: list[dict[str, Any]]) -> list[Exception]:
    errors: list[Exception] = []

    def write(one: dict[str, Any]) -> None:
        with StateManager(state_manager.uri, state_manager.api_key, first_wait=0.01) as client:
            try:
                deliver(Site(client, GraphKey(client.address, *WHERE), 5.0), one, None)
            except ExosphereError as error:
                errors.append(error)

    threads = [threading.Thread(target=write, args=(one,)) for one in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors
