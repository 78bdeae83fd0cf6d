from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.pulumi import programs


def program(path: Path, says: str = "") -> Path:
    """Make an executable that prints ``says``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """Make a folder that contains all programs, of a recent version."""
    program(tmp_path / "complete" / "pulumi", "v3.300.1")
    for name in programs.BESIDE:
        program(tmp_path / "complete" / name)
    return tmp_path / "complete"


def test_recent_and_complete_is_taken(complete: Path) -> None:
    """A recent CLI with its language host and scripts beside it is accepted."""
    folder, why = programs.on_path(str(complete))
    assert folder == complete
    assert "v3.300.1" in why


def test_language_host_elsewhere_on_path(complete: Path, tmp_path: Path) -> None:
    """The language host may be in another folder of PATH."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (complete / programs.LANGUAGE_HOST).rename(elsewhere / programs.LANGUAGE_HOST)
    assert programs.on_path(os.pathsep.join([str(complete), str(elsewhere)]))[0] == complete


def test_linked_cli(complete: Path, tmp_path: Path) -> None:
    """A link to the CLI alone is accepted: it finds the rest beside the link's target."""
    links = tmp_path / "links"
    links.mkdir()
    (links / "pulumi").symlink_to(complete / "pulumi")
    assert programs.on_path(str(links))[0] == links


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        pytest.param("v3.100.0", "older than v3.259.0", id="too-old"),
        pytest.param("no version", "does not report its version", id="another-program"),
    ],
)
def test_wrong_version_is_left(complete: Path, says: str, reason: str) -> None:
    """A CLI that is too old, or isn't Pulumi's, is rejected with the reason."""
    program(complete / "pulumi", says)
    folder, why = programs.on_path(str(complete))
    assert folder is None
    assert reason in why


def test_missing_script_is_named(complete: Path) -> None:
    """A CLI without what it needs to run the hooks is rejected."""
    (complete / "pulumi-resource-pulumi-python").unlink()
    folder, why = programs.on_path(str(complete))
    assert folder is None
    assert "pulumi-resource-pulumi-python" in why


def test_nothing_on_path(tmp_path: Path) -> None:
    """Without a CLI on PATH, there is none to return."""
    assert programs.on_path(str(tmp_path)) == (None, "no pulumi on PATH")


@pytest.mark.parametrize("says", ["v3.259.0", "3.259.0", "v3.259.0-alpha.1"])
def test_version(tmp_path: Path, says: str) -> None:
    """The version of releases and pre-releases is read, with or without a v."""
    assert programs.version_of(program(tmp_path / "pulumi", says)) == (3, 259, 0)
