"""Interrupted runs of the real CLI: what is live, what a user must do, and the result."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.e2e.test_graph import live, program, puts
from tests.faults.victims import Victim, after_request, wait_for
from tests.support.fault_proxy import FaultProxy, kind_of
from tests.support.live import essence
from tests.support.pulumi_project import Project

Make = Callable[..., Project]


@pytest.fixture
def stack(project: Make, proxy: FaultProxy) -> Project:
    """Return a stack with one graph, which talks through the proxy."""
    return project(program(), {"EXOSPHERE_STATE_MANAGER_URI": proxy.uri})


def break_off(
    stack: Project, proxy: FaultProxy, number: int, *command: str, how: Callable[[Victim], None] = Victim.kill
) -> str:
    """Run a command, and kill it after its request of this number was carried out."""
    victims: list[Victim] = []
    after_request(proxy, number, lambda: how(victims[0]))
    victims.append(Victim(stack, *command))
    status, output = victims[0].end()
    assert status != 0, output
    proxy.clear()
    proxy.on_answer = None
    return output


def as_declared(stack: Project, state_manager: LocalStateManager, source: str) -> None:
    """The program's graph is live, once, and no run has anything left to do."""
    state_manager.settle()
    documents = state_manager.graphs("analytics")
    assert [one["name"] for one in documents] == ["report"]
    assert documents[0]["validation_status"] == "VALID"
    assert documents[0]["nodes"][0]["inputs"] == {"source": source}
    assert stack.up("--skip-preview", "--expect-no-changes").check().changes == {}


CREATE = ("up", "--yes", "--skip-preview")
BOUNDARIES = [pytest.param(number, marks=[] if number == 3 else [pytest.mark.full]) for number in range(1, 5)]


@pytest.mark.parametrize("number", BOUNDARIES)
def test_killed_in_a_create(stack: Project, proxy: FaultProxy, state_manager: LocalStateManager, number: int) -> None:
    """After `pulumi cancel`, which unlocks the stack, `pulumi up` continues; a refresh then clears the warning."""
    break_off(stack, proxy, number, *CREATE)
    assert "pulumi cancel" in stack.up("--skip-preview").refused().output
    stack.pulumi("cancel", "--yes", "--stack", "test").check()
    stack.up("--skip-preview").check()
    assert "pending operations" not in stack.refresh("--clear-pending-creates").check().output.partition("Resources")[2]
    as_declared(stack, state_manager, "bucket")


@pytest.mark.full
@pytest.mark.parametrize("number", range(1, 7))
def test_killed_in_an_update(stack: Project, proxy: FaultProxy, state_manager: LocalStateManager, number: int) -> None:
    """The same is true of an update."""
    stack.up("--skip-preview").check()
    stack.program = program(source="lake")
    proxy.clear()
    break_off(stack, proxy, number, *CREATE)
    stack.pulumi("cancel", "--yes", "--stack", "test").check()
    stack.up("--skip-preview").check()
    as_declared(stack, state_manager, "lake")


@pytest.mark.full
@pytest.mark.parametrize("number", range(1, 5))
def test_killed_in_a_destroy(stack: Project, proxy: FaultProxy, state_manager: LocalStateManager, number: int) -> None:
    """It is also true of a destroy, which is run again."""
    stack.up("--skip-preview").check()
    proxy.clear()
    break_off(stack, proxy, number, "destroy", "--yes", "--skip-preview")
    stack.pulumi("cancel", "--yes", "--stack", "test").check()
    stack.destroy("--skip-preview").check()
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"
    assert stack.resources() == {}


def test_hooks_killed(stack: Project, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """If only the process of the hooks dies, the run fails, and the next one needs nothing else."""
    break_off(stack, proxy, 3, *CREATE, how=Victim.kill_hooks)
    stack.up("--skip-preview").check()
    as_declared(stack, state_manager, "bucket")


WAITING = (
    program()
    .replace("Extract", "Ghost")
    .replace('namespace="analytics",', 'namespace="analytics", registration_timeout=600,')
)


def test_ctrl_c_while_it_waits(project: Make, state_manager: LocalStateManager) -> None:
    """Ctrl-C ends a wait of ten minutes at once; the message says that nothing was written."""
    stack = project(WAITING)
    victim = Victim(stack, *CREATE)
    wait_for(lambda: sum("/nodes" in request.path for request in state_manager.requests) > 2)
    victim.interrupt()
    status, output = victim.end()
    assert status != 0
    assert "the run was cancelled while it waited" in output, output
    assert "Outcome: not written" in output
    assert puts(state_manager) == 0


def test_ctrl_c_after_an_upsert(stack: Project, proxy: FaultProxy, state_manager: LocalStateManager) -> None:
    """Ctrl-C between an upsert and its result: the previous version is restored, and a reverted program has no diff."""
    stack.up("--skip-preview").check()
    before = essence(live(state_manager))
    state_manager.faults.validation_delay = 2.0
    stack.program = program(source="lake").replace("outputs.rows", "outputs.ghost")
    victims: list[Victim] = []
    sent = threading.Event()

    def interrupt(method: str, path: str, _: int) -> None:
        if kind_of(method, path) == "PUT graph" and not sent.is_set():
            sent.set()
            victims[0].interrupt()

    proxy.on_answer = interrupt
    victims.append(Victim(stack, *CREATE))
    status, output = victims[0].end()
    assert status != 0
    assert sent.is_set(), output
    assert "previous version was restored and is VALID" in output, output
    assert essence(live(state_manager)) == before
    stack.program = program()
    as_declared(stack, state_manager, "bucket")


def test_cli_killed_while_it_waits(project: Make, state_manager: LocalStateManager) -> None:
    """Hooks whose CLI was killed stop waiting: nodes that are registered later don't cause an upsert."""
    stack = project(WAITING)
    victim = Victim(stack, *CREATE)
    wait_for(lambda: sum("/nodes" in request.path for request in state_manager.requests) > 2)
    hooks = victim.hooks()
    assert hooks
    victim.kill_cli()
    wait_for(lambda: not any(_alive(pid) for pid in hooks))
    victim.end()
    assert puts(state_manager) == 0


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
