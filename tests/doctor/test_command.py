from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support.exported import command, settings
from tests.support.pulumi_cli import programs


@pytest.fixture
def path(pulumi_cli: None) -> dict[str, str]:
    """Return the variable that puts Pulumi on PATH."""
    return {"PATH": os.pathsep.join([programs(), os.environ.get("PATH", os.defpath)])}


def test_nothing_stands_in_the_way(state_manager: LocalStateManager, tmp_path: Path, path: dict[str, str]) -> None:
    """The status is 0, with a line for each check, warnings or not."""
    done = command("doctor", "--cwd", str(tmp_path), env={**settings(state_manager), **path})

    assert done.returncode == 0, done.stdout
    assert "\nok       reachable: " in done.stdout
    assert "\nok       nodes: namespace 'analytics' has " in done.stdout
    assert done.stdout.endswith("\nNothing keeps you from deploying.\n")
    assert done.stderr == ""
    assert state_manager.api_key not in done.stdout


def test_faults_decide_the_status(tmp_path: Path, path: dict[str, str]) -> None:
    """The status is 1 for scripts, with each problem and its solution."""
    done = command("doctor", "--cwd", str(tmp_path), env=path)

    assert done.returncode == 1
    assert "ERROR    address: no state manager address is configured\n         => run `pulumi config set" in done.stdout
    assert done.stdout.endswith("\nFix these 2 problems before you deploy.\n")


def test_json_for_scripts(state_manager: LocalStateManager, tmp_path: Path, path: dict[str, str]) -> None:
    """With --json, standard output is one object and nothing else."""
    done = command("doctor", "--cwd", str(tmp_path), "--format", "json", env={**settings(state_manager), **path})
    report = json.loads(done.stdout)

    assert done.returncode == 0
    assert report["ok"] is True
    assert {"check", "status", "message", "advice"} == set(report["findings"][0])
    assert state_manager.api_key not in done.stdout


def test_help_teaches() -> None:
    """Help shows whole commands, and explains the exit status."""
    done = command("doctor", "--help")

    assert "pulumi-exosphere doctor --cwd infrastructure --stack production" in done.stdout
    assert "Exits with 0" in done.stdout


def test_a_reader_that_has_seen_enough(tmp_path: Path, path: dict[str, str]) -> None:
    """`doctor | head -1` ends quietly, with the status of a broken pipe."""
    doctor = [sys.executable, "-c", "import sys; from pulumi_exosphere.cli import main; sys.exit(main(sys.argv[1:]))"]
    running = subprocess.Popen(
        [*doctor, "doctor", "--cwd", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **path},
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert (running.wait(60), said) == (141, b"")
