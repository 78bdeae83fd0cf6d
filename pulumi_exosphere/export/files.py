"""Putting the program on disk: all of it or, where anything is in the way, nothing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_exosphere.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHOWN = 8
"""Files that a message names at the most."""


def require_free(folder: Path, paths: Iterable[str]) -> None:
    """Raises ConfigurationError where one of the files exists already."""
    existing = [path for path in paths if os.path.lexists(folder / path)]
    if existing:
        more = f" and {len(existing) - SHOWN} more" if len(existing) > SHOWN else ""
        raise ConfigurationError(
            f"{folder} already has {', '.join(existing[:SHOWN])}{more}, and nothing is written over: choose another "
            "folder with --out, or replace them with --force"
        )


def write(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Write all files; existing ones only with ``force``.

    Raises:
        ConfigurationError: A file exists, or the folder can't be written to.
    """
    if not force:
        require_free(folder, files)
    try:
        for path, text in files.items():
            _replace(folder / path, text)
    except OSError as error:
        raise ConfigurationError(f"could not write to {folder}: {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    """Write a whole file: interrupted, it is the old one or the new one. A link is replaced, not followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
