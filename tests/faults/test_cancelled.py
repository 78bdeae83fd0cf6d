"""Ctrl-C during a hook: what hasn't been sent isn't, and what was sent is completed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.reconcile.waiting import Cancelled, cancelled
from tests.support.fault_proxy import FaultProxy, kind_of
from tests.support.faults import RESET_AFTER
from tests.support.hooks_driver import Resource
from tests.support.wanted import node, report

CHANGED = report(nodes={**report()["nodes"], "extract": node("Extract", "load", source="lake")})


@pytest.fixture
def graph(state_manager: LocalStateManager, proxy: FaultProxy) -> Iterator[Resource]:
    """Yield a graph whose hooks talk through the proxy; no other test's run is cancelled."""
    grace = cancelled.grace
    yield Resource({"exosphere:stateManagerUri": proxy.uri, "exosphere:apiKey": state_manager.api_key})
    cancelled.clear()
    cancelled.grace = grace


def live(state_manager: LocalStateManager) -> dict[str, Any]:
    """Return the stored document, once it is validated."""
    state_manager.settle()
    return state_manager.graph("analytics", "daily-report")


def cancel_at(proxy: FaultProxy, state_manager: LocalStateManager, kind: str, *, written: bool = False) -> None:
    """Cancel the run during a request of this kind; with ``written``, the first one after a PUT.

    The response has a validation result, not PENDING.
    """
    proxy.clear()

    def hook(method: str, path: str, _: int) -> None:
        if kind_of(method, path) == kind and (not written or "PUT graph" in proxy.kinds()):
            state_manager.settle()
            cancelled.set()

    proxy.on_request = hook


@pytest.mark.parametrize(
    ("operation", "kind"), [("create", "GET nodes"), ("update", "GET graph"), ("delete", "GET graph")]
)
def test_while_it_looks(
    graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager, operation: str, kind: str
) -> None:
    """A hook that was still looking sends nothing, and says so."""
    if operation != "create":
        graph.up(report())
    cancel_at(proxy, state_manager, kind)
    with pytest.raises(Cancelled, match=r"run `pulumi up` again.*Outcome: not written$"):
        graph.destroy() if operation == "delete" else graph.up(CHANGED)
    assert cancelled.is_set()
    assert "PUT graph" not in proxy.kinds()


def after_the_put(proxy: FaultProxy) -> None:
    """Cancel the run just after the state manager has accepted the next upsert, and before it has validated it."""
    proxy.clear()

    def hook(method: str, path: str, _: int) -> None:
        if kind_of(method, path) == "PUT graph" and "PUT graph" not in proxy.kinds():
            cancelled.set()

    proxy.on_answer = hook


DAILY = {"triggers": {"0 5 * * *": {"type": "CRON"}}}


def test_update_that_fails_validation(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """Cancelled between the upsert and its result: the hook waits for it, and restores what was live, schedules too."""
    graph.up(report(**DAILY))
    state_manager.faults.validation_delay = 0.3
    after_the_put(proxy)
    with pytest.raises(InvalidGraph, match=r"previous version was restored and is VALID.*Outcome: not written$"):
        graph.up({**CHANGED, **DAILY, "secrets": {}})
    assert cancelled.is_set()
    assert live(state_manager)["nodes"][0]["inputs"] == {"source": "bucket"}
    assert live(state_manager)["validation_status"] == "VALID"
    assert [row.expression for row in state_manager.cron_rows()] == ["0 5 * * *"]


def test_create_that_fails_validation(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """A create that fails is retired, so that the corrected program needs no `adopt`."""
    state_manager.faults.validation_delay = 0.3
    after_the_put(proxy)
    with pytest.raises(InvalidGraph, match=r"so it was retired; nothing is running.*Outcome: not written$"):
        graph.up({**CHANGED, "secrets": {}})
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"
    cancelled.clear()
    graph.up(report())
    assert live(state_manager)["validation_status"] == "VALID"


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_what_is_validated_is_done(
    graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager, operation: str
) -> None:
    """A hook that was cancelled after its upsert succeeds, so that Pulumi's state has what is live."""
    if operation != "create":
        graph.up(report())
    state_manager.faults.validation_delay = 0.3
    after_the_put(proxy)
    if operation == "delete":
        graph.destroy()
        assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"
        cancelled.clear()
        graph.up(report())
    else:
        graph.up(CHANGED)
        assert live(state_manager)["nodes"][0]["inputs"] == {"source": "lake"}
        cancelled.clear()
        assert not graph.preview(CHANGED)
    assert live(state_manager)["validation_status"] == "VALID"


def test_judged_by_the_version_before(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """An upsert that the state manager must get twice to validate it correctly is sent twice."""
    graph.up(report())
    nodes = {
        "fetch": node("Extract", "load", source="bucket"),
        "load": node("Load", rows="${{ fetch.outputs.rows }}"),
    }
    cancel_at(proxy, state_manager, "GET graph", written=True)
    graph.up(report(nodes=nodes))
    assert proxy.kinds().count("PUT graph") == 2
    assert live(state_manager)["validation_status"] == "VALID"


def test_a_lost_answer(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """An upsert whose response is lost is also completed, once it is known to have arrived."""
    graph.up(report())
    after_the_put(proxy)
    proxy.inject("PUT graph", RESET_AFTER)
    with pytest.raises(InvalidGraph, match=r"previous version was restored and is VALID.*Outcome: not written$"):
        graph.up({**CHANGED, "secrets": {}})
    assert live(state_manager)["nodes"][0]["inputs"] == {"source": "bucket"}


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_longer_than_a_cancelled_run_waits(
    graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager, operation: str
) -> None:
    """If a result doesn't come in time, the error names the command that repairs it, and the command works."""
    graph.up(report())
    state_manager.faults.hold()
    cancelled.grace = 0.2
    after_the_put(proxy)
    repair = r"run was cancelled.*run `pulumi up --refresh`.*Outcome: written and not yet validated$"
    with pytest.raises(Cancelled, match=repair):
        graph.destroy() if operation == "delete" else graph.up({**CHANGED, "secrets": {}})
    cancelled.clear()
    state_manager.faults.release()
    state_manager.settle()
    graph.refresh()
    graph.up(report())
    assert live(state_manager)["nodes"][0]["inputs"] == {"source": "bucket"}
    assert live(state_manager)["validation_status"] == "VALID"


def test_a_namesake_gets_its_schedules_back(
    graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager
) -> None:
    """Schedules that an upsert removed elsewhere are restored, too."""
    theirs = Resource(graph.config)
    nodes = {"ping": {**node("Ping"), "namespace": "analytics"}}
    other = report(**DAILY, namespace="shared", secrets={}, nodes=nodes)
    graph.up(report(**DAILY))
    theirs.up(other)
    theirs.begin()
    theirs.check(other)
    state_manager.faults.validation_delay = 0.1
    after_the_put(proxy)
    graph.provider.delete("", graph.outs)
    assert [row.namespace for row in state_manager.cron_rows()] == ["shared"]
