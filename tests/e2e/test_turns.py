"""Graphs that wait for nodes, and the resource of the same program that registers them, declared after them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.faults.victims import Victim, wait_for
from tests.support.live import put
from tests.support.nodes import node
from tests.support.pulumi_cli import run_inline
from tests.support.pulumi_project import Project

NODES = [{"node_name": "Late", "namespace": "late", "identifier": "a", "inputs": {}, "next_nodes": []}]

Make = Callable[..., Project]

RUNTIME = f"""\
NODES = {json.dumps([node("Late")])!r}

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
import pulumi_exosphere as exosphere

class _Runtime(ResourceProvider):
    def create(self, props):
        import json, os, time, urllib.request
        time.sleep(1)
        if props["nodes"]:
            uri = os.environ["EXOSPHERE_STATE_MANAGER_URI"] + "/v0/namespace/late/nodes/"
            body = dict(runtime_name="late", runtime_namespace="late", nodes=json.loads(props["nodes"]))
            request = urllib.request.Request(uri, json.dumps(body).encode(), method="PUT")
            request.add_header("content-type", "application/json")
            request.add_header("x-api-key", os.environ["EXOSPHERE_API_KEY"])
            urllib.request.urlopen(request).read()
        return CreateResult("runtime", dict(nodes=props["nodes"]))

class Runtime(Resource):
    def __init__(self, name, nodes="", opts=None):
        super().__init__(_Runtime(), name, dict(nodes=nodes), opts)

def runtime():
    # The cluster takes a second, in which all graphs begin to wait.
    return Runtime("runtime", NODES, pulumi.ResourceOptions(depends_on=[Runtime("cluster")]))

def graph(name, opts=None):
    nodes = [exosphere.GraphNodeArgs(node_name="Late", identifier="a")]
    return exosphere.Graph(name, opts, namespace="late", nodes=nodes, registration_timeout=30)

"""

TWELVE = RUNTIME + "graphs = [graph(f'graph-{number}') for number in range(12)]\nruntime()\n"


def deployed(state_manager: LocalStateManager) -> set[str]:
    """Return the valid graphs."""
    return {one["name"] for one in state_manager.graphs("late") if one["validation_status"] == "VALID"}


@pytest.mark.parametrize("places", ["8", "2"])
def test_more_graphs_than_places(project: Make, state_manager: LocalStateManager, places: str) -> None:
    """The runtime starts while graphs wait for its nodes, however few places the engine has."""
    stack = project(TWELVE)
    stack.up("--skip-preview", "--parallel", places).check()
    assert len(deployed(state_manager)) == 12


WAITING = (
    RUNTIME
    + """
def ready(name, source="x", **options):
    nodes = [{"node_name": "Extract", "identifier": "a", "inputs": {"source": source}}]
    return exosphere.Graph(name, pulumi.ResourceOptions(**options), namespace="analytics", nodes=nodes)

last = ready("last", depends_on=[Runtime("slow")])
group = pulumi.ComponentResource("test:index:Group", "group")
OPTIONS = {
    "depends_on": [last],
    "component": {"depends_on": [group]},
    "parent": last,
    "provider": pulumi.ProviderResource("pulumi-python", "explicit", {"waits": last.updated_at}),
    "aliases": [last.urn.apply(lambda urn: urn + "-old")],
    "alias_parent": {"aliases": [pulumi.Alias(parent=last, name="old")]},
    "deleted_with": last,
    "replace_with": [last],
    "replacement_trigger": last.updated_at,
    "nested_trigger": {"replacement_trigger": {"at": [last.updated_at]}},
}
for option, value in OPTIONS.items():
    ready(f"by-{option}", **(value if isinstance(value, dict) else {option: value}))
ready("member", parent=group, depends_on=[last])

first = ready("by-input", last.updated_at)
part = ready("by-part")
exosphere.StoreConfig("store", graph=part, default_values={"at": first.updated_at})
exosphere.CronTrigger("daily", pulumi.ResourceOptions(depends_on=[first]), graph=part, expression="@daily")
last.updated_at.apply(lambda _: ready("in-apply", depends_on=[part, group]))
"""
)


def test_graphs_that_wait_for_each_other(project: Make, state_manager: LocalStateManager) -> None:
    """Whatever a graph waits for, no other graph loses its turn to it: even one at a time, all are deployed."""
    stack = project(WAITING)
    stack.up("--skip-preview", "--parallel", "2").check()
    assert len(state_manager.graphs("analytics")) == 15
    assert stack.up("--parallel", "2").check().changes == {}


TRANSFORMED = (
    RUNTIME
    + """
def after_last(args):
    if args.name == "last" or "Graph" not in args.type_:
        return None
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(depends_on=[last]))
    return pulumi.ResourceTransformResult(args.props, opts)

pulumi.runtime.register_resource_transform(after_last)
runtime()
for number in range(3):
    graph(f"graph-{number}")
last = graph("last", pulumi.ResourceOptions(depends_on=[Runtime("slow")]))
"""
)


def test_a_transform_that_waits(project: Make, state_manager: LocalStateManager) -> None:
    """The engine may call a transform when a graph has been sent; it may wait for any other graph."""
    project(TRANSFORMED).up("--skip-preview", "--parallel", "3").check()
    assert len(deployed(state_manager)) == 4


BY_ID = (
    RUNTIME
    + """
for number in range(4):
    exosphere.RetryPolicy(f"retry-{number}", graph=f"late/graph-{number}", max_retries=5)
runtime()
"""
)


def test_attachments_to_graphs_by_id(project: Make, state_manager: LocalStateManager) -> None:
    """They wait for the nodes of their graph, and take turns like graphs."""
    for number in range(4):
        put(state_manager, "late", f"graph-{number}", {"secrets": {}, "nodes": NODES})
    project(BY_ID).up("--skip-preview", "--parallel", "2").check()
    assert len(deployed(state_manager)) == 4


BROKEN = (
    RUNTIME
    + """
for number in range(4):
    node_name = "Late" if number else "Never"
    nodes = [exosphere.GraphNodeArgs(node_name=node_name, identifier="a")]
    exosphere.Graph(f"graph-{number}", namespace="late", nodes=nodes, registration_timeout=60 if number else 2)
runtime()
"""
)


def test_a_graph_that_fails(project: Make, state_manager: LocalStateManager) -> None:
    """It ends its turn too."""
    stack = project(BROKEN)
    failed = stack.up("--skip-preview", "--parallel", "2", "--continue-on-error").refused()
    assert "node 'Never' (late) not registered within 2 s" in failed.output
    assert deployed(state_manager) == {"graph-1", "graph-2", "graph-3"}
    stack.program = BROKEN.replace('"Never"', '"Late"')
    stack.up("--parallel", "2").check()
    assert len(deployed(state_manager)) == 4


INLINE = (
    TWELVE.replace("graphs = ", "def program():\n    ").replace("\nruntime()", "\n    runtime()")
    + """
import sys
from pulumi import automation

settings = automation.ProjectSettings("inline", "python", backend=automation.ProjectBackend(sys.argv[1]))
options = automation.LocalWorkspaceOptions(project_settings=settings, work_dir=sys.argv[2])
stack = automation.create_or_select_stack("test", "inline", program, opts=options)
print(stack.up(parallel=4).summary.resource_changes)
"""
)


def test_inline_program(pulumi_cli: None, state_manager: LocalStateManager, tmp_path: Path) -> None:
    """The Automation API says how many places there are, as the command does."""
    run_inline(INLINE, tmp_path, state_manager.uri, state_manager.api_key)
    assert len(deployed(state_manager)) == 12


def test_ctrl_c(project: Make, state_manager: LocalStateManager) -> None:
    """It also ends the graphs that wait for their turn."""
    victim = Victim(project(TWELVE.replace("\nruntime()", "")), "up", "--yes", "--skip-preview", "--parallel", "4")
    wait_for(lambda: any(request.path.endswith("/late/nodes/") for request in state_manager.requests))
    victim.interrupt()
    status, output = victim.end()
    assert status
    assert "cancelled" in output
    assert deployed(state_manager) == set()
