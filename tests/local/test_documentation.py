"""What `docs/testing.md` shows works."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pulumi_exosphere.local import Faults, LocalStateManager
from tests.support.pulumi_cli import environment

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text()
FILES = dict(re.findall(r"```(?:python|yaml|toml)\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))
ROOT_FILES = {"pyproject.toml"}


def test_every_block_is_a_file() -> None:
    """The tests below use every block of the page."""
    assert len(FILES) == len(re.findall("```(?:python|yaml|toml)", PAGE)) == 7


def write_project(folder: Path, module: str = "reports") -> None:
    """Write the files of the page, with another name for the module that contains the program."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in FILES.items():
        if file not in ROOT_FILES:
            (folder / file.replace("reports", module)).write_text(re.sub(r"\breports\b", module, text))


def passes(folder: Path, *arguments: str, module: str = "pytest", env: Mapping[str, str] | None = None) -> None:
    """Run a tool on a folder, and require that it succeeds."""
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_its_tests_without_pulumi_pass(tmp_path: Path) -> None:
    """The page's test with mocks passes, on the program of the page."""
    write_project(tmp_path)
    passes(tmp_path, "-q", "-p", "no:cacheprovider", "test_declared.py")


@pytest.mark.slow
@pytest.mark.usefixtures("pulumi_cli")
def test_its_tests_of_a_deployment_pass(tmp_path: Path) -> None:
    """So do its tests that deploy."""
    write_project(tmp_path)
    env = environment(PULUMI_HOME=str(tmp_path / "home"))
    passes(tmp_path, "-q", "-p", "no:cacheprovider", "test_deployed.py", env=env)


@pytest.mark.cli  # Whole runs of pytest.
@pytest.mark.parametrize(
    "more",
    [
        pytest.param([], id="in-one-process"),
        pytest.param(["-n", "2"], id="with-xdist"),
    ],
)
def test_several_projects_in_one_run(more: list[str], tmp_path: Path) -> None:
    """Two projects with files of the same names, a second module with mocks in each, and the settings of the page."""
    for module in ("reports", "invoices"):
        folder = tmp_path / "programs" / module
        write_project(folder, module)
        (folder / "test_declared_too.py").write_text((folder / "test_declared.py").read_text())
        (folder / "test_deployed.py").write_text(
            "def test_fixture(exosphere_state_manager: object) -> None:\n    assert exosphere_state_manager\n"
        )
    for file in ROOT_FILES:
        (tmp_path / file).write_text(FILES[file])
    passes(tmp_path, "-q", "-p", "no:cacheprovider", *more)


@pytest.mark.cli  # Two type checkers, without a cache.
def test_its_code_has_types(tmp_path: Path) -> None:
    """The page's code passes mypy's strict mode and pyright."""
    write_project(tmp_path)
    passes(tmp_path, "--strict", ".", module="mypy")
    passes(tmp_path, "--pythonpath", sys.executable, ".", module="pyright")


def test_switches() -> None:
    """Every switch of the page exists."""
    named = re.findall(r"^\| `(\w+)", PAGE.partition("## What can be made to go wrong")[2], re.MULTILINE)
    assert len(named) == 14
    assert all(hasattr(Faults(), name) for name in named)


def test_attributes() -> None:
    """Every attribute and method that the page lists exists."""
    table = PAGE.partition("of `exosphere_state_manager`:")[2].partition("Without pytest")[0]
    named = [name for cell in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)", cell)]
    assert len(named) == 11
    with LocalStateManager() as state_manager:
        assert all(hasattr(state_manager, name) for name in named)
