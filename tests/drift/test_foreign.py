"""Someone else's changes are never overwritten unnoticed, unlike this stack's own leftovers; through the real CLI."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support import by_hand
from tests.support.fault_proxy import FaultProxy
from tests.support.live import essence
from tests.support.native_program import either_front
from tests.support.pulumi_cli import environment
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

pytestmark = either_front

NS, NAME = "analytics", "report"
PROGRAM = """\
import pulumi
import pulumi_exosphere as exosphere

graph = exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Extract", identifier="extract", inputs={{"source": {source!r}}}, next_nodes=["load"]
        ),
        exosphere.GraphNodeArgs(
            node_name="Load", identifier="load", inputs={{"rows": "${{{{ extract.outputs.rows }}}}"}}
        ),
    ],
    secrets={{"warehouse_password": pulumi.Output.secret("canary-secret")}},
    retry_policy=exosphere.RetryPolicyArgs(max_retries={retries}),
    triggers=[exosphere.CronTriggerArgs(expression="0 9 * * *")],
)
exosphere.StoreConfig("store", graph=graph, default_values={{"day": "today"}})
"""


def program(source: str = "bucket", retries: int = 5) -> str:
    """Return a graph and its store."""
    return PROGRAM.format(source=source, retries=retries)


def live(state_manager: LocalStateManager) -> dict[str, Any]:
    """Return what is stored."""
    stored = state_manager.graph(NS, NAME)
    assert stored is not None
    return essence(stored)


def emergency(state_manager: LocalStateManager) -> str:
    """Stop the schedule by hand, as someone might at night; return the time."""
    stored = by_hand.change(state_manager, NS, NAME, lambda body: body["triggers"].clear())
    return str(stored["updated_at"])[:23]


def puts(state_manager: LocalStateManager) -> int:
    """Return the number of upserts."""
    return sum(request.method == "PUT" and "/graph/" in request.path for request in state_manager.requests)


@pytest.fixture
def stack(project: Make) -> Project:
    """Return a stack that is deployed."""
    made = project(program())
    made.up("--skip-preview").check()
    return made


def test_emergency(stack: Project, state_manager: LocalStateManager) -> None:
    """An unrelated change of the program fails at preview, with the time and the command to type; the command works."""
    when = emergency(state_manager)
    stack.program = program(retries=7)
    state_manager.clear_requests()
    for refused in (stack.preview().refused(), stack.up("--skip-preview").refused()):
        said = re.sub(r"\s+", " ", refused.output)
        assert f"changed outside this stack at {when} (the state manager's local time" in said
        assert "in triggers.0 9 * * *" in said
        assert "`pulumi up --refresh` shows the change before it replaces it" in said
        assert "`pulumi config set exosphere:overwriteDrift true`" in said
        assert "canary" not in said
        assert "Traceback" not in said
    assert puts(state_manager) == 0

    shown = stack.up("--refresh", "--diff", "--skip-preview").check()
    assert re.search(r"- 0 9 \* \* \*: \{\s+- type: \"CRON\"", shown.output)  # What was found.
    assert re.search(r"\+ 0 9 \* \* \*: \{\s+\+ type: \"CRON\"", shown.output)  # What becomes of it.
    assert (live(state_manager)["triggers"], live(state_manager)["retry_policy"]["max_retries"]) == (["0 9 * * *"], 7)
    assert stack.preview("--refresh").check().changes == {}

    emergency(state_manager)
    stack.program = program(retries=8)
    stack.config_set("exosphere:overwriteDrift", "true")
    assert stack.up().check().changes == {"update": 1}, "this setting turns the check off"
    assert (live(state_manager)["triggers"], live(state_manager)["retry_policy"]["max_retries"]) == (["0 9 * * *"], 8)


def test_destroy_unseen(stack: Project, state_manager: LocalStateManager) -> None:
    """A destroy fails and says how to see the change, and how to retire the graph without a refresh; that works."""
    emergency(state_manager)
    said = re.sub(r"\s+", " ", stack.destroy("--skip-preview").refused().output)
    assert "Run `pulumi refresh`, which shows the change; then the graph can be retired" in said
    assert "`pulumi config set exosphere:overwriteDrift true`, and add --run-program to a `pulumi destroy`" in said
    stack.config_set("exosphere:overwriteDrift", "true")
    stack.destroy("--skip-preview", "--run-program").check()
    assert live(state_manager)["validation_status"] == "INVALID"


def test_destroy(stack: Project, state_manager: LocalStateManager) -> None:
    """A program that changes nothing overwrites nothing, nor does a destroy before a refresh; then it retires."""
    emergency(state_manager)
    assert stack.up("--skip-preview").check().changes == {}
    assert live(state_manager)["triggers"] == []
    refused = stack.destroy("--skip-preview").refused()
    assert "changed outside this stack" in refused.output
    assert live(state_manager)["validation_status"] == "VALID"
    stack.destroy("--skip-preview", "--refresh").check()
    assert list(live(state_manager)["nodes"]) == ["__retired__"]


def test_up_refresh(stack: Project, state_manager: LocalStateManager) -> None:
    """`up --refresh` finds all changes, restores what is declared, and then nothing differs."""
    declared = live(state_manager)

    def change(body: dict[str, Any]) -> None:
        extract, load = body["nodes"]
        extract.update(inputs={"source": "lake", "more": "x"}, next_nodes=["ping"])
        load.update(
            identifier="ship", inputs={"rows": "none"}, unites={"identifier": "extract", "strategy": "ALL_DONE"}
        )
        ping = {"node_name": "Ping", "namespace": "shared", "identifier": "ping", "inputs": {}, "next_nodes": ["ship"]}
        body["nodes"].append(ping)
        body["retry_policy"] = {
            "max_retries": 1,
            "strategy": "FIXED",
            "backoff_factor": 1,
            "exponent": 1,
            "max_delay": 1,
        }
        body["store_config"] = {"required_keys": ["cursor"], "default_values": {"day": "tomorrow"}}
        body["triggers"] = [{"type": "CRON", "value": {"expression": "@daily"}}]
        body["secrets"] = {"warehouse_password": "theirs", "more": "theirs"}

    by_hand.change(state_manager, NS, NAME, change)
    result = stack.up("--refresh", "--skip-preview").check()
    assert set(result.changes) == {"update"}
    assert live(state_manager) == declared
    assert stack.preview("--refresh").check().changes == {}
    assert stack.holding("theirs") == []


def test_interrupted_update(project: Make, state_manager: LocalStateManager) -> None:
    """If an `up` is killed between the upsert and saving the state, the next `up` continues it."""
    with FaultProxy(state_manager.uri) as proxy:
        stack = project(program(), {"EXOSPHERE_STATE_MANAGER_URI": proxy.uri})
        stack.up("--skip-preview").check()
        stack.program = program(source="lake", retries=7)
        kill_at_upsert(stack, proxy)
        assert live(state_manager)["nodes"]["extract"]["inputs"] == {"source": "lake"}
        state = stack.resources()["report"]["outputs"]
        assert state["nodes"]["extract"]["inputs"] == {"source": "bucket"}

        stack.pulumi("cancel", "--yes", "--stack", "test").check()
        stack.up("--skip-preview").check()
        assert live(state_manager)["validation_status"] == "VALID"
        assert stack.resources()["report"]["outputs"]["nodes"]["extract"]["inputs"] == {"source": "lake"}
        assert stack.preview("--refresh").check().changes == {}


def kill_at_upsert(stack: Project, proxy: FaultProxy) -> None:
    """Run `pulumi up`, and kill it and its child processes after its upsert was carried out."""
    command = ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview", "--stack", "test"]
    process = subprocess.Popen(
        command,
        cwd=stack.folder,
        env=environment(**stack.env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def kill(method: str, path: str, _number: int) -> None:
        if method == "PUT" and "/graph/" in path:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)

    proxy.on_answer = kill
    assert process.wait(120) == -signal.SIGKILL
    proxy.on_answer = None
