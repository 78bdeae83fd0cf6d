"""Run the Pulumi CLI with a time limit, and read what it did from the engine's own events."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tools.pulumi import yaml
from tools.pulumi.install import present
from tools.session import end_session

LIMIT = 120.0
"""Seconds for one command. The slowest one takes a tenth of it; a hang must not block the other tests."""

_OURS = ("EXOSPHERE_", "PULUMI_")
_QUIETLY = ("--non-interactive", "--color", "never")


@dataclass(frozen=True)
class Result:
    """The output and the result of one command."""

    command: tuple[str, ...]
    returncode: int
    output: str
    """Standard output and standard error, interleaved, without colours."""
    events: list[dict[str, Any]] = field(repr=False)
    """The engine's events; of an `up`, only those of the update; empty for commands that don't run the engine."""

    @property
    def ok(self) -> bool:
        """Whether the command succeeded."""
        return self.returncode == 0

    @property
    def steps(self) -> dict[str, str]:
        """Return the operation on each URN (`create`, `update`, `same`, `delete`, ...), without stack and provider.

        For a refresh it is the result (`update`, `delete`, `same`), not `refresh`. If one URN had several operations (a
        replacement), it is the last.
        """
        events = [*self._metadata("resourcePreEvent"), *self._metadata("resOutputsEvent")]
        return {step["urn"]: step["op"] for step in events}

    @property
    def changes(self) -> dict[str, int]:
        """Return the number of each operation in `steps`, without `same`: `{"create": 2}`; empty if nothing changes."""
        return dict(Counter(operation for operation in self.steps.values() if operation != "same"))

    @property
    def diagnostics(self) -> list[tuple[str, str, str]]:
        """Return severity, URN (empty: the stack's) and text of each message, without those for debugging."""
        found = [event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event]
        shown = [one for one in found if one["severity"] != "debug"]
        return [(one["severity"], one.get("urn", ""), one["message"]) for one in shown]

    def _metadata(self, kind: str) -> list[dict[str, Any]]:
        found = [event[kind]["metadata"] for event in self.events if kind in event]
        return [metadata for metadata in found if not metadata["type"].startswith("pulumi:")]

    def check(self) -> Result:
        """Return the result if the command succeeded; otherwise fail the test with all of the output."""
        if not self.ok:
            pytest.fail(f"{' '.join(self.command)} ended with status {self.returncode}:\n{self.output}", pytrace=False)
        return self

    def refused(self) -> Result:
        """Return the result if the command failed on purpose; otherwise fail the test with all of the output."""
        if self.ok:
            pytest.fail(f"{' '.join(self.command)} should have failed:\n{self.output}", pytrace=False)
        return self


@cache
def programs() -> str:
    """Return the folders that come first on PATH: this Python's, then Pulumi's."""
    if os.environ.get("TESTS_WITHOUT_CLI"):
        pytest.fail("`make check` runs no Pulumi CLI: let this test ask for the fixture `pulumi_cli`", pytrace=False)
    folder = present()
    if folder is None:
        pytest.fail("There is no Pulumi CLI: make install", pytrace=False)
    host = yaml.host()
    return os.pathsep.join([sysconfig.get_path("scripts"), str(folder), *([str(host)] if host else [])])


def environment(**more: str) -> dict[str, str]:
    """Return the outer environment without its Pulumi and Exosphere settings, with Pulumi first on PATH."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {
        **outside,
        "PATH": os.pathsep.join([programs(), outside.get("PATH", os.defpath)]),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Without it the CLI doesn't know --event-log.
        "PULUMI_DEBUG_COMMANDS": "true",
        # What isn't on PATH isn't downloaded: no test waits for the network.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        **more,
    }


def run_inline(program: str, folder: Path, uri: str, api_key: str) -> str:
    """Run a program that drives the Automation API, and return what it prints.

    It gets the address of a backend and a folder to work in as its arguments, both new below ``folder``.
    """
    backend, work, home = (folder / name for name in ("backend", "work", "home"))
    for one in (backend, work, home):
        one.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", program, backend.as_uri(), str(work)],
        env=environment(PULUMI_HOME=str(home), EXOSPHERE_STATE_MANAGER_URI=uri, EXOSPHERE_API_KEY=api_key),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def start(*arguments: str, folder: Path, env: dict[str, str]) -> subprocess.Popen[str]:
    """Start ``pulumi ARGUMENTS`` in ``folder``, in a session of its own, so that all its processes can be found."""
    return subprocess.Popen(
        [shutil.which("pulumi", path=env["PATH"]) or "pulumi", *_QUIETLY, *arguments],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(
    *arguments: str, folder: Path, env: dict[str, str], limit: float = LIMIT, event_log: Path | None = None
) -> Result:
    """Run ``pulumi ARGUMENTS`` in ``folder``; every process that it started is ended after ``limit`` seconds."""
    if event_log is not None:
        event_log.unlink(missing_ok=True)
        arguments += ("--event-log", str(event_log))
    command = ("pulumi", *_QUIETLY, *arguments)
    process = start(*arguments, folder=folder, env=env)
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        end_session(process.pid)
        output, _ = process.communicate()
        pytest.fail(f"{' '.join(command)} isn't done after {limit:.0f} s:\n{output}", pytrace=False)
    finally:
        end_session(process.pid)
        process.wait()
    lines = event_log.read_text().splitlines() if event_log is not None and event_log.exists() else []
    return Result(command, process.returncode, output, [json.loads(line) for line in lines])
