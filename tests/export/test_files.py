from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.export import files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"Pulumi.yaml": "name: new\n", "graphs/analytics.py": "# ünï\n"}


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_everything_is_written(tmp_path: Path) -> None:
    """The folder is made, and holds the files and nothing else."""
    files.write(tmp_path / "new" / "folder", FILES, force=False)

    assert contents(tmp_path / "new" / "folder") == FILES


@pytest.mark.parametrize("taken", list(FILES))
def test_nothing_is_written_over(tmp_path: Path, taken: str) -> None:
    """One file in the way, and nothing is written at all; the message names it."""
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("old")

    with pytest.raises(ConfigurationError, match=f"already has {taken}, and nothing is written over.*--force"):
        files.write(tmp_path, FILES, force=False)

    assert contents(tmp_path) == {taken: "old"}


def test_a_dead_link_is_in_the_way_too(tmp_path: Path) -> None:
    """A link is not followed to a place that nobody named."""
    (tmp_path / "Pulumi.yaml").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConfigurationError, match=r"already has Pulumi\.yaml"):
        files.write(tmp_path, FILES, force=False)

    assert not (tmp_path / "elsewhere").exists()


def test_force_replaces(tmp_path: Path) -> None:
    """Told to, it replaces its own files, and leaves others alone; a link is replaced, not what it leads to."""
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / "Pulumi.yaml").symlink_to(tmp_path / "elsewhere")

    files.write(tmp_path, FILES, force=True)

    assert contents(tmp_path) == {**FILES, "elsewhere": "kept"}


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """What the system refuses is said in a sentence."""
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigurationError, match=r"could not write to .*/file: File exists"):
        files.write(tmp_path / "file", FILES, force=True)
