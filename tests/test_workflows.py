"""The workflows of this repository and of the examples are as safe as they claim.

`make lint` runs actionlint and GitLab's schema on them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
OWN = ROOT / ".github" / "workflows"
WORKFLOWS = sorted([*OWN.glob("*.yml"), *ROOT.glob("examples/*/.github/workflows/*.yml")])
TESTS = yaml.safe_load((OWN / "tests.yml").read_text("utf-8"))["jobs"]


def steps(workflow: Path) -> list[dict[str, Any]]:
    """Return every step of every job."""
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
class TestEveryWorkflow:
    """Rules for each workflow."""

    def test_actions_are_pinned(self, workflow: Path) -> None:
        """An action is pinned by the hash of a commit, followed by its version: nobody can move that."""
        for line in workflow.read_text("utf-8").splitlines():
            if "uses:" in line:
                assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)

    def test_permissions(self, workflow: Path) -> None:
        """A job has only the permissions that it asks for, and a timeout."""
        read = yaml.safe_load(workflow.read_text("utf-8"))
        assert read["permissions"] == {}
        for job in read["jobs"].values():
            assert job["permissions"]
            assert "contents" not in job["permissions"] or job["permissions"]["contents"] == "read"
            assert job["timeout-minutes"]

    def test_no_token_is_left_behind(self, workflow: Path) -> None:
        """A checkout contains no token that later steps could read."""
        for step in steps(workflow):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False

    def test_no_stranger_gets_a_secret(self, workflow: Path) -> None:
        """No workflow runs with secrets for a pull request from a fork."""
        assert "pull_request_target" not in re.sub(r"#.*", "", workflow.read_text("utf-8"))

    def test_nothing_is_put_into_scripts(self, workflow: Path) -> None:
        """Untrusted text, such as a branch's name, reaches a script as a variable, never as part of the script."""
        for step in steps(workflow):
            assert "${{" not in step.get("run", "")


def test_one_version_of_each_action() -> None:
    """An action has the same version in all workflows."""
    used = {match for path in WORKFLOWS for match in re.findall(r"uses: (\S+)@(\S+)", path.read_text("utf-8"))}
    assert len({name for name, _ in used}) == len(used)


@pytest.mark.parametrize("job", ["linux", "elsewhere"])
def test_every_supported_python_is_tested(job: str) -> None:
    """The matrix has the versions in the package's classifiers."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    supported = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    assert TESTS[job]["strategy"]["matrix"]["python"] == supported
    assert f'requires-python = ">={supported[0]}"' in project


def test_lowest_pythons_are_tested() -> None:
    """The lowest versions are tried with the oldest and the newest Python."""
    pythons = TESTS["linux"]["strategy"]["matrix"]["python"]
    assert TESTS["lowest"]["strategy"]["matrix"]["python"] == [pythons[0], pythons[-1]]


def test_who_publishes_runs_nothing_of_the_repository() -> None:
    """The job that may sign and publish has no script of its own, no checkout, and no stored password."""
    (job,) = [
        job
        for job in yaml.safe_load((OWN / "release.yml").read_text("utf-8"))["jobs"].values()
        if "id-token" in job["permissions"]
    ]
    assert not any("run" in step or "checkout" in step["uses"] for step in job["steps"])
    assert "secrets." not in (OWN / "release.yml").read_text("utf-8")
