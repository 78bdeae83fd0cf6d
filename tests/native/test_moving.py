"""A stack moves between the dynamic resources and the native ones: unchanged, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.properties import PROVIDER
from tests.support.live import put
from tests.support.pulumi_project import Project
from tests.support.wanted import node
from tests.upgrades.test_replay import recorded, replayed

Make = Callable[..., Project]

VERSION = "0.1.0"
SECTIONS = """\
    retry_policy=exosphere.RetryPolicyArgs(max_retries=5, strategy="LINEAR_FULL_JITTER", max_delay=60000),
    store_config=exosphere.StoreConfigArgs(
        required_keys=["day"],
        default_values={"mode": "strict", "token": pulumi.Output.secret("recorded-default")},
    ),
    triggers=[exosphere.CronTriggerArgs(expression="0 9 * * 1-5"), exosphere.CronTriggerArgs(expression="@daily")],
    registration_timeout=30,
"""
ATTACHED = """\

exosphere.RetryPolicy("retry", graph="analytics/theirs", max_retries=7, max_delay=60000)
exosphere.StoreConfig(
    "store",
    graph="analytics/theirs",
    required_keys=["day"],
    default_values={"mode": "strict", "token": pulumi.Output.secret("recorded-attached")},
)
exosphere.CronTrigger("daily", graph="analytics/theirs", expression="@daily")
"""
"""What belongs to a graph that the program doesn't declare."""


def inline() -> str:
    """Return the recorded program, with the sections of its graphs given on them."""
    program = recorded(VERSION, "program.py").replace("    registration_timeout=30,\n", SECTIONS)
    graph, rest = program.split("exosphere.RetryPolicy(\n", 1)
    more = rest[rest.index('exosphere.Graph(\n    "inline"') :]
    return (graph + more).partition("exosphere.Graph.get")[0].replace("exosphere.UnitesStrategy.ALL_DONE", '"ALL_DONE"')


def puts(state_manager: LocalStateManager) -> int:
    """Return the number of upserts."""
    return sum(request.method == "PUT" and "/graph/" in request.path for request in state_manager.requests)


def in_turn(
    stack: Project,
    state_manager: LocalStateManager,
    program: str,
    *,
    on_plugin: bool,
    changes: dict[str, int] | None = None,
) -> None:
    """Declare the same on another front: it is unchanged unless ``changes`` says so, and nothing is sent."""
    state_manager.clear_requests()
    stack.on_plugin = on_plugin
    stack.program = program
    assert stack.up("--skip-preview").check().changes == (changes or {})
    prefix = "exosphere:index:" if on_plugin else "pulumi-python:dynamic/exosphere:"
    kinds = {"Graph", "RetryPolicy", "StoreConfig", "CronTrigger"}
    assert {one["type"] for one in stack.resources().values()} == {prefix + kind for kind in kinds}
    assert puts(state_manager) == 0


@pytest.fixture
def theirs(state_manager: LocalStateManager) -> None:
    """Make the graph of someone else live."""
    graph = template.normalise({"namespace": "analytics", "nodes": {"ping": node("Ping")}})
    put(state_manager, "analytics", "theirs", template.to_body(graph))


def test_there_and_back(project: Make, state_manager: LocalStateManager, tmp_path: Path, theirs: None) -> None:
    """In a recorded stack, sections move into their graphs, graphs move to the plugin, and all of it moves back."""
    stack = replayed(project, state_manager, VERSION, tmp_path)
    state_manager.clear_requests()
    stack.program = inline() + ATTACHED
    moved = {"delete": 4, "discard": 1, "create": 3}  # Look-ups are removed, too.
    assert stack.up("--skip-preview").check().changes == moved
    assert puts(state_manager) == 3
    in_turn(stack, state_manager, inline() + ATTACHED, on_plugin=True)
    changed = inline().replace("max_retries=5", "max_retries=6") + ATTACHED
    stack.program = changed
    assert stack.up("--skip-preview").check().changes == {"update": 1}
    in_turn(stack, state_manager, changed, on_plugin=False)
    stack.destroy("--skip-preview").check()


def test_made_by_the_plugin(project: Make, state_manager: LocalStateManager, theirs: None) -> None:
    """State has no Python class until a program in Python takes over, and can then refresh, change and destroy it."""
    stack = project("import pulumi\n")
    stack.on_plugin = True
    stack.program = inline() + ATTACHED
    stack.up("--skip-preview").check()
    assert [name for name, one in stack.resources().items() if PROVIDER in one["outputs"]] == []
    in_turn(stack, state_manager, inline() + ATTACHED, on_plugin=False, changes={"update": len(stack.resources())})
    assert stack.refresh("--skip-preview", "--expect-no-changes").check().changes == {}
    changed = inline() + ATTACHED.replace("max_retries=7", "max_retries=8")
    stack.program = changed.replace("max_retries=5", "max_retries=6")
    assert stack.up("--skip-preview").check().changes == {"update": 2}
    assert stack.preview("--refresh", "--expect-no-changes").check().changes == {}
    stack.destroy("--skip-preview").check()
    report, others = state_manager.graph("analytics", "report"), state_manager.graph("analytics", "theirs")
    assert report is not None
    assert others is not None
    assert report["nodes"][0]["node_name"] == "__retired__"
    assert (others["nodes"][0]["node_name"], others["retry_policy"]["max_retries"]) == ("Ping", 3)
    assert stack.holding("recorded-") == []


SMALL = """\
import pulumi
import pulumi_exosphere as exosphere

exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
)
"""
GENERATED = """\
import pulumi
import pulumi_exosphere as exosphere

theirs = exosphere.Graph("report",
    name="report",
    namespace="analytics",
    nodes={
        "ping": {
            "inputs": {},
            "namespace": "analytics",
            "next_nodes": [],
            "node_name": "Ping",
        },
    },
    triggers={
        "@daily": {
            "type": "CRON",
        },
    },
    opts = pulumi.ResourceOptions(protect=True))
"""
"""Return it as Pulumi's Python language host writes it."""


def test_imported(project: Make, state_manager: LocalStateManager) -> None:
    """The Python that `pulumi import` generates declares what was imported: no change, and nothing is sent."""
    made = project(SMALL.replace("nodes=", 'triggers=[{"expression": "@daily"}],\n    nodes='), name="made")
    made.up("--skip-preview").check()
    state_manager.clear_requests()
    stack = project("import pulumi\n")
    arguments = ("exosphere:index:Graph", "report", "analytics/report", "--yes", "--skip-preview", "--stack", "test")
    stack.pulumi("import", *arguments, "--generate-code=false").check()
    stack.program = GENERATED
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert stack.up("--skip-preview").check().changes == {}
    assert stack.refresh("--expect-no-changes").check().changes == {}
    assert puts(state_manager) == 0
