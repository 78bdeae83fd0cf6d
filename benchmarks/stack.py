"""A stack of the benchmark's program, on an embedded state manager of its own, whose commands are timed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.native import in_yaml
from pulumi_exosphere.local import LocalStateManager
from tests.support.nodes import NODES
from tests.support.pulumi_project import Project

ROOT = Path(__file__).parent.parent
KEY = "benchmark"
WITH_CHECKPOINTS = 200
"""The most graphs that are measured as usual. The engine writes all of the state after each resource, which takes
minutes with more, and would hide everything else: above this, neither floor nor provider write it before the end."""


@contextmanager
def server(delay: float) -> Iterator[LocalStateManager]:
    """Yield a state manager without graphs, for which the nodes are registered."""
    with LocalStateManager(api_key=KEY, validation_delay=delay) as running:
        for namespace, registered in NODES.items():
            running.register(namespace, registered)
        yield running


class Stack:
    """One stack, on the state manager `running`; `requests` has those of each step."""

    def __init__(self, project: Project, running: LocalStateManager, updated: str | Path) -> None:
        self._project = project
        self._updated = updated
        self.running = running
        self.requests: dict[str, Any] = {}

    @classmethod
    @contextmanager
    def open(cls, graphs: int, *, delay: float = 0.0, kind: str = "dynamic") -> Iterator[Stack]:
        """Yield a stack of so many graphs of a kind (`dynamic`, `native`, `yaml`, `floor`), none of them deployed."""
        with server(delay) as running, tempfile.TemporaryDirectory(prefix="exosphere-bench-") as folder:
            env = {
                "BENCH_GRAPHS": str(graphs),
                "BENCH_KIND": kind,
                "PYTHONPATH": str(ROOT),
                "EXOSPHERE_STATE_MANAGER_URI": running.uri,
                "EXOSPHERE_API_KEY": KEY,
            }
            if graphs > WITH_CHECKPOINTS:
                env |= {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
            in_python = ROOT / "benchmarks" / "program"
            first, updated = (in_yaml(graphs, source) if kind == "yaml" else in_python for source in ("bucket", "lake"))
            yield cls(Project(Path(folder), first, env), running, updated)

    def run(self, step: str) -> float:
        """Run a step (`preview`, `refresh`, `destroy`, `update`, otherwise an `up`), and return its seconds."""
        project = self._project
        if step == "update":
            project.env["BENCH_SOURCE"] = "lake"
            project.program = self._updated
        command = {"preview": project.preview, "refresh": project.refresh, "destroy": project.destroy}
        self.running.clear_requests()
        began = time.monotonic()
        command.get(step, project.up)(*(() if step == "preview" else ("--skip-preview",))).check()
        seconds = time.monotonic() - began
        self.requests[step] = list(self.running.requests)
        return seconds

    def state_size(self) -> int:
        """Return the size of the stack's state in bytes, as the backend has it."""
        (file,) = (self._project.backend / ".pulumi" / "stacks").rglob("*.json")
        return file.stat().st_size
