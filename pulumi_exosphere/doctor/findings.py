"""Findings of the checks, and the Pulumi CLI's answers about a stack."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any


class Status(str, Enum):
    """The severity of a finding."""

    OK = "ok"
    HINT = "hint"
    """Nothing is wrong, but this is worth knowing."""
    WARNING = "warning"
    """A deployment may work, but something is probably wrong."""
    FAULT = "fault"
    """A deployment can't work."""
    SKIPPED = "skipped"
    """Not checked, because something that it needs is missing or has a problem."""


@dataclass(frozen=True)
class Finding:
    """The result of one check. No text contains a key, a secret, or the credentials in an address."""

    check: str
    """The name of the check; it never changes, so scripts can rely on it."""
    status: Status
    message: str
    """The state of things, or the problem."""
    advice: str = ""
    """The next step; empty if there is nothing to do."""

    def as_dict(self) -> dict[str, str]:
        """Return the finding as ``--format json`` prints it."""
        return {**asdict(self), "status": self.status.value}


LIMIT = 60.0
"""Seconds for one command."""


def ask_pulumi(folder: Path, stack: str | None, *command: str) -> dict[str, Any] | None:
    """Return what ``pulumi COMMAND`` prints, or None if it fails or prints anything but a JSON object.

    The reason is left out, because the CLI's words may contain values.

    Args:
        folder: The program's folder.
        stack: The stack's name; None for the selected one.
        command: A command that prints JSON, with its options.
    """
    cli = shutil.which("pulumi")
    if cli is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603  The `pulumi` that the user's own shell would run.
            [cli, "--non-interactive", *command, *of_stack(stack)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return answer if isinstance(answer, dict) else None


def of_stack(name: str | None) -> tuple[str, ...]:
    """Return the option that names a stack; nothing for the selected one."""
    return ("--stack", name) if name else ()
