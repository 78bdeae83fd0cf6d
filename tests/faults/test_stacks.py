"""Events in a stack's life besides faults, with the real CLI: lost state, options that keep graphs, no settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.e2e.test_graph import live, program, puts
from tests.support.nodes import NODES
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

URN = "urn:pulumi:test::test-project::pulumi-python:dynamic/exosphere:Graph::report"


def test_lost_from_state(project: Make, state_manager: LocalStateManager) -> None:
    """The next `up` takes over a graph that state has lost, without `adopt`, if it is what is declared."""
    stack = project(program())
    stack.up("--skip-preview").check()
    stack.pulumi("state", "delete", "--yes", "--force", "--stack", "test", URN).check()
    assert "Destroying this stack now retires it" in stack.up("--skip-preview").check().output
    assert len(state_manager.graphs("analytics")) == 1
    stack.pulumi("state", "delete", "--yes", "--force", "--stack", "test", URN).check()
    stack.program = program(source="lake")
    refused = stack.preview().refused()
    assert "nodes.extract.inputs.source" in refused.output
    assert "adopt=True" in refused.output


def test_kept_on_destroy(project: Make, state_manager: LocalStateManager) -> None:
    """`protect` stops a destroy before it begins, and `retain_on_delete` leaves the graph live."""
    stack = project(program(opts="pulumi.ResourceOptions(protect=True)"))
    stack.up("--skip-preview").check()
    sent = puts(state_manager)
    assert "protect" in stack.destroy("--skip-preview").refused().output
    stack.program = program(opts="pulumi.ResourceOptions(retain_on_delete=True)")
    stack.up("--skip-preview").check()
    stack.destroy("--skip-preview").check()
    assert live(state_manager)["validation_status"] == "VALID"
    assert puts(state_manager) == sent
    assert stack.resources() == {}


def test_destroy_without_settings(project: Make, state_manager: LocalStateManager) -> None:
    """A destroy without a key says which one to set, and keeps graph and state; with the key it needs nothing else."""
    stack = project(program())
    stack.up("--skip-preview").check()
    key = stack.env.pop("EXOSPHERE_API_KEY")
    stack.env.pop("EXOSPHERE_STATE_MANAGER_URI")
    refused = stack.destroy("--skip-preview").refused()
    assert "pulumi config set --secret exosphere:apiKey" in refused.output
    assert "Traceback" not in refused.output
    assert live(state_manager)["validation_status"] == "VALID"
    stack.env["EXOSPHERE_API_KEY"] = key
    stack.destroy("--skip-preview").check()
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"


def test_destroy_with_settings_in_the_stack(project: Make, state_manager: LocalStateManager) -> None:
    """A destroy knows settings of the stack that were removed since from the last `up`."""
    stack = project(program(), {"EXOSPHERE_STATE_MANAGER_URI": "", "EXOSPHERE_API_KEY": ""})
    stack.config_set("exosphere:stateManagerUri", state_manager.uri)
    stack.config_set("exosphere:apiKey", state_manager.api_key, secret=True)
    stack.up("--skip-preview").check()
    for key in ("exosphere:stateManagerUri", "exosphere:apiKey"):
        stack.pulumi("config", "rm", "--stack", "test", key).check()
    stack.destroy("--skip-preview").check()
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"


@pytest.mark.full
def test_rotated_key(project: Make, tmp_path: Path) -> None:
    """After a rotation `up --refresh` says what to do: one plain `up`, although nothing changed, is enough."""
    data = tmp_path / "state-manager.sqlite"
    with LocalStateManager(api_key="canary-old", data=data) as before:
        for namespace, nodes in NODES.items():
            before.register(namespace, nodes)
        stack = project(program(), {"EXOSPHERE_STATE_MANAGER_URI": before.uri, "EXOSPHERE_API_KEY": ""})
        stack.config_set("exosphere:apiKey", "canary-old", secret=True)
        stack.up("--skip-preview").check()
    with LocalStateManager(api_key="canary-new", data=data, port=int(before.uri.rpartition(":")[2])):
        stack.config_set("exosphere:apiKey", "canary-new", secret=True)
        refused = stack.up("--refresh", "--skip-preview").refused()
        assert "after a rotation run `pulumi up` once without --refresh" in refused.output
        assert "canary" not in refused.output
        assert stack.up("--skip-preview").check().changes == {}
        stack.up("--refresh", "--skip-preview").check()
        stack.destroy("--skip-preview").check()


CONNECTED = """\
import pulumi
import pulumi_exosphere as exosphere

class Group(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("test:index:Group", "group")

report = exosphere.Graph(
    "{resource}", name="report", namespace="analytics",
    secrets={{"warehouse_password": pulumi.Output.secret("canary")}},
    nodes=[{{"node_name": "Extract", "identifier": "extract", "inputs": {{"source": "{source}"}}}}],
    {more}
)
{attached}
"""
SCHEDULE = 'exosphere.CronTrigger("mornings", graph=report, expression="0 5 * * *")'
INLINE = 'triggers=[exosphere.CronTriggerArgs(expression="0 5 * * *")],'
TO_GROUP = "opts=pulumi.ResourceOptions(parent=Group()),"


def connected(resource: str = "report", *, more: str = "", attached: str = "", source: str = "bucket") -> str:
    """Return a program with one graph, which has a fixed name and a secret."""
    return CONNECTED.format(resource=resource, more=more, attached=attached, source=source)


@pytest.mark.parametrize("key", [True, False], ids=["with the old key", "without it"])
@pytest.mark.parametrize(
    ("before", "after", "arguments"),
    [
        pytest.param(connected(), connected("renamed"), (), id="renamed"),
        pytest.param(connected(), connected(more=TO_GROUP), (), id="moved", marks=pytest.mark.full),
        pytest.param(connected(), connected(), ("--replace", URN), id="replaced", marks=pytest.mark.full),
        pytest.param(connected(), connected(source="lake"), (), id="changed", marks=pytest.mark.full),
        pytest.param(
            connected(attached=SCHEDULE), connected(more=INLINE), (), id="schedule moved", marks=pytest.mark.full
        ),
    ],
)
def test_another_name_of_the_state_manager(
    project: Make, state_manager: LocalStateManager, before: str, after: str, arguments: tuple[str, ...], *, key: bool
) -> None:
    """Directly after its create a graph is redeclared at another name of its server: in no case is it retired."""
    first, second = (f"http://{host}:{state_manager.uri.rpartition(':')[2]}" for host in ("localhost", "127.0.0.1"))
    stack = project(before, {"EXOSPHERE_STATE_MANAGER_URI": first})
    stack.up("--skip-preview").check()
    if key:  # The environment still names the old address.
        stack.config_set("exosphere:stateManagerUri", second)
        stack.config_set("exosphere:apiKey", state_manager.api_key, secret=True)
    else:
        stack.env["EXOSPHERE_STATE_MANAGER_URI"] = second
    stack.program = after
    result = stack.up(*arguments)
    document = live(state_manager)
    assert document["nodes"][0]["node_name"] == "Extract"
    assert document["validation_status"] == "VALID"
    assert document["nodes"][0]["inputs"]["source"] == ("lake" if "lake" in after else "bucket")
    assert [row.expression for row in state_manager.cron_rows()] == (["0 5 * * *"] if "CronTrigger" in before else [])
    if key or "CronTrigger" not in before:
        result.check()
        assert "isn't retired" not in result.output
        assert {
            one["outputs"]["state_manager"] for one in stack.resources().values() if "nodes" in one.get("outputs", {})
        } == {second}
        assert stack.preview().check().changes == {}
        return
    # State doesn't say to which document a schedule belongs.
    assert f"no API key is configured for {first}" in result.refused().output
    stack.env["EXOSPHERE_STATE_MANAGER_URI"] = first
    stack.config_set("exosphere:stateManagerUri", second)
    stack.config_set("exosphere:apiKey", state_manager.api_key, secret=True)
    stack.up("--skip-preview").check()
    assert [row.expression for row in state_manager.cron_rows()] == ["0 5 * * *"]
