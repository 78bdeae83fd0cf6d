from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support.exported import command, settings
from tests.support.pulumi_cli import programs

pytestmark = pytest.mark.cli


def path() -> dict[str, str]:
    """Pulumi on PATH."""
    return {"PATH": os.pathsep.join([programs(), os.environ.get("PATH", os.defpath)])}


def test_nothing_stands_in_the_way(state_manager: LocalStateManager, tmp_path: Path) -> None:
    """Status 0, a line for each check, warnings or not."""
    done = command("doctor", "--cwd", str(tmp_path), env={**settings(state_manager), **path()})

    assert done.returncode == 0, done.stdout
    assert "\nok       reachable: " in done.stdout
    assert "\nwarning  nodes: namespace 'default' has no registered nodes\n         => start the runtime" in done.stdout
    assert done.stdout.endswith("\nNothing stands in the way of a deployment.\n")
    assert done.stderr == ""
    assert state_manager.api_key not in done.stdout


def test_faults_decide_the_status(tmp_path: Path) -> None:
    """Status 1 for scripts, and each fault with what to do about it."""
    done = command("doctor", "--cwd", str(tmp_path), env=path())

    assert done.returncode == 1
    assert (
        "FAULT    address: no state manager's address is configured\n         => run `pulumi config set" in done.stdout
    )
    assert done.stdout.endswith("\n2 faults to be corrected before a deployment can work.\n")


def test_json_for_scripts(state_manager: LocalStateManager, tmp_path: Path) -> None:
    """All of it as one object, and nothing else on standard output."""
    done = command("doctor", "--cwd", str(tmp_path), "--format", "json", env={**settings(state_manager), **path()})
    report = json.loads(done.stdout)

    assert done.returncode == 0
    assert report["ok"] is True
    assert {"check", "status", "message", "advice"} == set(report["findings"][0])
    assert state_manager.api_key not in done.stdout


def test_help_teaches() -> None:
    """Help shows whole commands, and says what the exit status means."""
    done = command("doctor", "--help")

    assert "pulumi-exosphere doctor --cwd infrastructure --stack production" in done.stdout
    assert "Ends with 0" in done.stdout
