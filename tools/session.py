"""End everything that a program has started, even if the program itself is gone.

Pulumi gives each of its plugins a process group of its own, so a signal to its group doesn't reach them, and they
keep running if Pulumi is killed. It can't change the session: a caller that starts it with ``start_new_session`` can
find all of them by that.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path

PROCESSES = Path("/proc")


def end_session(leader: int) -> None:
    """Kill every process of the session that the process ``leader`` started."""
    for process in _processes():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(process) == leader:
                os.kill(process, signal.SIGKILL)


def _processes() -> list[int]:
    if PROCESSES.is_dir():
        return [int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit()]
    listed = subprocess.run(["ps", "-axo", "pid="], capture_output=True, text=True, timeout=60, check=True)
    return [int(word) for word in listed.stdout.split()]
