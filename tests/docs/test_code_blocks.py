"""Every block of code on a page runs, or there is a known reason why it doesn't."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
import yaml

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.docs.pages import SHELL, Block, blocks
from tests.support.running import Secret, run

ELSEWHERE = {
    "docs/pulumi-features.md": "tests/docs/test_pulumi_features.py runs its programs",
    "docs/testing.md": "tests/local/test_documentation.py runs its files",
    "docs/other-languages.md": "tests/docs/test_other_languages.py runs its programs",
    "docs/moving-from-the-sdk.md": "tests/docs/test_moving_from_the_sdk.py runs script and program",
}
"""Pages whose blocks are run by a test of their own."""
SHOWN = {
    "README.md": "tests/docs/test_readme.py holds it against what Pulumi prints",
    "docs/pipeline.md": "tests/docs/test_pipeline.py holds it against what Pulumi prints",
    "docs/resources/errors.md": "a drawing, made from a docstring",
}
"""Pages with blocks that show something, and the test that keeps them true."""

BLOCKS = [block for block in blocks() if block.page not in ELSEWHERE]
PROGRAMS = [block for block in BLOCKS if block.language == "python"]
CONFIGURED = {"warehousePassword": "not the real one"}


def plain(value: Any) -> Any:
    """Return what was registered, with its secrets in clear."""
    if isinstance(value, Secret):
        return plain(value.value)
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.fixture
def configured(state_manager: LocalStateManager, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up a state manager that has a graph already, for programs that look it up."""
    monkeypatch.setenv("EXOSPHERE_STATE_MANAGER_URI", state_manager.uri)
    monkeypatch.setenv("EXOSPHERE_API_KEY", state_manager.api_key)
    node = {"node_name": "Ping", "namespace": "analytics", "identifier": "a", "inputs": {}, "next_nodes": []}
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        client.put_graph("analytics", "there-already", {"secrets": {}, "nodes": [node]})


def test_every_kind_of_block_is_looked_at() -> None:
    """A block that isn't a program, commands or data only shows something, and a known test keeps it true."""
    others = [str(block) for block in BLOCKS if block.language not in {*SHELL, "python", "yaml", "json", "text"}]
    assert others == []
    assert {block.page for block in BLOCKS if block.language == "text"} == SHOWN.keys()
    assert ELSEWHERE.keys() <= {block.page for block in blocks()}


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("block", PROGRAMS, ids=str)
def test_programs_run(block: Block) -> None:
    """A block of Python is a whole program, and a preview accepts each graph that it declares."""

    def program() -> None:
        for key, value in CONFIGURED.items():
            pulumi.runtime.set_config(f"project:{key}", value)
        exec(compile(block.text, str(block), "exec"), {"__name__": "__main__"})  # noqa: S102  # Our own pages.

    registered = run(program).by_name.values()
    assert registered
    for one in registered:
        if one.type.endswith(":Graph"):
            assert template.judge(template.normalise(plain(one.inputs))) == []


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language in {"yaml", "json"}], ids=str)
def test_data_can_be_read(block: Block) -> None:
    """A block of YAML or JSON can be parsed."""
    assert (yaml.safe_load if block.language == "yaml" else json.loads)(block.text)
