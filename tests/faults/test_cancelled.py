"""Ctrl-C in the midst of a hook: what hasn't begun doesn't, and what was written is put right without waiting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.reconcile.waiting import Cancelled, cancelled
from tests.support.fault_proxy import FaultProxy, kind_of
from tests.support.hooks_driver import Resource
from tests.support.wanted import node, report

CHANGED = report(nodes={**report()["nodes"], "extract": node("Extract", "load", source="lake")})


@pytest.fixture
def graph(state_manager: LocalStateManager, proxy: FaultProxy) -> Iterator[Resource]:
    """A graph whose hooks talk through the proxy; no other test's run is cancelled."""
    yield Resource({"exosphere:stateManagerUri": proxy.uri, "exosphere:apiKey": state_manager.api_key})
    cancelled.clear()


def live(state_manager: LocalStateManager) -> dict[str, Any]:
    """The stored document, once it is judged."""
    state_manager.settle()
    return state_manager.graph("analytics", "daily-report")


def cancel_at(proxy: FaultProxy, state_manager: LocalStateManager, kind: str, *, written: bool = False) -> None:
    """Cancel the run while a request of this kind is under way; with ``written`` the first one after a PUT.

    It is answered with what is judged, and not PENDING.
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


def test_found_invalid(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """An update that ended INVALID is still undone: its graph could run before, and has to afterwards."""
    graph.up(report())
    cancel_at(proxy, state_manager, "GET graph", written=True)
    with pytest.raises(InvalidGraph, match=r"put back, and its verdict hasn't come: .*Outcome: not written$"):
        graph.up({**CHANGED, "secrets": {}})
    assert live(state_manager)["nodes"][0]["inputs"] == {"source": "bucket"}
    assert live(state_manager)["validation_status"] == "VALID"


def test_created_invalid(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """A create that ended INVALID is still retired."""
    cancel_at(proxy, state_manager, "GET graph", written=True)
    with pytest.raises(InvalidGraph, match=r"It was retired.*: the run was cancelled.*Outcome: not written$"):
        graph.up({**CHANGED, "secrets": {}})
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"


def test_judged_by_the_version_before(graph: Resource, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """What the state manager has to be sent twice to judge it rightly is sent twice."""
    graph.up(report())
    nodes = {
        "fetch": node("Extract", "load", source="bucket"),
        "load": node("Load", rows="${{ fetch.outputs.rows }}"),
    }
    cancel_at(proxy, state_manager, "GET graph", written=True)
    with pytest.raises(Cancelled, match=r"Outcome: written and not yet judged$"):
        graph.up(report(nodes=nodes))
    assert proxy.kinds().count("PUT graph") == 2
    assert live(state_manager)["validation_status"] == "VALID"
