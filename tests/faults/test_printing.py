"""Names that a console's encoding lacks, in every line that hooks and commands print, in real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from tests.support.exported import settings
from tests.support.live import put
from tests.support.nodes import node as registered
from tests.support.pulumi_project import Project
from tests.support.wanted import node

NAME = "日次"
ESCAPED = r"\u65e5\u6b21"
CONSOLE = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
PROGRAM = f"""\
import pulumi_exosphere as exosphere

exosphere.Graph("daily", name="{NAME}", namespace="analytics", nodes=[{{"node_name": "Ping", "identifier": "ping"}}])
"""
BODY = template.to_body(template.normalise({"nodes": {"ping": node("Ping")}, "namespace": "analytics"}))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_hook(project: Callable[..., Project], state_manager: LocalStateManager, encoding: str) -> None:
    """A hook that has a message about such a graph prints it, and succeeds."""
    put(state_manager, "analytics", NAME, BODY)
    stack = project(PROGRAM, {**CONSOLE, "PYTHONIOENCODING": encoding})
    up = stack.up("--skip-preview").check()
    assert f"exosphere: graph '{ESCAPED}' in namespace 'analytics' existed already" in up.output
    assert "analytics/日次" in {resource["id"] for resource in stack.resources().values()}


CLOSED = """\
import os
from pulumi_exosphere.reconcile.outcome import tell
os.close(1)
tell("graph")
import sys
sys.stdout.close()
tell("graph")
sys.stdout = None
tell("graph")
os._exit(3)
"""


def test_a_closed_stream() -> None:
    """A hook doesn't fail either if nobody reads its output."""
    done = subprocess.run([sys.executable, "-c", CLOSED], check=False, timeout=60, capture_output=True)
    assert (done.returncode, done.stderr) == (3, b"")


COMMANDS = {
    "doctor": (["doctor", "--namespace", NAME], 0),
    "export": (["export", "--namespace", NAME, "--out", NAME], 0),
    "export, nothing found": (["export", "--namespace", "日", "--out", "exported"], 1),
    "an unknown option": (["doctor", "--日"], 2),
    "review, no such file": (["review", "日.json"], 1),
}


@pytest.mark.parametrize(("arguments", "status"), COMMANDS.values(), ids=COMMANDS)
def test_a_command(arguments: list[str], status: int, tmp_path: Path, state_manager: LocalStateManager) -> None:
    """No command ends in a traceback, whatever it prints, to whatever stream."""
    state_manager.register(NAME, [registered("Ping")])
    put(
        state_manager,
        NAME,
        NAME,
        template.to_body(template.normalise({"nodes": {"ping": node("Ping")}, "namespace": NAME})),
    )
    command = [sys.executable, "-c", "import sys; from pulumi_exosphere.cli import main; sys.exit(main(sys.argv[1:]))"]
    env = {**os.environ, **CONSOLE, **settings(state_manager)}
    done = subprocess.run([*command, *arguments], env=env, cwd=tmp_path, check=False, timeout=60, capture_output=True)
    output = done.stdout + done.stderr
    assert b"Traceback" not in output
    assert rb"\u65e5" in output
    if arguments[0] != "doctor":
        assert done.returncode == status
