"""The cost of a refresh: one listing for each namespace and run, however many resources; never older than this run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.errors import StateManagerError, Unreachable
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.reconcile import refresh
from pulumi_exosphere.reconcile import run as notes
from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.listings import Snapshots
from pulumi_exosphere.reconcile.waiting import Cancelled, cancelled
from pulumi_exosphere.state_manager import StateManager
from pulumi_exosphere.template.sections import FOLDED
from tests.support.fault_proxy import FaultProxy, kind_of
from tests.support.faults import late
from tests.support.hooks_driver import Refused, Resource, as_wired
from tests.support.live import put
from tests.support.wanted import node

pytestmark = pytest.mark.usefixtures("either_front")

NAMESPACES = ("one", "two", "three")
WORKERS = 16
PING = node("Ping") | {"namespace": "analytics"}
CRON = {"type": "CRON"}


@pytest.fixture
def config(state_manager: LocalStateManager) -> dict[str, str]:
    """Use the configuration of a stack on the embedded state manager."""
    return {
        "exosphere:stateManagerUri": state_manager.uri,
        "exosphere:apiKey": state_manager.api_key,
        "exosphere:maxRetries": "0",
    }


def stack(running: LocalStateManager, config: dict[str, str], graphs: int) -> list[Resource]:
    """Deploy so many graphs in each of three namespaces, and a schedule of each."""
    body = {
        "secrets": {},
        "nodes": [{**PING, "identifier": "ping"}],
        "triggers": [{**CRON, "value": {"expression": "0 9 * * *"}}],
    }
    ids = [(namespace, f"graph-{number}") for namespace in NAMESPACES for number in range(graphs)]
    with StateManager(running.uri, running.api_key) as client, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda graph_id: client.put_graph(graph_id[0], graph_id[1], body), ids))
    running.settle()
    resources = []
    notes.begin()
    for namespace, name in ids:
        wanted = {"name": name, "namespace": namespace, "nodes": {"ping": PING}, "triggers": {"0 9 * * *": CRON}}
        schedule = {"graph": f"{namespace}/{name}", "expression": "0 9 * * *", FOLDED: True}
        for resource, inputs in ((Resource(config), wanted), (Resource(config, CronTriggerProvider()), schedule)):
            resource.begin(anew=False)
            resource.inputs = resource.outs = resource.check(inputs)
            resource.id = f"{namespace}/{name}"
            resources.append(resource)
    return resources


def refresh_all(resources: Iterable[Resource]) -> list[bool]:
    """Read all of them in one run, as many at once as the engine does; return those that still exist."""
    resources = list(resources)
    resources[0].begin()

    def read(resource: Resource) -> bool:
        return bool(resource.provider.read(resource.id or "", as_wired(resource.outs)).id)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(read, resources))


def test_one_listing(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """300 graphs in 3 namespaces, and a schedule of each, cost 3 listings and nothing else."""
    resources = stack(state_manager, config, 100)
    state_manager.clear_requests()
    assert refresh_all(resources) == [True] * 600
    asked = sorted((request.method, request.path) for request in state_manager.requests)
    assert asked == sorted(("GET", f"/v0/namespace/{namespace}/graphs/") for namespace in NAMESPACES)


def test_an_unreadable_namespace(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A listing that fails as a whole is also requested once, and then each graph separately."""
    resources = stack(state_manager, config, 10)
    state_manager.faults.unreadable.add("two/somebody-elses")
    state_manager.clear_requests()
    assert refresh_all(resources) == [True] * 60
    listings = [request for request in state_manager.requests if request.path.endswith("/graphs/")]
    assert len(listings) == 3
    assert len(state_manager.requests) == 3 + 20


def test_what_was_not_compared(
    config: dict[str, str], state_manager: LocalStateManager, capfd: pytest.CaptureFixture[str]
) -> None:
    """A refresh whose listing failed says what it couldn't compare and why, in one line for each namespace."""
    resources = stack(state_manager, config, 2)
    state_manager.faults.unreadable.update({"two/somebody-elses", "three/somebody-elses"})
    assert refresh_all(resources) == [True] * 12
    told = [line for line in capfd.readouterr().out.splitlines() if "were not compared" in line]
    assert sorted(line.partition("'")[2].partition("'")[0] for line in told) == ["three", "two"]
    assert all("retry policies, stores and schedules" in line and "answered 500" in line for line in told)


def test_a_preview_that_could_not_look(
    config: dict[str, str], state_manager: LocalStateManager, capfd: pytest.CaptureFixture[str]
) -> None:
    """One failed listing is tried once more; only a second one is reported, once, whatever `registryCheck` says."""
    config["exosphere:registryCheck"] = "off"
    wanted = {"name": "graph", "namespace": "one", "nodes": {"ping": PING}, "secrets": {}}
    put(state_manager, "one", "graph", template.to_body(template.normalise({**wanted, "retry_policy": {}})))
    differing = {**wanted, "retry_policy": {"max_retries": 7}}
    state_manager.faults.answer(502, path="/v0/namespace/one/graphs/")
    with pytest.raises(Refused, match=r"retry_policy\.max_retries"):
        Resource(config).preview(differing)
    assert "was not checked for changes" not in capfd.readouterr().out
    state_manager.faults.answer(502, path="/v0/namespace/one/graphs/", times=9)
    one = Resource(config)
    one.begin()
    for name in ("graph", "other"):
        one.check({**differing, "name": name})
    told = [line for line in capfd.readouterr().out.splitlines() if "was not checked for changes" in line]
    assert len(told) == 1
    assert "namespace 'one'" in told[0]
    assert "502" in told[0]


def test_listing_that_never_comes(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A listing that times out is waited for once, not once for each resource."""
    resources = stack(state_manager, {**config, "exosphere:requestTimeout": "0.3"}, 10)
    state_manager.faults.slow(1.0, path="/v0/namespace/*/graphs/", times=1000)
    state_manager.clear_requests()
    resources[0].begin()
    with ThreadPoolExecutor(WORKERS) as pool:
        asked = [pool.submit(one.provider.read, one.id or "", as_wired(one.outs)) for one in resources]
    assert all(isinstance(one.exception(), StateManagerError) for one in asked)
    assert len(state_manager.requests) <= 3


KEY_OF_THE_FIRST = ("one", "graph-0")


def test_snapshot_after_a_write(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A refresh sees what this run wrote, although the listing is older."""
    graph, _ = stack(state_manager, config, 1)[:2]
    graph.begin()
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        key = GraphKey(client.address, *KEY_OF_THE_FIRST)
        snapshots = notes.current().snapshots
        before = snapshots.live(client, key)
        wanted = {"name": "graph-0", "namespace": "one", "nodes": {"ping": {**PING, "inputs": {"x": "2"}}}}
        checked = graph.check({**wanted, "triggers": {"0 9 * * *": CRON}})
        outs = graph.provider.update(graph.id or "", as_wired(graph.outs), checked).outs or {}
        state_manager.clear_requests()
        after = snapshots.live(client, key)
        assert before is not None
        assert after is not None
        assert (before.inputs["nodes"]["ping"]["inputs"], after.inputs["nodes"]["ping"]["inputs"]) == ({}, {"x": "2"})
        assert after.updated_at == outs["updated_at"]
        assert state_manager.requests == []


def test_snapshot_after_a_write_that_failed(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """After a write whose outcome isn't known, nothing is trusted: the graph is read again."""
    stack(state_manager, config, 1)
    notes.begin()
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        key = GraphKey(client.address, *KEY_OF_THE_FIRST)
        snapshots = notes.current().snapshots
        assert snapshots.live(client, key) is not None
        snapshots.forget(key)
        state_manager.clear()
        assert snapshots.live(client, key) is None


def test_snapshot_while_another_is_taken(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A caller that needs a fresh listing gets one that began after its call; simultaneous callers share it."""
    stack(state_manager, config, 1)
    notes.begin()
    state_manager.clear_requests()
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        key = GraphKey(client.address, *KEY_OF_THE_FIRST)
        snapshots = notes.current().snapshots
        state_manager.faults.slow(0.3, path="/v0/namespace/one/graphs/")
        with ThreadPoolExecutor(WORKERS) as pool:
            found = list(pool.map(lambda _: snapshots.fresh(client, key), range(WORKERS)))
        assert all(live is not None for live in found)
        assert len(state_manager.requests) <= 2


def coming(proxy: FaultProxy) -> list[str]:
    """Record the kind of each request as it arrives, whether or not it ever gets a response."""
    came: list[str] = []
    proxy.on_request = lambda method, path, _: came.append(kind_of(method, path))
    return came


@pytest.mark.parametrize("ask", [Snapshots.live, Snapshots.recent, Snapshots.fresh], ids=lambda ask: ask.__name__)
def test_failure_while_many_wait(
    proxy: FaultProxy, state_manager: LocalStateManager, ask: Callable[[Snapshots, StateManager, GraphKey], object]
) -> None:
    """All callers that wait for a listing fail with it and don't wait for another; later callers request a new one."""
    came = coming(proxy)
    proxy.inject("GET graphs", late(60), times=None)
    with StateManager(proxy.uri, state_manager.api_key, timeout=1.0, max_retries=0) as client:
        snapshots, key = Snapshots(), GraphKey(client.address, *KEY_OF_THE_FIRST)
        with ThreadPoolExecutor(WORKERS) as pool:
            asked = [pool.submit(ask, snapshots, client, key) for _ in range(WORKERS)]
        assert all(isinstance(one.exception(), Unreachable) for one in asked)
        assert len(came) <= 3
        proxy.clear()
        assert ask(snapshots, client, key) is None


def test_failure_of_a_quick_look(proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """A refresh with a longer timeout requests the listing that `check` gave up on and doesn't repeat for a while."""
    came = coming(proxy)
    proxy.inject("GET graphs", late(60))
    quick = StateManager(proxy.uri, state_manager.api_key, timeout=0.3, max_retries=0)
    patient = StateManager(proxy.uri, state_manager.api_key, max_retries=0)
    snapshots, key = notes.begin().snapshots, GraphKey(quick.address, *KEY_OF_THE_FIRST)
    with quick, patient:
        for _ in range(3):
            with pytest.raises(Unreachable):
                snapshots.live(quick, key, recall=True)
        assert came == ["GET graphs"]
        assert refresh.find(patient, key) is None


def test_cancelled_while_another_asks(proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """A cancelled run stops waiting for a listing that another caller requested."""
    came, answer = threading.Event(), threading.Event()

    def hold(*_: object) -> None:
        came.set()
        answer.wait(60)

    proxy.on_request = hold
    client = StateManager(proxy.uri, state_manager.api_key)
    snapshots, key = Snapshots(), GraphKey(client.address, *KEY_OF_THE_FIRST)
    with client, ThreadPoolExecutor(2) as pool:
        asking = pool.submit(snapshots.live, client, key)
        try:
            assert came.wait(20)
            waiting = pool.submit(snapshots.live, client, key)
            cancelled.set()
            with pytest.raises(Cancelled):
                waiting.result(20)
        finally:
            answer.set()
            cancelled.clear()
        assert asking.result() is None
