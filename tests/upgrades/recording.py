"""Record what a released version leaves behind: the stack's state, the program, and the live graphs.

``python -m tests.upgrades.recording`` writes a folder named after the installed version. It is run once for each
release, before it is tagged, and never again: later versions must read what that version wrote.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pulumi_exosphere.local import LocalStateManager
from tests.support.nodes import NODES
from tests.support.pulumi_project import STACK, Project

HERE = Path(__file__).parent
ADDRESS = "http://state-manager.example:8000"
"""Replaces the state manager's address in a recording."""
NAMESPACES = ("analytics", "shared")


def record(folder: Path, program: str) -> None:
    """Run the program once, and write its state and the live graphs to ``folder``."""
    with tempfile.TemporaryDirectory() as scratch, LocalStateManager(api_key="recorded-key") as running:
        for namespace, nodes in NODES.items():
            running.register(namespace, nodes)
        env = {"EXOSPHERE_STATE_MANAGER_URI": running.uri, "EXOSPHERE_API_KEY": running.api_key}
        stack = Project(Path(scratch), program, env)
        stack.up("--skip-preview").check()
        stack.pulumi("stack", "export", "--stack", STACK, "--file", str(folder / "state.json")).check()
        live = {namespace: running.graphs(namespace) for namespace in NAMESPACES}
    text = (folder / "state.json").read_text().replace(running.uri, ADDRESS)
    _write(folder / "state.json", _without_machine(json.loads(text)))
    _write(folder / "live.json", live)


def _without_machine(value: Any) -> Any:
    """Return the state without the folder and machine that it was made on: only stack traces contain them."""
    if isinstance(value, dict):
        return {
            key: _without_machine(item) for key, item in value.items() if key not in {"sourcePosition", "stackTrace"}
        }
    return [_without_machine(item) for item in value] if isinstance(value, list) else value


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    target = HERE / version("pulumi-exosphere")
    if (target / "state.json").exists():
        raise SystemExit(f"{target.name} is recorded already, and is never recorded again")
    os.chdir(HERE)
    record(target, (target / "program.py").read_text())
    sys.stdout.write(f"{target.name}: recorded\n")
