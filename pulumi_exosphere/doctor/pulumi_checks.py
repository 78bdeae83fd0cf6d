"""Whether Pulumi is here: its CLI, what runs Python programs for it, and its SDK."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pulumi_exosphere.pulumi_cli import run
from pulumi_exosphere.version import __version__

from .findings import Finding, Status

OLDEST = (3, 259)
"""The oldest CLI and SDK that this package is tested with."""
LIMIT = 30.0
"""Seconds for the CLI to say its version."""

HOST = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")
"""The executables that run Python programs, and the resources that are written in Python."""

_INSTALL = "install Pulumi: https://www.pulumi.com/docs/install/"


def checks(folder: Path) -> Iterator[Finding]:
    """All of them.

    Args:
        folder: Of the program.
    """
    cli = shutil.which("pulumi")
    yield _cli(cli)
    yield _host(cli)
    yield _sdk(folder)


def _cli(cli: str | None) -> Finding:
    if cli is None:
        return Finding("pulumi-cli", Status.FAULT, "there is no `pulumi` on PATH", _INSTALL)
    try:
        done = run(cli, "version", limit=LIMIT)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("pulumi-cli", Status.FAULT, f"{cli} can't be run ({type(error).__name__})", _INSTALL)
    version = done.stdout.strip()
    found = _numbers(version)
    if done.returncode or found is None:
        return Finding("pulumi-cli", Status.FAULT, f"{cli} doesn't say its version", _INSTALL)
    if not _tested(found):
        return _untested(
            "pulumi-cli", f"{cli} is {version}", "install the latest Pulumi: https://www.pulumi.com/docs/install/"
        )
    return Finding("pulumi-cli", Status.OK, f"{cli} is {version}")


def _host(cli: str | None) -> Finding:
    # The CLI looks beside itself, too.
    beside = str(Path(cli).resolve().parent) if cli else ""
    folders = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])
    missing = [name for name in HOST if shutil.which(name, path=folders) is None]
    if missing:
        return Finding(
            "language-host",
            Status.FAULT,
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} neither beside `pulumi` nor on PATH",
            f"{_INSTALL} (they come with it)",
        )
    return Finding("language-host", Status.OK, "Python programs and dynamic providers can be run")


def _sdk(folder: Path) -> Finding:
    where = f"Python {sys.version_info.major}.{sys.version_info.minor} ({sys.executable})"
    try:
        version = metadata.version("pulumi")
    except metadata.PackageNotFoundError as error:
        return Finding(
            "pulumi-sdk", Status.FAULT, f"{error.name} isn't installed in {where}", "pip install pulumi-exosphere"
        )
    found = _numbers(version)
    if found is None or not _tested(found):
        return _untested(
            "pulumi-sdk", f"Pulumi's SDK is {version} in {where}", "pip install --upgrade 'pulumi>=3.259,<4'"
        )
    if find_spec("pip") is None and _asks_pip(folder):
        return Finding(
            "pulumi-sdk",
            Status.FAULT,
            f"{where} has no pip, which Pulumi asks for the installed packages unless it knows the project's tool",
            "set runtime.options.toolchain in Pulumi.yaml to uv (or poetry), and run pulumi install",
        )
    return Finding("pulumi-sdk", Status.OK, f"Pulumi's SDK {version} and pulumi-exosphere {__version__} in {where}")


def _asks_pip(folder: Path) -> bool:
    """Return whether Pulumi runs the program of ``folder`` in this environment and asks its pip what is installed."""
    import yaml

    project = next((file for name in ("Pulumi.yaml", "Pulumi.yml") if (file := folder / name).is_file()), None)
    if project is None:
        return False
    try:
        settings: Any = yaml.safe_load(project.read_text("utf-8"))
        options = settings["runtime"]["options"] or {}
        return options.get("toolchain", "pip") == "pip" and not options.get("virtualenv")
    except (KeyError, TypeError):
        return True  # `runtime: python`, or no options
    except (OSError, ValueError, AttributeError, yaml.YAMLError):
        return False  # Pulumi itself will say what is wrong with the file.


def _tested(version: tuple[int, int]) -> bool:
    return version >= OLDEST and version[0] == OLDEST[0]


def _untested(check: str, what: str, advice: str) -> Finding:
    oldest = ".".join(map(str, OLDEST))
    return Finding(check, Status.WARNING, f"{what}; pulumi-exosphere is tested with {oldest} and later 3.x", advice)


def _numbers(version: str) -> tuple[int, int] | None:
    found = re.match(r"v?(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else None
