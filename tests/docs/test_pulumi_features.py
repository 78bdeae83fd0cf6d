"""The statements of `docs/pulumi-features.md` about the rest of Pulumi, with the real CLI."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pulumi_exosphere.local import LocalStateManager
from tests.docs.pages import ROOT, blocks
from tests.support.pipelines import stand_in
from tests.support.pulumi_cli import environment
from tests.support.pulumi_project import STACK, Project

SECRET = "canary-41f7"
PROGRAM = f"""\
import pulumi
import pulumi_exosphere as exosphere

for name in ("daily", "weekly"):
    exosphere.Graph(
        name,
        namespace="analytics",
        nodes=[{{"node_name": "Extract", "identifier": "extract", "inputs": {{"source": "raw"}}}}],
        secrets={{"warehouse_password": pulumi.Output.secret("{SECRET}")}},
    )
"""
TYPE = "pulumi-python:dynamic/exosphere:Graph"


def urn(name: str, stack: str = STACK) -> str:
    """Return the URN of a graph."""
    return f"urn:pulumi:{stack}::test-project::{TYPE}::{name}"


def sources(state_manager: LocalStateManager) -> dict[str, str]:
    """Return what each live graph reads."""
    graphs = state_manager.graphs("analytics")
    return {graph["name"]: graph["nodes"][0]["inputs"].get("source", "nothing") for graph in graphs}


def test_update_plan(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """An update does what the saved plan says, or stops; the plan contains no secret in clear."""
    stack = project(PROGRAM, {"PULUMI_EXPERIMENTAL": "true"})
    stack.preview("--save-plan", "plan.json").check()
    assert SECRET not in (stack.folder / "plan.json").read_text()
    stack.program = PROGRAM.replace('"raw"', '"other"')
    stack.up("--plan", "plan.json", "--skip-preview").refused()
    assert sources(state_manager) == {}
    stack.program = PROGRAM
    stack.up("--plan", "plan.json", "--skip-preview").check()
    assert sources(state_manager) == {"daily": "raw", "weekly": "raw"}


def test_parts_of_a_stack(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """`--target` sends only that graph and `--exclude` all others; refresh and destroy take `--run-program`."""
    stack = project(PROGRAM)
    stack.up("--skip-preview", "--target", urn("daily")).check()
    assert sources(state_manager) == {"daily": "raw"}
    stack.program = PROGRAM.replace('"raw"', '"other"')
    stack.up("--skip-preview", "--exclude", urn("daily")).check()
    assert sources(state_manager) == {"daily": "raw", "weekly": "other"}
    stack.refresh("--run-program", "--skip-preview").check()
    stack.destroy("--run-program", "--skip-preview").check()
    assert {graph["nodes"][0]["node_name"] for graph in state_manager.graphs("analytics")} == {"__retired__"}


def test_renamed_and_moved(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """A resource that is renamed in state, or moved to another stack, is unchanged if the program agrees."""
    stack = project(PROGRAM)
    stack.up("--skip-preview").check()
    state_manager.clear_requests()
    stack.pulumi("state", "rename", "--yes", "--stack", STACK, urn("daily"), "morning").check()
    stack.program = PROGRAM.replace('"daily"', '"morning"').replace(
        "        name,", "        name,\n        name={'morning': 'daily'}.get(name),"
    )
    assert stack.preview("--expect-no-changes").check().changes == {}

    stack.pulumi("stack", "init", "other").check()
    moved = ("--source", STACK, "--dest", "other", urn("weekly"), urn("morning"))
    stack.pulumi("state", "move", "--yes", *moved).check()
    assert stack.resources() == {}
    assert stack.pulumi("up", "--yes", "--skip-preview", "--stack", "other").check()
    assert [request for request in state_manager.requests if request.method == "PUT"] == []


def program_of_the_page(word: str) -> str:
    """Return the page's one program that contains a word."""
    (found,) = [block.text for block in blocks() if block.page == "docs/pulumi-features.md" and word in block.text]
    return found


def test_stack_reference(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """The page's schedule is added to a graph of another stack, by the id that this stack exports."""
    stack = project("""\
import pulumi
import pulumi_exosphere as exosphere

node = {"node_name": "Extract", "identifier": "extract", "inputs": {"source": "raw"}}
pulumi.export("daily", exosphere.Graph("daily", namespace="analytics", nodes=[node]).id)
""")
    stack.up("--skip-preview").check()
    stack.program = program_of_the_page("StackReference").replace("reports/production", f"test-project/{STACK}")
    stack.pulumi("stack", "init", "schedules").check()
    stack.pulumi("up", "--yes", "--skip-preview", "--stack", "schedules").check()
    assert [row.expression for row in state_manager.cron_rows()] == ["0 9 * * 1-5"]


def test_automation_api(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """The page's script deploys, and reports what changed."""
    stack = project("")
    stack.write("deploy.py", program_of_the_page("automation"))
    env = environment(**stack.env)
    done = subprocess.run(
        [sys.executable, "deploy.py"],
        cwd=stack.folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "create" in done.stdout
    assert sources(state_manager) == {"ping": "nothing"}


def test_import_of_a_dynamic_resource(project: Callable[..., Project]) -> None:
    """It fails in Pulumi itself, as the page says."""
    result = project(PROGRAM).pulumi(
        "import", TYPE, "daily", "analytics/daily", "--yes", "--stack", STACK, "--generate-code=false"
    )
    assert "KeyError: '__provider'" in result.refused().output


BAD = f"""\
import pulumi
import pulumi_exosphere as exosphere

exosphere.Graph(
    "bad",
    namespace="analytics",
    nodes=[
        {{
            "node_name": "Extract",
            "identifier": "extract",
            "inputs": {{"source": "as {SECRET}", "api_key": "plain", "token": "${{{{ store.token }}}}"}},
        }}
    ],
    secrets={{"warehouse_password": pulumi.Output.secret("{SECRET}")}},
    retry_policy={{"max_retries": 6}},
    store_config={{"default_values": {{"token": ""}}}},
    triggers=[{{"expression": "*/4 * * * *"}}, {{"expression": "*/5 * * * *"}}],
)
exosphere.CronTrigger("often", graph="analytics/other", expression="* * * * * */10")
exosphere.RetryPolicy("many", graph="analytics/other", max_retries=7)
"""


VIOLATIONS = {
    "A node may be retried at most 5 times": 2,
    "The schedule '* * * * * */10' starts runs": 1,
    "The schedule '*/4 * * * *' starts runs": 1,
    "Input 'api_key' of node 'extract' looks like a secret": 1,
    "Input 'source' of node 'extract' looks like a secret": 1,
}


def test_policy_pack(project: Callable[..., Project], tmp_path: Path) -> None:
    """Each rule finds its mistake, in graphs and in what is declared beside them; no message contains a value.

    The Python language host that can be built from Go modules is too old to start a policy pack, so the engine gets the
    name of a runtime that it starts in the way it used to.
    """
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "__main__.py").write_text((ROOT / "examples" / "policy-pack" / "__main__.py").read_text())
    (pack / "PulumiPolicy.yaml").write_text("runtime: here\nversion: 0.1.0\n")
    # A violation of a mandatory policy ends the preview, perhaps before the others are found.
    (tmp_path / "advisory.json").write_text(json.dumps({"all": "advisory"}))
    stand_in(tmp_path, "pulumi-analyzer-policy-here", '#!/bin/sh\nexec python -u -m pulumi.policy "$1" "$2"\n')
    stack = project(PROGRAM, {"EXOSPHERE_STATE_MANAGER_URI": "", "EXOSPHERE_API_KEY": ""})
    stack.env["PATH"] = f"{environment()['PATH']}:{tmp_path}"
    good = stack.preview("--policy-pack", str(pack)).check()
    assert [event for event in good.events if "policyEvent" in event] == []

    stack.program = BAD
    stack.preview("--policy-pack", str(pack)).refused()
    advised = stack.preview("--policy-pack", str(pack), "--policy-pack-config", str(tmp_path / "advisory.json")).check()
    found = [event["policyEvent"]["message"] for event in advised.events if "policyEvent" in event]
    assert {text: sum(text in message for message in found) for text in VIOLATIONS} == VIOLATIONS
    assert len(found) == sum(VIOLATIONS.values())
    assert SECRET not in json.dumps(found)
