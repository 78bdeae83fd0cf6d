"""Python source as ruff formats it, so that the program looks the same whoever exported it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_exosphere.errors import ConfigurationError, ExosphereError

if TYPE_CHECKING:
    from collections.abc import Mapping

# No setting of wherever the command is run decides.
_FORMAT = ("format", "--isolated", "--no-cache", "--quiet", "--line-length=120", "--target-version=py310", ".")


def formatter() -> list[str]:
    """The command that formats.

    Raises:
        ConfigurationError: ruff isn't installed.
    """
    if importlib.util.find_spec("ruff"):
        return [sys.executable, "-m", "ruff", *_FORMAT]
    found = shutil.which("ruff")
    if found:
        return [found, *_FORMAT]
    raise ConfigurationError("ruff formats the program, and isn't installed: pip install 'pulumi-exosphere[cli]'")


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """The files by path, those that are Python formatted."""
    command = formatter()
    sources = {path: text for path, text in files.items() if path.endswith(".py")}
    with tempfile.TemporaryDirectory() as folder:
        for path, text in sources.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        # What it says can quote the source, which can hold anything.
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise ExosphereError(
                f"ruff ended with status {done.returncode}: a defect of pulumi-exosphere, if `ruff --version` works. "
                "Please report it with the graph that you exported"
            )
        return {
            path: Path(folder, path).read_text("utf-8") if path in sources else text for path, text in files.items()
        }
