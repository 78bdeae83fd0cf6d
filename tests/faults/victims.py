"""Runs of the real CLI that are ended halfway, as by a crash or a Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.fault_proxy import FaultProxy
from tests.support.pulumi_cli import environment, start
from tests.support.pulumi_project import STACK, Project

LIMIT = 120.0


class Victim:
    """Start `pulumi COMMAND` on a project's stack, in a process group of its own."""

    def __init__(self, project: Project, *arguments: str) -> None:
        env = environment(**project.env)
        self._process = start(*arguments, "--stack", STACK, folder=project.folder, env=env)

    def kill(self) -> None:
        """Send SIGKILL to all of it: the CLI, the program, the hooks."""
        for pid in self._session():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_cli(self) -> None:
        """Send SIGKILL to the CLI alone: the program and the hooks lose their parent."""
        os.kill(self._process.pid, signal.SIGKILL)

    def kill_hooks(self) -> None:
        """Send SIGKILL to the process of the hooks alone."""
        for pid in self.hooks():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def hooks(self) -> list[int]:
        """Return the processes in which hooks run."""
        return [pid for pid in self._session() if b"pulumi.dynamic" in _command(pid)]

    def interrupt(self) -> None:
        """Send SIGINT to the CLI, as Ctrl-C does."""
        os.kill(self._process.pid, signal.SIGINT)

    def end(self) -> tuple[int, str]:
        """Return its status and all of its output."""
        try:
            output, _ = self._process.communicate(timeout=LIMIT)
        finally:
            self.kill()
        return self._process.returncode, output

    def _session(self) -> list[int]:
        """Return all its processes: plugins are in groups of their own."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if os.getsid(int(entry.name)) == self._process.pid:
                        found.append(int(entry.name))
        return found


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def after_request(proxy: FaultProxy, number: int, act: Callable[[], object]) -> None:
    """Run something after the request of this number, from now on, was carried out, before its response is returned."""
    seen = 0

    def hook(_: str, __: str, ___: int) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            act()

    proxy.on_answer = hook


def wait_for(condition: Callable[[], object], limit: float = 60.0) -> None:
    """Wait until a condition is true."""
    until = time.monotonic() + limit
    while not condition():
        if time.monotonic() > until:
            raise AssertionError("it didn't come to that")
        time.sleep(0.05)
