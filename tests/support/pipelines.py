"""The pipelines under `examples/`: run their steps as GitHub and GitLab would."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import yaml

EXAMPLES = Path(__file__).parents[2] / "examples"
GITLAB = EXAMPLES / "gitlab" / ".gitlab-ci.yml"
BOT = "github-actions[bot]"

GH = """\
#!/bin/sh
# Stands in for GitHub's CLI: notes what it was asked for, and gives what there is to its own jq.
echo "$*" | tr '\\n' ' ' >> asked
echo >> asked
while [ $# -gt 0 ]; do
  if [ "$1" = --jq ]; then jq --raw-output "$2" there.json; fi
  shift
done
"""


def jobs(example: str) -> dict[str, Any]:
    """Return the jobs of an example's one workflow on GitHub."""
    (workflow,) = (EXAMPLES / example / ".github" / "workflows").glob("*.yml")
    found: dict[str, Any] = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]
    return found


def github_script(example: str, job: str, step: str) -> str:
    """Return the script of a step."""
    return str(next(one["run"] for one in jobs(example)[job]["steps"] if one.get("name") == step))


def gitlab_script(job: str) -> str:
    """Return the script of a GitLab job, without what it installs first."""
    return "\n".join(yaml.safe_load(GITLAB.read_text("utf-8"))[job]["script"])


def run(script: str, folder: Path, env: dict[str, str], *first: str, limit: float = 60) -> int:
    """Run a script as GitHub does, with ``first`` and then ``folder`` first on PATH; return the finished process.

    GitLab's shell has the same options.
    """
    path = os.pathsep.join([*first, str(folder), sysconfig.get_path("scripts"), env.get("PATH", os.environ["PATH"])])
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(shell, cwd=folder, env={**env, "PATH": path}, check=False, timeout=limit).returncode


def stand_in(folder: Path, name: str, text: str) -> None:
    """Write a program to ``folder``."""
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)
