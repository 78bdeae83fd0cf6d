from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.pulumi_cli import programs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(pulumi_cli: None, tmp_path: Path) -> Callable[..., str]:
    """Run a line in a shell that has evaluated the output of `tools.env`, in a checkout whose path contains a space."""
    checkout = tmp_path / "a checkout"
    shutil.copytree(ROOT / "tools", checkout / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (checkout / ".venv").symlink_to(ROOT / ".venv")

    def run(line: str, **more: str) -> str:
        environment = {**os.environ, "PATH": os.pathsep.join([programs(), os.environ["PATH"]]), **more}
        script = f'eval "$({sys.executable} -m tools.env)" && {line}'
        done = subprocess.run(
            ["sh", "-c", script], cwd=checkout, env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.strip()

    return run


def test_python_is_the_virtual_environment_s(shell: Callable[..., str]) -> None:
    """`python` is the one that has the package installed."""
    assert shell("command -v python").endswith("a checkout/.venv/bin/python")


def test_local_backend_works(shell: Callable[..., str], tmp_path: Path) -> None:
    """`pulumi` makes a stack in the file backend without any prompt."""
    (tmp_path / "Pulumi.yaml").write_text("name: tried\nruntime: python\n")
    assert shell(
        f"cd '{tmp_path}' && pulumi stack init dev --non-interactive >&2 && pulumi stack ls --json | grep name"
    )
    assert (tmp_path / "a checkout/.pulumi-local/state/.pulumi/stacks/tried/dev.json").exists()


def test_own_passphrase_stays(shell: Callable[..., str]) -> None:
    """A passphrase that the user has set is left alone; otherwise one is set."""
    assert shell("echo $PULUMI_CONFIG_PASSPHRASE", PULUMI_CONFIG_PASSPHRASE="mine") == "mine"
    assert shell("echo $PULUMI_CONFIG_PASSPHRASE")


@pytest.mark.usefixtures("pulumi_cli")  # Setting up looks for one.
def test_only_exports(tmp_path: Path) -> None:
    """`make -s env` prints nothing but exports, whatever the set-up prints."""
    done = subprocess.run(["make", "-s", "env"], cwd=ROOT, capture_output=True, text=True, timeout=600, check=True)
    assert all(line.startswith("export ") for line in done.stdout.splitlines())
