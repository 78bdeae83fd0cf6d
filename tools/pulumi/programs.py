"""The programs of a Pulumi that can run this provider, and whether a folder or PATH has them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

CLI = "pulumi"
LANGUAGE_HOST = "pulumi-language-python"
SCRIPTS = ("pulumi-language-python-exec", "pulumi-resource-pulumi-python")
BESIDE = (LANGUAGE_HOST, *SCRIPTS)
"""Programs that the CLI finds beside itself or on PATH: the language host, how it starts a program and the hooks."""

MINIMUM = (3, 259, 0)
"""The version that everything was measured with; README and changelog promise no earlier one."""


def on_path(path: str) -> tuple[Path | None, str]:
    """Return the folder of a suitable CLI on ``path``, or None; and a sentence with the reason."""
    found = shutil.which(CLI, path=path)
    if found is None:
        return None, f"no {CLI} on PATH"
    version = version_of(Path(found))
    if version is None:
        return None, f"{found} does not report its version"
    text = "v" + ".".join(map(str, version))
    if version < MINIMUM:
        return None, f"{found} is {text}, older than v{'.'.join(map(str, MINIMUM))}"
    # A package manager may link the CLI alone into a folder on PATH.
    folder = os.path.dirname(found)  # noqa: PTH120  # PATH's own spelling
    around = os.pathsep.join([folder, str(Path(found).resolve().parent), path])
    missing = [name for name in BESIDE if shutil.which(name, path=around) is None]
    if missing:
        return None, f"{found} is {text}, but {' and '.join(missing)} are neither beside it nor on PATH"
    return Path(folder), f"{found} is {text}"


def complete(folder: Path, names: tuple[str, ...] = (CLI, *BESIDE)) -> bool:
    """Return whether ``folder`` contains every program, ready to run."""
    return all(os.access(folder / name, os.X_OK) for name in names)


def version_of(cli: Path) -> tuple[int, int, int] | None:
    """Return the output of ``cli version``, or None if it can't be run or prints something else."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [cli, "version"], capture_output=True, text=True, timeout=60, env=environment, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer.stdout.strip())
    return (int(match[1]), int(match[2]), int(match[3])) if match else None
