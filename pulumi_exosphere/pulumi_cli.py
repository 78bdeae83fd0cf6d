"""The Pulumi CLI's answers about a stack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LIMIT = 60.0
"""Seconds for one command."""


def ask_pulumi(folder: Path, stack: str | None, *command: str, limit: float = LIMIT) -> dict[str, Any] | None:
    """Return what ``pulumi COMMAND`` prints, or None if it fails or prints anything but a JSON object.

    The reason is left out, because the CLI's words may contain values.

    Args:
        folder: The program's folder.
        stack: The stack's name; None for the selected one.
        command: A command that prints JSON, with its options.
        limit: Seconds that it may take.
    """
    cli = shutil.which("pulumi")
    if cli is None:
        return None
    try:
        done = run(cli, "--non-interactive", *command, *of_stack(stack), folder=folder, limit=limit)
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return answer if isinstance(answer, dict) else None


def run(
    cli: str, *arguments: str, folder: Path | None = None, limit: float = LIMIT
) -> subprocess.CompletedProcess[str]:
    """Run the Pulumi CLI, which asks nobody for input or for updates.

    Raises OSError if it can't be run, subprocess.TimeoutExpired after ``limit`` seconds.
    """
    return subprocess.run(  # noqa: S603  The `pulumi` that the user's own shell would run.
        [cli, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
    )


def of_stack(name: str | None) -> tuple[str, ...]:
    """Return the option that names a stack; nothing for the selected one."""
    return ("--stack", name) if name else ()


def resources_of_stack(folder: Path, stack: str | None, *, limit: float = LIMIT) -> list[Mapping[str, Any]] | None:
    """Return the resources in a stack's state, in which secrets stay encrypted; None if it can't be read.

    It takes no lock, so a run of the same stack may be under way. Arguments: see `ask_pulumi`.
    """
    exported = ask_pulumi(folder, stack, "stack", "export", limit=limit)
    if exported is None:
        return None
    resources = mapping(exported.get("deployment")).get("resources")
    return [mapping(resource) for resource in resources] if isinstance(resources, list) else []


def mapping(value: Any) -> Mapping[str, Any]:
    """Return the value if it is a mapping, otherwise an empty one."""
    return value if isinstance(value, Mapping) else {}
