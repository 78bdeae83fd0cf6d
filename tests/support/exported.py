"""Export live graphs to a folder, and adopt them from there with the real CLI."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pulumi_exosphere import template
from pulumi_exosphere.export.live import read
from pulumi_exosphere.export.naming import name_all
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support.live import essence
from tests.support.pulumi_project import Project

LIMIT = 60.0
"""Seconds before an export is stopped; it takes about one."""


def command(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``pulumi-exosphere ARGUMENTS`` as a user would, without a terminal."""
    return subprocess.run(
        [Path(sysconfig.get_path("scripts"), "pulumi-exosphere"), *arguments],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
        stdin=subprocess.DEVNULL,
    )


def settings(running: LocalStateManager) -> dict[str, str]:
    """Return the environment's settings for a state manager."""
    return {"EXOSPHERE_STATE_MANAGER_URI": running.uri, "EXOSPHERE_API_KEY": running.api_key}


def export(running: LocalStateManager, folder: Path, namespaces: Iterable[str], *more: str) -> dict[str, str]:
    """Export namespaces to a folder; return the text of each file."""
    chosen = [argument for namespace in namespaces for argument in ("--namespace", namespace)]
    done = command("export", *chosen, "--out", str(folder), *more, env=settings(running))
    assert done.returncode == 0, done.stderr
    return {
        str(path.relative_to(folder)): path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file()
    }


def adopt(
    running: LocalStateManager,
    folder: Path,
    namespaces: Sequence[str],
    make_project: Callable[..., Project],
    secret: Callable[[str, str, str], str],
) -> Project:
    """Adopt everything that is live, and check that this changes nothing except the ciphertext of secrets.

    Args:
        running: Where the graphs are, all of them VALID.
        folder: Where to put the program.
        namespaces: The namespaces that have graphs.
        make_project: The fixture `project`.
        secret: The value of a secret, by its graph's namespace and name and its own name.
    """
    before = live(running, namespaces)
    program = export(running, folder / "exported", namespaces)
    stack = make_project(folder / "exported", name="adopting")
    for which, key in keys(running, namespaces).items():
        stack.config_set(key, secret(*which), secret=True)

    preview = stack.preview().check()
    assert preview.changes == {"create": len(before)}
    unchanged = [text for _, _, text in preview.diagnostics if "exists already and is taken over unchanged" in text]
    assert len(unchanged) == len(before)
    assert stack.up("--skip-preview").check().changes == {"create": len(before)}

    assert live(running, namespaces) == before
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert export(running, folder / "again", namespaces) == program
    return stack


def live(running: LocalStateManager, namespaces: Iterable[str]) -> dict[tuple[str, str], dict[str, object]]:
    """Return the essence of every graph that isn't retired, by namespace and name."""
    documents = [document for namespace in namespaces for document in running.graphs(namespace)]
    return {
        (document["namespace"], document["name"]): essence(document)
        for document in documents
        if not template.is_retired(document)
    }


def keys(running: LocalStateManager, namespaces: Iterable[str]) -> dict[tuple[str, str, str], str]:
    """Return the configuration key of each secret, by its graph's namespace and name and its own name."""
    with StateManager(running.uri, running.api_key) as client:
        return name_all(read(client, namespaces)).keys
