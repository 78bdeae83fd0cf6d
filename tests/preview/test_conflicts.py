"""A preview reports the conflicts of all graphs with what is live, and sends nothing."""

from __future__ import annotations

from collections.abc import Callable

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from tests.support.by_hand import change
from tests.support.live import put
from tests.support.pulumi_project import Project
from tests.support.wanted import node

Make = Callable[..., Project]

PROGRAM = """\
import pulumi_exosphere as exosphere

for name in ("one", "two", "three", "same"):
    exosphere.Graph(
        name,
        namespace="analytics",
        nodes=[{"node_name": "Ping", "identifier": "ping"}],
        retry_policy={"max_retries": 5},
    )
"""


def test_all_graphs_that_differ(project: Make, state_manager: LocalStateManager) -> None:
    """Each is reported on its resource, with its paths; one that doesn't differ is none of them."""
    for name, retries in {"one": 7, "two": 7, "same": 5}.items():
        live = {"namespace": "analytics", "nodes": {"ping": node("Ping")}, "retry_policy": {"max_retries": retries}}
        put(state_manager, "analytics", name, template.to_body(template.normalise(live)))
    stack = project(PROGRAM)
    state_manager.clear_requests()
    shown = stack.preview().refused().output
    for name in ("one", "two"):
        assert f"graph '{name}' in namespace 'analytics' exists already and differs from this program in" in shown
    assert "graph 'three'" not in shown
    assert "2 graphs conflict with what is live: see the error under each resource" in shown
    assert "exists already and is taken over" in shown or "'same'" in shown
    stack.up().refused()
    stack.up("--skip-preview").refused()
    assert not any(request.method == "PUT" for request in state_manager.requests if "/one" in request.path)


def test_all_graphs_that_somebody_changed(project: Make, state_manager: LocalStateManager) -> None:
    """The same for updates that would overwrite the changes of others; state never has the question."""
    stack = project(PROGRAM)
    stack.up("--skip-preview").check()
    assert "__conflict" not in str(stack.resources())
    for name in ("one", "two"):
        change(state_manager, "analytics", name, lambda body: body["retry_policy"].update(max_retries=9))
    stack.program = PROGRAM.replace('"max_retries": 5', '"max_retries": 6')
    shown = stack.preview().refused().output
    for name in ("one", "two"):
        assert f"graph '{name}' in namespace 'analytics' was changed outside this stack" in shown
    stack.up("--refresh", "--yes").check()
    assert "__conflict" not in str(stack.resources())
