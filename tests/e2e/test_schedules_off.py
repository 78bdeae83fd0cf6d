"""``exosphere:schedules off`` through the real CLI: the preview's line, what goes live, and what `review` shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere.cli import main
from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

PROGRAM = """\
import pulumi_exosphere as exosphere

nodes = [{"node_name": "Ping", "identifier": "ping"}]
inline = exosphere.Graph("inline", namespace="analytics", nodes=nodes, triggers=[{"expression": "0 9 * * *"}])
graph = exosphere.Graph("attached", namespace="analytics", nodes=nodes)
exosphere.CronTrigger("mornings", graph=graph, expression="0 8 * * *")
"""
LINE = (
    "exosphere: this stack deploys every graph without its schedules, since exosphere:schedules is off; "
    "`pulumi config set exosphere:schedules on` deploys them"
)


def schedules(state_manager: LocalStateManager) -> dict[str, list[str]]:
    """Return the live expressions by graph."""
    return {
        document["name"]: [trigger["value"]["expression"] for trigger in document["triggers"]]
        for document in state_manager.graphs("analytics")
    }


def test_schedules_off(
    project: Make, state_manager: LocalStateManager, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line reports it, no graph has a schedule, and switching is an ordinary update of the same resources."""
    stack = project(PROGRAM)
    stack.config_set("exosphere:schedules", "off")
    preview = stack.preview().check()
    assert [text.strip() for _, urn, text in preview.diagnostics] == [LINE]
    stack.up("--skip-preview").check()
    assert schedules(state_manager) == {"inline": [], "attached": []}
    assert stack.up("--skip-preview").check().changes == {}

    stack.config_set("exosphere:schedules", "on")
    assert stack.up("--skip-preview").check().changes == {"update": 3}
    assert schedules(state_manager) == {"inline": ["0 9 * * *"], "attached": ["0 8 * * *"]}

    stack.config_set("exosphere:schedules", "off")
    document = tmp_path / "preview.json"
    document.write_text(stack.pulumi("preview", "--stack", "test", "--json").check().output)
    assert main(["review", str(document), "--now", "2026-01-05T08:00"]) == 0
    comment = capsys.readouterr().out
    assert "`0 9 * * *`" in comment
    assert "`0 8 * * *`" in comment
    assert "without its schedules" in comment
    assert stack.up("--skip-preview").check().changes == {"update": 3}
    assert schedules(state_manager) == {"inline": [], "attached": []}
    assert stack.refresh().check().changes == {}
