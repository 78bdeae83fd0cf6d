"""A stack moves between the dynamic resources and the native ones: unchanged, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project
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
NATIVE = """\
import pulumi


class Graph(pulumi.CustomResource):
    def __init__(self, resource_name, opts=None, *, name=None, triggers=None, **props):
        old = pulumi.Alias(type_="pulumi-python:dynamic/exosphere:Graph")
        given = {"nodes": {node.pop("identifier"): node for node in props.pop("nodes")}}
        if triggers is not None:
            given["triggers"] = {one["expression"]: {} for one in triggers}
        given |= {key: value for key, value in {"name": name, **props}.items() if value is not None}
        super().__init__("exosphere:index:Graph", resource_name, given, pulumi.ResourceOptions(aliases=[old]))


class exosphere:
    Graph = Graph
    GraphNodeArgs = CronTriggerArgs = UnitesArgs = RetryPolicyArgs = StoreConfigArgs = dict


"""
"""The same programs with native resources: a stand-in for an SDK, which includes the alias."""


def inline() -> str:
    """Return the recorded program, with the sections of its graphs given on them."""
    program = recorded(VERSION, "program.py").replace("    registration_timeout=30,\n", SECTIONS)
    graph, rest = program.split("exosphere.RetryPolicy(\n", 1)
    more = rest[rest.index('exosphere.Graph(\n    "inline"') :]
    return (graph + more).partition("exosphere.Graph.get")[0].replace("exosphere.UnitesStrategy.ALL_DONE", '"ALL_DONE"')


def native(program: str) -> str:
    """Return a program with native resources instead."""
    imports = "import pulumi\n\nimport pulumi_exosphere as exosphere\n"
    assert imports in program
    return program.replace(imports, NATIVE)


def puts(state_manager: LocalStateManager) -> int:
    """Return the number of upserts."""
    return sum(request.method == "PUT" and "/graph/" in request.path for request in state_manager.requests)


def test_there_and_back(project: Make, state_manager: LocalStateManager, tmp_path: Path) -> None:
    """In a recorded stack, sections move into their graphs, graphs move to the plugin, and all of it moves back."""
    stack = replayed(project, state_manager, VERSION, tmp_path)
    state_manager.clear_requests()
    stack.program = inline()
    assert stack.up("--skip-preview").check().changes == {"delete": 4, "discard": 1}  # Look-ups are removed, too.
    stack.program = native(inline())
    assert stack.up("--skip-preview").check().changes == {}
    assert {one["type"] for one in stack.resources().values()} == {"exosphere:index:Graph"}
    stack.program = inline()
    assert stack.up("--skip-preview").check().changes == {}
    assert {one["type"] for one in stack.resources().values()} == {"pulumi-python:dynamic/exosphere:Graph"}
    assert puts(state_manager) == 0
    stack.destroy("--skip-preview").check()


SMALL = """\
import pulumi

import pulumi_exosphere as exosphere

exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
)
"""


def test_made_by_the_plugin(project: Make, state_manager: LocalStateManager) -> None:
    """A program in Python takes over what the plugin created: state alone changes, and then it can be destroyed."""
    stack = project(native(SMALL))
    stack.up("--skip-preview").check()
    stack.program = SMALL
    assert stack.up("--skip-preview").check().changes == {"update": 1}
    assert puts(state_manager) == 1
    assert stack.preview("--expect-no-changes").check().changes == {}
    stack.destroy("--skip-preview").check()
    stored = state_manager.graph("analytics", "report")
    assert stored is not None
    assert stored["nodes"][0]["node_name"] == "__retired__"


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
