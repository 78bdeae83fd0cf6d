from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from pulumi_exosphere.local import LocalStateManager
from tests.support.pipelines import EXAMPLES, github_script, jobs, run
from tests.support.pulumi_cli import environment
from tests.support.pulumi_project import Project

EXAMPLE = "stack-per-pull-request"
SECRET = "canary-77c0"


def test_a_copy_comes_and_goes(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """The copy's graph has another name, its own secret and no schedule; production keeps its schedule throughout."""
    stack = project(EXAMPLES / EXAMPLE)
    for name in ("production", "copies"):
        stack.pulumi("stack", "init", name).check()
        stack.pulumi("config", "set", "--stack", name, "--secret", "warehousePassword", SECRET).check()
    stack.pulumi("up", "--yes", "--skip-preview", "--stack", "production").check()

    def job(name: str, step: str) -> None:
        # Each run starts with a fresh checkout.
        (stack.folder / "Pulumi.pr-12.yaml").unlink(missing_ok=True)
        env = environment(**stack.env, STACK="pr-12", SETTINGS="copies")
        assert run(github_script(EXAMPLE, name, step), stack.folder, env, *path(env), limit=150) == 0

    def graph() -> dict[str, Any]:
        found: dict[str, Any] = state_manager.graph("analytics", "daily-report-pr-12")
        return found

    job("deploy", "Deploy the copy")
    assert (graph()["validation_status"], graph()["triggers"]) == ("VALID", [])
    state_manager.clear_requests()
    job("deploy", "Deploy the copy")
    assert [request for request in state_manager.requests if request.method == "PUT"] == []
    assert [row.graph for row in state_manager.cron_rows()] == ["daily-report"]

    job("destroy", "Destroy the copy")
    assert [node["node_name"] for node in graph()["nodes"]] == ["__retired__"]
    assert [row.graph for row in state_manager.cron_rows()] == ["daily-report"]
    assert "pr-12" not in stack.pulumi("stack", "ls").check().output
    job("destroy", "Destroy the copy")


def path(env: dict[str, str]) -> list[str]:
    """Return the folders that come first on PATH."""
    return env["PATH"].split(os.pathsep)[:2]


def test_who_may_do_what() -> None:
    """Forks get no copy; a pull request's code is not run to destroy it; no job may write to the repository."""
    for job in jobs(EXAMPLE).values():
        assert "head.repo.full_name == github.repository" in job["if"]
        assert job["permissions"] == {"contents": "read"}
    checkout = jobs(EXAMPLE)["destroy"]["steps"][0]
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
