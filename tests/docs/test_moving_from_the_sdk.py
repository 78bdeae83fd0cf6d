from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support.exported import live, settings
from tests.support.pulumi_cli import environment
from tests.support.pulumi_project import Project

PAGE = (Path(__file__).parents[2] / "docs" / "moving-from-the-sdk.md").read_text("utf-8")
SCRIPT, PROGRAM = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
(COMMANDS,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
LIMIT = 120.0
PASSWORD = "not-in-clear-anywhere"

needs_sdk = pytest.mark.skipif(
    find_spec("exospherehost") is None, reason="Exosphere's own SDK isn't installed: it needs Python 3.12"
)


def run_script(running: LocalStateManager) -> None:
    """Return the page's script, as its reader has it."""
    env = {**os.environ, **settings(running), "WAREHOUSE_PASSWORD": PASSWORD}
    subprocess.run([sys.executable, "-c", SCRIPT], env=env, check=True, timeout=LIMIT)


def test_the_program_goes_live(state_manager: LocalStateManager, project: Callable[..., Project]) -> None:
    """The page's program deploys what the page says it does."""
    stack = project(PROGRAM)
    stack.config_set("warehousePassword", PASSWORD, secret=True)

    assert stack.up("--skip-preview").check().changes == {"create": 1}

    (graph,) = state_manager.graphs("analytics")
    assert graph["validation_status"] == "VALID"
    assert graph["retry_policy"]["strategy"] == "EXPONENTIAL_FULL_JITTER"


@needs_sdk
def test_the_program_takes_over_what_the_script_made(
    state_manager: LocalStateManager, project: Callable[..., Project]
) -> None:
    """Script and program declare the same graph: the page's commands take it over, and nothing live changes."""
    run_script(state_manager)
    before = live(state_manager, ["analytics"])
    stack = project(PROGRAM)

    shell = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", COMMANDS],
        cwd=stack.folder,
        env=environment(**stack.env, WAREHOUSE_PASSWORD=PASSWORD, PULUMI_SKIP_CONFIRMATIONS="true"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )

    assert shell.returncode == 0, shell.stdout + shell.stderr
    assert list(before) == [("analytics", "daily-report")]
    assert live(state_manager, ["analytics"]) == before
    assert stack.preview("--expect-no-changes").check().changes == {}


@needs_sdk
def test_the_script_beside_the_program_is_noticed(
    state_manager: LocalStateManager, project: Callable[..., Project]
) -> None:
    """A script that still runs, and now upserts something else, is not overwritten unnoticed; a refresh shows it."""
    stack = project(PROGRAM)
    stack.config_set("warehousePassword", PASSWORD, secret=True)
    stack.up("--skip-preview").check()
    env = {**os.environ, **settings(state_manager), "WAREHOUSE_PASSWORD": PASSWORD}
    changed = SCRIPT.replace("max_retries=5", "max_retries=6")
    subprocess.run([sys.executable, "-c", changed], env=env, check=True, timeout=LIMIT)

    stack.program = PROGRAM.replace("max_retries=5", "max_retries=7")

    refused = stack.up().refused().output
    assert "was changed outside this stack" in refused, refused
    assert stack.refresh("--preview-only").check().changes == {"update": 1}
