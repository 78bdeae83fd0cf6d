"""Progress messages on standard error: standard output is for the result alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

HEARTBEAT = 15.0
"""Seconds between two lines about a program that takes long."""


def say(message: str) -> None:
    """Print one line of progress."""
    print(message, file=sys.stderr, flush=True)


def watch(
    process: subprocess.Popen[bytes], progress: Callable[[], str], *, limit: float, heartbeat: float = HEARTBEAT
) -> int:
    """Wait for ``process``, reporting its progress every ``heartbeat`` seconds.

    Returns its exit status. Ends it, and raises `TimeoutError`, after ``limit`` seconds; also ends it if this process
    is interrupted.
    """
    started = time.monotonic()
    try:
        while True:
            try:
                return process.wait(timeout=min(heartbeat, limit))
            except subprocess.TimeoutExpired:
                elapsed = time.monotonic() - started
                say(f"  {elapsed:.0f} s: {progress()}")
                if elapsed >= limit:
                    raise TimeoutError(f"not finished after {elapsed:.0f} s") from None
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
