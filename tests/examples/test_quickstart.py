from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
PASSWORD = "not-in-clear-anywhere"


@pytest.fixture
def quickstart(project: Callable[..., Project]) -> Project:
    """Return the quickstart's program, configured."""
    made = project(QUICKSTART)
    made.config_set("warehousePassword", PASSWORD, secret=True)
    return made


def test_lifecycle(quickstart: Project, state_manager: LocalStateManager) -> None:
    """The quickstart is deployed, unchanged, updated and retired; its password is nowhere in clear."""
    assert quickstart.up().check().changes == {"create": 1}
    assert quickstart.preview("--expect-no-changes").check().changes == {}
    assert quickstart.refresh("--expect-no-changes").check().changes == {}

    quickstart.program = QUICKSTART / "changed"
    assert quickstart.preview().check().changes == {"update": 1}
    assert quickstart.up("--skip-preview").check().changes == {"update": 1}
    (live,) = state_manager.graphs("analytics")
    assert live["validation_status"] == "VALID"
    assert [node["identifier"] for node in live["nodes"]] == ["extract", "clean", "load"]
    assert live["retry_policy"]["max_retries"] == 5

    assert quickstart.destroy("--skip-preview").check().changes == {"delete": 1}
    assert quickstart.holding(PASSWORD) == []
