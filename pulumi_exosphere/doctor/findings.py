"""What a check found, and what the Pulumi CLI says of a stack, as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any


class Status(str, Enum):
    """How bad it is."""

    OK = "ok"
    HINT = "hint"
    """Nothing is wrong; something is worth knowing."""
    WARNING = "warning"
    """It may work; something is likely not as it should be."""
    FAULT = "fault"
    """It can't work."""
    SKIPPED = "skipped"
    """Couldn't be looked at, since something before it is at fault or missing."""


@dataclass(frozen=True)
class Finding:
    """One check's outcome. No text holds a key, a secret, or credentials of an address."""

    check: str
    """The check's name; fixed, for scripts."""
    status: Status
    message: str
    """What was found."""
    advice: str = ""
    """What to do about it; empty where there is nothing to do."""

    def as_dict(self) -> dict[str, str]:
        """For ``--format json``."""
        return {**asdict(self), "status": self.status.value}


LIMIT = 60.0
"""Seconds for one command."""


def ask_pulumi(folder: Path, stack: str | None, *command: str) -> dict[str, Any] | None:
    """What ``pulumi COMMAND`` prints; None where it fails, or prints something else than an object.

    Why it fails isn't told: what it says can hold values.

    Args:
        folder: Of the program.
        stack: Its name; None: the selected one.
        command: With its options; one that prints JSON.
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
    """The option that names a stack; none for the selected one."""
    return ("--stack", name) if name else ()
