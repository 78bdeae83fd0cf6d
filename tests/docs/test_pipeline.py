"""The statements of `docs/pipeline.md` about Pulumi that no other test covers."""

from __future__ import annotations

import json
from collections.abc import Callable

from pulumi_exosphere.local import LocalStateManager
from tests.docs.pages import ROOT, blocks
from tests.support.by_hand import change, node
from tests.support.pulumi_project import Project

QUICKSTART = ROOT / "examples" / "quickstart"
GOLDEN = ROOT / "tests" / "preview" / "golden" / "secret-rotated.txt"


def test_a_rotated_secret_reads_like_that() -> None:
    """The page's block is part of a preview's output."""
    (shown,) = [
        block.text for block in blocks() if block.page == "docs/pipeline.md" and block.text.startswith("      ~ secret")
    ]
    assert shown in GOLDEN.read_text()


def test_drift_at_night(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """A preview-only refresh succeeds if nothing changed; otherwise it fails and changes nothing."""
    stack = project(QUICKSTART)
    stack.config_set("warehousePassword", "not the real one", secret=True)
    stack.up("--skip-preview").check()
    stack.refresh("--preview-only", "--expect-no-changes").check()
    change(state_manager, "analytics", "daily-report", lambda body: node(body, "extract")["inputs"].update(source="x"))
    before = json.dumps(stack.resources())
    stack.refresh("--preview-only", "--expect-no-changes").refused()
    assert json.dumps(stack.resources()) == before


def test_a_preview_without_the_key(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """It reports in one line what it couldn't look at, and succeeds."""
    stack = project(QUICKSTART, {"EXOSPHERE_STATE_MANAGER_URI": "", "EXOSPHERE_API_KEY": ""})
    stack.config_set("warehousePassword", "not the real one", secret=True)
    said = [text for _, _, text in stack.preview().check().diagnostics]
    assert len([text for text in said if "were not checked" in text]) == 1
    assert state_manager.requests == []
