"""Folding with the real engine, for what only it can show. The combinations are in `test_collection.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support import by_hand
from tests.support.pulumi_cli import run_inline
from tests.support.pulumi_project import Project

pytestmark = pytest.mark.usefixtures("pulumi_cli")

Make = Callable[..., Project]

GRAPH = """\
import asyncio
import pulumi
import pulumi_exosphere as exosphere

def graph(resource_name="report", **more):
    nodes = [{"node_name": "Extract", "identifier": "extract", "inputs": {"source": "bucket"}}]
    return exosphere.Graph(resource_name, namespace="analytics", nodes=nodes, **more)

"""


def puts(state_manager: LocalStateManager) -> list[str]:
    """Return the graphs that were sent, in order."""
    paths = [request.path for request in state_manager.requests if request.method == "PUT"]
    return [path.rpartition("/graph/")[2] for path in paths if "/graph/" in path]


def live(state_manager: LocalStateManager, name: str = "report") -> dict[str, Any]:
    """Return the stored document."""
    return next(document for document in state_manager.graphs("analytics") if document["name"] == name)


def test_one_upsert_with_all_pieces(project: Make, state_manager: LocalStateManager) -> None:
    """A reviewer sees each piece, by itself and in the graph; the graph is sent once, and then not again."""
    stack = project(
        GRAPH
        + """
made = graph()
exosphere.RetryPolicy("retry", graph=made, max_retries=5)
exosphere.StoreConfig("store", graph=made, default_values={"batch": pulumi.Output.secret("canary-store")})
for name, expression in {"mornings": "0 9 * * 1-5", "evenings": "0 18 * * *"}.items():
    exosphere.CronTrigger(name, graph=made, expression=expression)
"""
    )
    preview = stack.preview("--diff").check()
    assert preview.changes == {"create": 5}
    assert "CronTrigger::mornings" in preview.output
    assert "0 9 * * 1-5: {" in preview.output
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["report"]
    assert live(state_manager)["retry_policy"]["max_retries"] == 5
    assert live(state_manager)["store_config"]["default_values"] == {"batch": "canary-store"}
    assert len(live(state_manager)["triggers"]) == 2
    assert stack.up("--skip-preview").check().changes == {}
    assert puts(state_manager) == ["report"]
    assert stack.holding("canary-store") == []


@pytest.mark.parametrize(
    "ending",
    [
        "exosphere.CronTrigger('mornings', graph=graph(), expression='@daily')\nraise ValueError('my own mistake')\n",
        """
async def main():
    made = graph()
    await asyncio.sleep(0.2)
    exosphere.CronTrigger("mornings", graph=made, expression="@daily")
    raise ValueError("my own mistake")

pulumi.run(main)
""",
    ],
    ids=["plain", "awaiting"],
)
@pytest.mark.parametrize("phase", ["preview", "update"])
def test_program_that_fails(project: Make, state_manager: LocalStateManager, ending: str, phase: str) -> None:
    """It sends no graph, and the user sees its own error, with the line that raised it."""
    stack = project(GRAPH + ending)
    failed = (stack.preview() if phase == "preview" else stack.up("--skip-preview")).refused()
    errors = [text for severity, _, text in failed.diagnostics if severity == "error"]
    assert "ValueError: my own mistake" in errors[0]
    assert "__main__.py" in errors[0]
    assert "pulumi_exosphere" not in errors[0]
    assert puts(state_manager) == []
    assert "report" not in stack.resources()


def test_program_that_awaits(project: Make, state_manager: LocalStateManager) -> None:
    """A graph gets what is declared while the program awaits something; the program may await the graph afterwards."""
    stack = project(
        GRAPH
        + """
async def main():
    made = graph()
    await asyncio.sleep(0.2)
    exosphere.CronTrigger("mornings", graph=made, expression="@daily")
    return {"urn": await made.urn.future()}

pulumi.run(main)
"""
    )
    stack.up("--skip-preview").check()
    assert len(live(state_manager)["triggers"]) == 1
    assert puts(state_manager) == ["report"]
    assert stack.outputs()["urn"].endswith("::report")


def test_declared_inside_an_apply(project: Make, state_manager: LocalStateManager) -> None:
    """Only the update runs it, and reports that it is too late."""
    stack = project(
        GRAPH
        + """
made, other = graph(), graph("other")
other.updated_at.apply(lambda _: exosphere.CronTrigger("mornings", graph=made, expression="@daily"))
"""
    )
    stack.preview().check()
    failed = stack.up("--skip-preview").refused()
    assert "CronTrigger 'mornings' is declared too late: Graph 'report'" in failed.output
    assert live(state_manager)["triggers"] == []


def test_errors_without_a_traceback_of_ours(project: Make) -> None:
    """A problem that is found after the program's last line is reported in one sentence."""
    stack = project(
        GRAPH
        + """
made = graph()
exosphere.CronTrigger("mornings", graph=made, expression=made.updated_at)
"""
    )
    failed = stack.preview().refused()
    assert "error: CronTrigger 'mornings', in expression, depends on Graph 'report'" in failed.output
    assert "Traceback" not in failed.output


TRANSFORMS = """
def more(args):
    if args.type_.endswith(":RetryPolicy"):
        return pulumi.ResourceTransformResult({**args.props, "max_retries": 9}, args.opts)

def same(args):
    return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(
        args.opts, pulumi.ResourceOptions(protect=False)))

def triggers(args):
    if args.type_.endswith(":Graph"):
        return pulumi.ResourceTransformResult(
            {**args.props, "triggers": {**(args.props.get("triggers") or {}), "@hourly": {"type": "CRON"}}}, args.opts)

"""


def test_transforms_of_the_engine(project: Make, state_manager: LocalStateManager) -> None:
    """One that changes a folded argument fails the preview; any other is honoured, on the graph too."""
    declared = GRAPH + TRANSFORMS + "pulumi.runtime.register_resource_transform(triggers)\nmade = graph()\n"
    retry = "exosphere.RetryPolicy('retry', pulumi.ResourceOptions(transforms=[{}]), graph=made, max_retries=3)\n"
    daily = "exosphere.CronTrigger('daily', graph=made, expression='@daily')\n"
    stack = project(declared + retry.format("more") + daily)
    failed = stack.preview().refused()
    assert "RetryPolicy 'retry': a transform changes max_retries, which can't be honoured" in failed.output
    stack.program = declared + retry.format("same") + daily
    stack.up("--skip-preview").check()
    schedules = {trigger["value"]["expression"] for trigger in live(state_manager)["triggers"]}
    assert schedules == {"@daily", "@hourly"}
    assert live(state_manager)["retry_policy"]["max_retries"] == 3
    assert puts(state_manager) == ["report"]


def test_protect_on_a_piece(project: Make, state_manager: LocalStateManager) -> None:
    """Removing it from the program fails the preview, so that `up` never reaches the graph."""
    daily = "exosphere.CronTrigger('daily', pulumi.ResourceOptions(protect=True), graph=made, expression='@daily')\n"
    stack = project(GRAPH + "made = graph()\n" + daily)
    stack.up("--skip-preview").check()
    stack.program = GRAPH + "made = graph()\n"
    assert "protect" in stack.up().refused().output
    assert len(live(state_manager)["triggers"]) == 1


def test_ignore_changes_of_triggers(project: Make, state_manager: LocalStateManager) -> None:
    """On the graph, the schedules stay as they are, and everything else is updated."""
    declared = "graph(triggers=[{{'expression': {!r}}}], retry_policy={{'max_retries': {}}}, opts={})\n"
    ignoring = "pulumi.ResourceOptions(ignore_changes=['triggers'])"
    stack = project(GRAPH + declared.format("@daily", 1, ignoring))
    stack.up("--skip-preview").check()
    stack.program = GRAPH + declared.format("@hourly", 2, ignoring)
    stack.up("--skip-preview").check()
    assert [trigger["value"]["expression"] for trigger in live(state_manager)["triggers"]] == ["@daily"]
    assert live(state_manager)["retry_policy"]["max_retries"] == 2


CHANGED_SCHEDULES: dict[str, list[dict[str, Any]]] = {
    "removed": [],
    "changed": [{"type": "CRON", "value": {"expression": "@weekly"}}],
}


@pytest.mark.parametrize("how", CHANGED_SCHEDULES)
def test_ignored_schedules_that_someone_changed(project: Make, state_manager: LocalStateManager, how: str) -> None:
    """A CronTrigger of a graph that ignores its triggers is left alone, like an inline trigger."""
    program = """
made = graph(opts=pulumi.ResourceOptions(ignore_changes=["triggers"]), retry_policy={{"max_retries": {}}})
exosphere.CronTrigger("daily", graph=made, expression="@daily")
"""
    stack = project(GRAPH + program.format(1))
    stack.up("--skip-preview").check()
    assert len(live(state_manager)["triggers"]) == 1
    by_hand.change(state_manager, "analytics", "report", lambda body: body.update(triggers=CHANGED_SCHEDULES[how]))
    stack.refresh().check()
    assert stack.preview().check().changes == {}
    stack.program = GRAPH + program.format(2)
    assert stack.up().check().changes == {"update": 1}
    assert live(state_manager)["triggers"] == CHANGED_SCHEDULES[how]
    assert live(state_manager)["retry_policy"]["max_retries"] == 2
    stack.destroy().check()


def test_renaming_a_graph(project: Make, state_manager: LocalStateManager) -> None:
    """Its pieces are renamed with it: one upsert under the new name, one to retire the old one, and then nothing."""
    declared = """
made = graph(name={!r})
exosphere.CronTrigger("daily", graph=made, expression="@daily")
exosphere.RetryPolicy("retry", graph=made, max_retries=2)
"""
    stack = project(GRAPH + declared.format("one"))
    stack.up("--skip-preview").check()
    stack.program = GRAPH + declared.format("two")
    assert stack.up().check().changes["update"] == 2
    assert puts(state_manager) == ["one", "two", "one"]
    assert live(state_manager, "one")["triggers"] == []
    assert len(live(state_manager, "two")["triggers"]) == 1
    assert stack.resources()["daily"]["outputs"]["graph"] == "analytics/two"
    assert stack.preview().check().changes == {}


INLINE = """\
import sys
import pulumi
from pulumi import automation
import pulumi_exosphere as exosphere

def program():
    nodes = [{"node_name": "Extract", "identifier": "extract", "inputs": {"source": "bucket"}}]
    for number in range(2):
        made = exosphere.Graph(f"report-{number}", namespace="analytics", nodes=nodes)
        exosphere.CronTrigger(f"daily-{number}", graph=made, expression="@daily")

settings = automation.ProjectSettings("inline", "python", backend=automation.ProjectBackend(sys.argv[1]))
options = automation.LocalWorkspaceOptions(project_settings=settings, work_dir=sys.argv[2])
stack = automation.create_or_select_stack("test", "inline", program, opts=options)
for _ in range(2):
    print(stack.up().summary.resource_changes)
"""


def test_inline_program(state_manager: LocalStateManager, tmp_path: Any) -> None:
    """The Automation API runs a program in its own process, here twice in a row."""
    printed = run_inline(INLINE, tmp_path, state_manager.uri, state_manager.api_key)
    assert printed.splitlines() == ["{'create': 5}", "{'same': 5}"]
    assert sorted(puts(state_manager)) == ["report-0", "report-1"]
    assert len(live(state_manager, "report-1")["triggers"]) == 1
