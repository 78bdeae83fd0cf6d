"""A graph through its hooks: what is sent, what is live afterwards, what is rejected."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_exosphere.errors import Conflict, InvalidGraph, NotRegistered
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.reconcile import run
from tests.support.hooks_driver import Refused, Resource
from tests.support.live import put_until_run_out
from tests.support.wanted import node, report

pytestmark = pytest.mark.usefixtures("either_front")


@pytest.fixture
def config(state_manager: LocalStateManager) -> dict[str, str]:
    """Use the configuration of a stack on the embedded state manager."""
    return {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}


@pytest.fixture
def graph(config: dict[str, str]) -> Resource:
    """Return a graph that no state knows yet."""
    return Resource(config)


def live(state_manager: LocalStateManager, name: str = "daily-report", namespace: str = "analytics") -> dict[str, Any]:
    """Return the stored document."""
    return next(document for document in state_manager.graphs(namespace) if document["name"] == name)


def sent(state_manager: LocalStateManager) -> list[str]:
    """Return the requests for graphs, as `PUT graph`, `GET graph`, `GET graphs`, in order."""
    found = [(request.method, request.path) for request in state_manager.requests if "/graph" in request.path]
    return [f"{method} {'graphs' if path.rstrip('/').endswith('/graphs') else 'graph'}" for method, path in found]


def test_create(graph: Resource, state_manager: LocalStateManager) -> None:
    """A graph becomes live and VALID with one upsert and one look at its validation."""
    graph.up(report())
    assert live(state_manager)["validation_status"] == "VALID"
    assert graph.id == "analytics/daily-report"
    assert sent(state_manager) == ["GET graphs", "PUT graph", "GET graph"]
    assert not graph.preview(report())


def test_unchanged(graph: Resource, state_manager: LocalStateManager) -> None:
    """An unchanged graph costs no request."""
    graph.up(report())
    state_manager.clear_requests()
    graph.up(report())
    assert sent(state_manager) == []


def test_update(graph: Resource, state_manager: LocalStateManager) -> None:
    """An update looks before and after its upsert."""
    graph.up(report())
    state_manager.clear_requests()
    changed = report()
    changed["nodes"]["extract"]["inputs"]["source"] = "lake"
    graph.up(changed)
    assert sent(state_manager) == ["GET graphs", "GET graph", "PUT graph", "GET graph", "GET graphs"]
    assert live(state_manager)["nodes"][0]["inputs"] == {"source": "lake"}


CHANGES: dict[str, dict[str, Any]] = {
    "inserted nodes that refer to each other": {
        "extract": node("Extract", "clean", source="bucket"),
        "clean": node("Transform", "again", rows="${{ extract.outputs.rows }}", mode="x"),
        "again": node("Transform", "load", rows="${{ clean.outputs.rows }}", mode="x"),
        "load": node("Load", rows="${{ again.outputs.rows }}"),
    },
    "a renamed identifier": {
        "fetch": node("Extract", "load", source="bucket"),
        "load": node("Load", rows="${{ fetch.outputs.rows }}"),
    },
    "a changed node type": {
        "extract": node("Transform", "load", rows="r", mode="m"),
        "load": node("Load", rows="${{ extract.outputs.rows }}"),
    },
    "an output that only the new type has": {
        "extract": node("Extract", "load", source="bucket"),
        "load": node("Ping", "last"),
        "last": node("Load", rows="${{ load.outputs.ok }}"),
    },
}


@pytest.mark.parametrize("nodes", CHANGES.values(), ids=CHANGES)
def test_judged_by_previous(graph: Resource, state_manager: LocalStateManager, nodes: dict[str, Any]) -> None:
    """A graph that the server first validates against the previous version still ends VALID."""
    graph.up(report())
    graph.up(report(nodes=nodes))
    assert live(state_manager)["validation_status"] == "VALID"
    assert {one["identifier"] for one in live(state_manager)["nodes"]} == set(nodes)


def test_wrong_valid(graph: Resource, state_manager: LocalStateManager) -> None:
    """An update that would be VALID only because of the previous version's outputs is rejected, and undone."""
    graph.up(report())
    nodes = {
        "extract": node("Ping", "load"),
        "load": node("Load", rows="${{ extract.outputs.rows }}"),
    }
    with pytest.raises(InvalidGraph, match="previous version was restored and is VALID"):
        graph.up(report(nodes=nodes))
    assert live(state_manager)["validation_status"] == "VALID"
    assert live(state_manager)["nodes"][0]["node_name"] == "Extract"


def test_delete_and_create_again(graph: Resource, state_manager: LocalStateManager) -> None:
    """A deleted graph can't run, contains no secret, and can be created again."""
    graph.up(report())
    graph.destroy()
    assert [one["node_name"] for one in live(state_manager)["nodes"]] == ["__retired__"]
    assert not live(state_manager)["secrets"]
    graph.up(report())
    assert live(state_manager)["validation_status"] == "VALID"


def test_delete_twice(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A graph that is already gone is deleted without a PUT."""
    graph.up(report())
    again = Resource(config, id=graph.id, inputs=graph.inputs, outs=graph.outs)
    graph.destroy()
    state_manager.clear_requests()
    again.destroy()
    assert "PUT graph" not in sent(state_manager)


def test_create_there_and_different(graph: Resource, config: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    """If a graph already exists and differs, the preview fails with the paths, unless it is adopted."""
    graph.up(report())
    other = Resource(config)
    nodes = report()["nodes"] | {"load": node("Ping")}
    with pytest.raises(Refused, match=r"differs from this program in nodes\.load"):
        other.preview(report(nodes=nodes))
    capfd.readouterr()
    other.up(report(nodes=nodes, adopt=True, triggers={"@daily": {}}))
    assert 'is taken over. Overwritten: "nodes.load.' in (told := capfd.readouterr().out)
    assert 'Added: "triggers.@daily"' in told
    assert not other.preview(report(nodes=nodes, adopt=True, triggers={"@daily": {}}))


def test_create_there_and_same(graph: Resource, config: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    """An interrupted create continues, and says that the graph is now this stack's."""
    graph.up(report())
    Resource(config).up(report())
    assert "existed already and is taken over. Destroying this stack now retires it" in capfd.readouterr().out


def test_create_would_drop_a_secret(graph: Resource, config: dict[str, str]) -> None:
    """A live secret that neither the program nor the state knows isn't removed, with or without adoption."""
    graph.up(report(secrets={"warehouse_password": "canary", "extra": "canary"}))
    with pytest.raises(Refused, match="live secrets that neither this program nor its state knows: extra"):
        Resource(config).preview(report(adopt=True))


def test_not_registered(graph: Resource, state_manager: LocalStateManager) -> None:
    """If nodes are never registered, nothing is sent."""
    with pytest.raises(NotRegistered, match=r"node 'Ghost' .analytics. not registered"):
        graph.up(report(nodes={"a": node("Ghost")}, registration_timeout=0.2))
    assert "PUT graph" not in sent(state_manager)


def test_create_invalid(graph: Resource, state_manager: LocalStateManager) -> None:
    """A create that ends INVALID leaves nothing that can run."""
    with pytest.raises(InvalidGraph, match="so it was retired; nothing is running") as raised:
        graph.up(report(secrets={"other": "canary-secret-1"}))
    assert "warehouse_password" in str(raised.value)
    assert "canary" not in str(raised.value)
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"


def test_foreign_change(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """An emergency change by hand isn't overwritten unnoticed; after a refresh has shown it, it is."""
    graph.up(report())
    by_hand = Resource(
        {**config, "exosphere:overwriteDrift": "true"}, id=graph.id, inputs=graph.inputs, outs=graph.outs
    )
    emergency = report(triggers={"0 5 * * *": {"type": "CRON"}})
    by_hand.up(emergency)
    changed = report(retry_policy={"max_retries": 7}, triggers={"0 6 * * *": {"type": "CRON"}})
    graph.inputs["triggers"] = graph.outs["triggers"] = {}
    with pytest.raises(Refused, match=r"changed outside this stack at .* in triggers\.0 5"):
        graph.preview(changed)
    graph.refresh()
    assert graph.outs["triggers"] == {"0 5 * * *": {"type": "CRON"}}
    graph.up(changed)
    assert live(state_manager)["retry_policy"]["max_retries"] == 7


def test_conflict_at_update(graph: Resource, config: dict[str, str]) -> None:
    """The update itself finds what was written after the preview."""
    graph.up(report())
    by_hand = Resource(config, id=graph.id, inputs=graph.inputs, outs=graph.outs)
    mine = report()
    mine["nodes"]["extract"]["inputs"]["source"] = "mine"
    theirs = report()
    theirs["nodes"]["extract"]["inputs"]["source"] = "theirs"
    graph.begin()
    checked = graph.check(mine)
    by_hand_inputs = by_hand.check(theirs)
    by_hand.provider.update("", by_hand.outs, by_hand_inputs)
    graph.begin()
    with pytest.raises(Conflict, match="changed outside this stack"):
        graph.provider.update("", graph.outs, checked)


def test_rename_of_the_resource(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A delete never removes what this run wants."""
    graph.up(report())
    renamed = Resource(config)
    renamed.up(report())
    graph.provider.delete("", graph.outs)
    assert live(state_manager)["validation_status"] == "VALID"


@pytest.mark.parametrize("owner_first", [True, False])
def test_name_that_another_resource_gives_up(
    graph: Resource, config: dict[str, str], owner_first: bool, state_manager: LocalStateManager
) -> None:
    """It is refused, whichever of the two is checked first: the other one's hooks may come later, and fail."""
    graph.up(report())
    other = Resource(config)
    other.up(report(name="other", retry_policy={"max_retries": 7}))
    state_manager.clear_requests()
    graph.begin()
    if owner_first:
        graph.check(report(name="moved"))
    other.begin(anew=False)
    with pytest.raises(Refused, match="exists already and differs from this program in"):
        other.check(report(retry_policy={"max_retries": 7}))
    assert "PUT graph" not in sent(state_manager)


def test_secret_rotation(graph: Resource, state_manager: LocalStateManager) -> None:
    """A rotated secret shows by its revision, and is sent."""
    graph.up(report())
    assert graph.outs["secret_revisions"] == {"warehouse_password": "1"}
    state_manager.clear_requests()
    graph.up(report(secrets={"warehouse_password": "canary-secret-2"}))
    assert graph.outs["secret_revisions"] == {"warehouse_password": "2"}
    assert "PUT graph" in sent(state_manager)


SECTIONS: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "managed, then changed": ({"retry_policy": {"max_retries": 5}}, {"retry_policy": {"max_retries": 6}}, 6),
    "managed, then given up": ({"retry_policy": {"max_retries": 5}}, {}, 3),
    "never given, then managed": ({}, {"retry_policy": {"max_retries": 5}}, 5),
}


@pytest.mark.parametrize(("before", "after", "retries"), SECTIONS.values(), ids=SECTIONS)
def test_sections(
    graph: Resource, state_manager: LocalStateManager, before: dict[str, Any], after: dict[str, Any], retries: int
) -> None:
    """A section in the program is managed; one that is removed from it gets the default again."""
    graph.up(report(**before))
    graph.up(report(**after))
    assert live(state_manager)["retry_policy"]["max_retries"] == retries


def test_section_left_alone(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A section that the program never gave stays as it is on the server."""
    graph.up(report())
    other = Resource(config, id=graph.id, inputs=graph.inputs, outs=graph.outs)
    other.up(report(retry_policy={"max_retries": 9}))
    assert not graph.preview(report())
    graph.up(report(triggers={"0 5 * * *": {"type": "CRON"}}))
    assert live(state_manager)["retry_policy"]["max_retries"] == 9


def test_store_of_another_program(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """References to a store that another program declares are validated against the live store, which isn't changed."""
    nodes = {"extract": node("Extract", source="${{ store.cursor }}")}
    with pytest.raises(Refused, match="store"):
        graph.preview(report(nodes=nodes))
    plain = {"extract": node("Extract", source="bucket")}
    graph.up(report(nodes=plain))
    store = Resource(config, id=graph.id, inputs=graph.inputs, outs=graph.outs)
    store.up(report(nodes=plain, store_config={"default_values": {"cursor": "0"}}))
    graph.up(report(nodes=nodes))
    assert live(state_manager)["store_config"]["default_values"] == {"cursor": "0"}
    assert live(state_manager)["validation_status"] == "VALID"
    offline = Resource({**config, "exosphere:stateManagerUri": "http://127.0.0.1:1"}, graph.provider)
    offline.id, offline.inputs, offline.outs = graph.id, graph.inputs, graph.outs
    offline.preview(report(nodes=nodes))


def test_store_of_what_is_adopted(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """An offline preview doesn't reject what an online one accepts; if nothing will be sent, no request is made."""
    nodes = {"extract": node("Extract", source="${{ store.cursor }}")}
    graph.up(report(nodes=nodes, store_config={"default_values": {"cursor": "0"}}))
    other, adopted = Resource(config), report(nodes=nodes, adopt=True)
    assert other.preview(adopted)
    Resource({**config, "exosphere:stateManagerUri": "http://127.0.0.1:1"}).preview(adopted)
    other.up(adopted)
    state_manager.clear_requests()
    assert not other.preview(adopted)
    assert sent(state_manager) == []


def test_schedule_that_has_run_out(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """Someone else's schedule without any more runs can't be kept: it is rejected before anything is broken."""
    graph.up(report())
    put_until_run_out(state_manager, "analytics", "daily-report", report())
    changed = report(retry_policy={"max_retries": 7})
    for resource, wanted in ((graph, changed), (Resource(config), {**changed, "adopt": True})):
        with pytest.raises(Refused, match=r"doesn't give triggers.*never fires.*Nothing was sent. Give triggers"):
            resource.preview(wanted)
    assert live(state_manager)["validation_status"] == "VALID"
    rotated = report(secrets={"warehouse_password": "canary-secret-2"})
    with pytest.raises(Refused, match="never fires"):
        graph.preview(rotated)
    graph.up({**changed, "triggers": {}})
    assert live(state_manager)["validation_status"] == "VALID"


ARGUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "adopt as the configuration has it": ({"adopt": "false"}, "adopt: must be True or False"),
    "a namespace of a node": (
        {"nodes": {"a": {**node("Ping"), "namespace": "team/a"}}},
        r"nodes\.a\.namespace: .* contains '/'",
    ),
    "no namespace of a node": ({"nodes": {"a": {**node("Ping"), "namespace": ""}}}, r"nodes\.a\.namespace: is empty"),
    "all at once": (
        {"namespace": "a/b", "nodes": {"a": node("Ping", x="${{ store.none }}")}},
        r"namespace: .* contains '/'.*'none'",
    ),
}


@pytest.mark.parametrize(("wrong", "message"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments(graph: Resource, wrong: dict[str, Any], message: str) -> None:
    """An update that would end in an error later is rejected at preview."""
    with pytest.raises(Refused, match=message):
        graph.preview(report(**wrong))


def test_retired_by_somebody(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A graph that someone else retired isn't restored unnoticed; after a refresh has shown it, it is created again."""
    graph.up(report())
    Resource(config, id=graph.id, inputs=graph.inputs, outs=graph.outs).destroy()
    changed = report(retry_policy={"max_retries": 7})
    with pytest.raises(Refused, match="was retired outside this stack"):
        graph.preview(changed)
    assert not graph.refresh()
    graph.up(changed)
    assert live(state_manager)["validation_status"] == "VALID"


def test_update_that_sends_nothing(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """An update that changes state alone doesn't take the look after the write from another update."""
    graph.up(report())
    other = Resource(config)
    other.up(report(name="other"))
    changed = report(retry_policy={"max_retries": 7})
    graph.begin()
    silent = other.check(report(name="other", adopt=True))
    assert other.provider.diff("", other.outs, silent).changes
    checked = graph.check(changed)
    assert graph.provider.diff("", graph.outs, checked).changes
    state_manager.clear_requests()
    graph.provider.update("", graph.outs, checked)
    assert sent(state_manager)[-1] == "GET graphs"


@pytest.mark.parametrize("why", ["a refresh", "a replacement before it", "a replacement after it"])
def test_update_that_never_comes(graph: Resource, config: dict[str, str], why: str) -> None:
    """Diffs for a refresh, or for a replacement by the engine, don't take another update's look after the write."""
    graph.up(report())
    other = Resource(config)
    other.up(report(name="other"))
    graph.begin()
    if why == "a refresh":
        assert other.provider.diff("", other.outs, {**other.inputs, "triggers": {}}).changes
    else:
        replaced = other.check(report(name="other", triggers={}))
        assert other.provider.diff("", other.outs, replaced).changes
        if why == "a replacement before it":
            other.provider.create(replaced)
    checked = graph.check(report(retry_policy={"max_retries": 7}))
    assert graph.provider.diff("", graph.outs, checked).changes
    graph.provider.update("", graph.outs, checked)
    if why == "a replacement after it":
        assert run.current().unverified
        other.provider.create(replaced)
    assert run.current().unverified == {}


def test_updates_one_after_another(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """An update that is done before the next is declared waits for it briefly, so that one listing shows both."""
    graph.up(report())
    other = Resource(config)
    other.up(report(name="other"))
    graph.begin()
    run.current().update_wait = 60.0
    state_manager.clear_requests()
    update = ["GET graph", "PUT graph", "GET graph"]

    def change(one: Resource, **named: str) -> dict[str, Any]:
        checked = one.check(report(**named, retry_policy={"max_retries": 7}))
        assert one.provider.diff("", one.outs, checked).changes
        return checked

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(graph.provider.update, "", graph.outs, change(graph))
        while sent(state_manager) != ["GET graphs", *update] and not first.done():
            time.sleep(0.01)
        checked = change(other, name="other")
        run.current().update_wait = 0.0
        other.provider.update("", other.outs, checked)
        first.result(60)
    assert sent(state_manager) == ["GET graphs", *update, *update, "GET graphs"]


def test_unknown_shape(graph: Resource, config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A listing with a document of unknown shape is no defect: a preview continues, a refresh reads each graph."""
    graph.up(report())
    state_manager.faults.answer(
        200,
        method="GET",
        path="/v0/namespace/analytics/graphs/",
        times=9,
        body={
            "namespace": "analytics",
            "count": 1,
            "templates": [
                {
                    "name": "odd",
                    "namespace": "analytics",
                    "nodes": [],
                    "validation_status": "VALID",
                    "triggers": [{"type": "EVENT", "value": {}}],
                }
            ],
        },
    )
    assert Resource(config).preview(report(name="other"))
    assert graph.refresh()
