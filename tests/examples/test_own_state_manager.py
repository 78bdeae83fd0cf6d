"""The example that deploys its own state manager: it also shows a graph beside resources of a cloud, live."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx

from tests.support.pulumi_project import Project

EXAMPLE = Path(__file__).parents[2] / "examples" / "own-state-manager"


def test_life(project: Callable[..., Project]) -> None:
    """The address is unknown at the first preview, known at the update, and the process ends with the stack."""
    stack = project(EXAMPLE)
    stack.config_set("stateManagerKey", "canary-key", secret=True)
    assert stack.preview().check().changes == {"create": 2}
    try:
        assert stack.up("--skip-preview").check().changes == {"create": 2}
        resources = stack.resources()
        address = resources["ping"]["outputs"]["state_manager"]
        assert address == resources["state-manager"]["outputs"]["uri"]
        assert httpx.get(f"{address}/health").status_code == 200
        assert stack.preview().check().changes == {}
        assert stack.holding("canary-key") == []
    finally:
        stack.destroy("--skip-preview").check()
