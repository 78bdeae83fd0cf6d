from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support.nodes import NODES

EXAMPLES = Path(__file__).parents[2] / "examples"
IN_FILE: dict[str, list[dict[str, Any]]] = json.loads((EXAMPLES / "nodes.json").read_text())


def registered(nodes: dict[str, list[dict[str, Any]]]) -> dict[tuple[str, str], tuple[set[str], set[str], list[str]]]:
    """Return the inputs, outputs and secrets of each node, as a state manager has them."""
    with LocalStateManager() as running:
        for namespace, some in nodes.items():
            running.register(namespace, some)
        with StateManager(running.uri, running.api_key) as client:
            return {
                (namespace, one.name): (
                    set((one.inputs_schema or {}).get("properties", ())),
                    set((one.outputs_schema or {}).get("properties", ())),
                    list(one.secrets or ()),
                )
                for namespace in nodes
                for one in client.list_nodes(namespace)
            }


def test_the_file_has_the_nodes_of_the_tests() -> None:
    """A reader who tries the examples by hand has the nodes with which they are tested."""
    assert registered(IN_FILE).items() <= registered(NODES).items()


def test_every_node_of_an_example_is_in_the_file() -> None:
    """Each `node_name` in a program is a node of the file."""
    used = {name for path in EXAMPLES.rglob("*.py") for name in re.findall(r'node_name="(\w+)"', path.read_text())}
    assert used == {node["name"] for nodes in IN_FILE.values() for node in nodes}
