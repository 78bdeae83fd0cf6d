from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project

EXAMPLE = Path(__file__).parents[2] / "examples" / "schedules-by-environment"
PASSWORD = "not-in-clear-anywhere"


def test_lifecycle(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """Each report is deployed once, with its environment's schedules; another environment changes only those."""
    stack = project(EXAMPLE)
    stack.config_set("warehousePassword", PASSWORD, secret=True)
    stack.config_set("environment", "prod")
    stack.up("--skip-preview").check()
    assert _sent(state_manager) == ["orders", "returns"]
    assert _live(state_manager) == {name: ({"0 6 * * *", "0 22 28 * *"}, 8) for name in ("orders", "returns")}
    assert stack.refresh("--expect-no-changes").check().changes == {}

    stack.config_set("environment", "staging")
    assert stack.up("--skip-preview").check().changes == {"update": 4, "create": 2, "delete": 4}
    assert _sent(state_manager) == ["orders", "returns"]
    assert _live(state_manager) == {name: ({"0 6 * * 1"}, 1) for name in ("orders", "returns")}

    stack.config_set("environment", "dev")
    stack.up("--skip-preview").check()
    assert _live(state_manager) == {name: (set(), 1) for name in ("orders", "returns")}
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert stack.holding(PASSWORD) == []


def _sent(state_manager: LocalStateManager) -> list[str]:
    """Return the graphs that were upserted since the last call."""
    paths = [request.path for request in state_manager.requests if request.method == "PUT"]
    state_manager.clear_requests()
    return sorted(path.rpartition("/graph/")[2] for path in paths if "/graph/" in path)


def _live(state_manager: LocalStateManager) -> dict[str, tuple[set[str], int]]:
    """Return schedules and retries of each live graph."""
    return {
        graph["name"]: (
            {trigger["value"]["expression"] for trigger in graph["triggers"]},
            graph["retry_policy"]["max_retries"],
        )
        for graph in state_manager.graphs("analytics")
    }
