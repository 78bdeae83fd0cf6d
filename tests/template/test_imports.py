from __future__ import annotations

import subprocess
import sys

import pytest

# The package without its public names, which are a Pulumi program's and need Pulumi.
BARE = """
import importlib.util, sys
found = importlib.util.find_spec("pulumi_exosphere")
sys.modules["pulumi_exosphere"] = importlib.util.module_from_spec(found)
"""


def loaded_after(statement: str) -> set[str]:
    """Return the modules loaded in a fresh interpreter by a statement, without the package's public names."""
    code = f"{BARE}\n{statement}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


GRAPH = "dict(name='g', namespace='ns', nodes={'a': dict(node_name='N', inputs={})}, retry_policy={'max_retries': 5.0})"


@pytest.mark.parametrize(
    "statement",
    [
        "import pulumi_exosphere.template as template",
        f"import pulumi_exosphere.template as s; s.judge(s.normalise({GRAPH}))",
    ],
    ids=["import", "judge"],
)
def test_little_is_loaded(statement: str) -> None:
    """Neither the import nor the validation of a graph without schedules loads pydantic, croniter, pulumi or httpx."""
    assert loaded_after(statement).isdisjoint({"pydantic", "croniter", "pulumi", "httpx"})
