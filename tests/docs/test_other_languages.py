"""The page on other languages: its program in YAML can be deployed as it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from pulumi_exosphere.local import LocalStateManager
from tests.docs.pages import blocks
from tests.support.pulumi_project import Project
from tests.support.yaml_program import needs_yaml

PAGE = [block for block in blocks() if block.page == "docs/other-languages.md"]
PROGRAM, ALIAS = (block.text for block in PAGE if block.language == "yaml")
(NODES,) = (block.text for block in PAGE if block.language == "json")


@needs_yaml
def test_program(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """The program goes live with the page's nodes, and is then unchanged."""
    state_manager.clear()
    for namespace, nodes in json.loads(NODES).items():
        state_manager.register(namespace, nodes)
    stack = project(PROGRAM)
    Path(stack.folder, ".venv").symlink_to(sys.prefix, target_is_directory=True)
    stack.config_set("warehousePassword", "canary", secret=True)
    stack.up("--skip-preview").check()
    assert stack.outputs() == {"status": "VALID"}
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert stack.holding("canary") == []


def test_alias() -> None:
    """The example of a resource with an alias is valid YAML."""
    (report,) = yaml.safe_load(ALIAS)["resources"].values()
    assert report["options"]["aliases"] == [{"type": "pulumi-python:dynamic/exosphere:Graph"}]
