"""What `docs/testing.md` shows works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_exosphere.local import Faults, LocalStateManager
from tests.support.pulumi_cli import environment

pytestmark = pytest.mark.cli

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text()
FILES = dict(re.findall(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))


def test_every_block_is_a_file() -> None:
    """No block of Python is left out of the tests below."""
    assert len(FILES) == len(re.findall("```(?:python|yaml)", PAGE)) == 6


@pytest.mark.parametrize("name", ["test_declared.py", pytest.param("test_deployed.py", marks=pytest.mark.slow)])
def test_its_tests_pass(name: str, tmp_path: Path) -> None:
    """The tests of the page pass, on the program of the page."""
    for file, text in FILES.items():
        (tmp_path / file).write_text(text)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name],
        cwd=tmp_path,
        env=environment(PULUMI_HOME=str(tmp_path / "home")),
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_switches() -> None:
    """Every switch of the page exists."""
    named = re.findall(r"^\| `(\w+)", PAGE.partition("## What can be made to go wrong")[2], re.MULTILINE)
    assert len(named) == 11
    assert all(hasattr(Faults(), name) for name in named)


def test_attributes() -> None:
    """Every attribute and method that the page lists exists."""
    table = PAGE.partition("of `exosphere_state_manager`:")[2].partition("Without pytest")[0]
    named = [name for cell in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)", cell)]
    assert len(named) == 11
    with LocalStateManager() as state_manager:
        assert all(hasattr(state_manager, name) for name in named)
