from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support.exported import adopt, live
from tests.support.graphs import random_graph
from tests.support.live import put
from tests.support.nodes import NODES
from tests.support.pulumi_project import Project

EXAMPLES = Path(__file__).parents[2] / "examples"
NOT_HERE = {
    "beside-cloud-resources": "a cloud can't be had offline",
    "own-state-manager": "its graph isn't on this state manager",
    **(
        {}
        if find_spec("exospherehost")
        else {"from-the-sdk": "Exosphere's own SDK isn't installed: it needs Python 3.12"}
    ),
}
"""Examples that aren't deployed, and why."""
SECRET = "not-in-clear-anywhere"
FULL = range(5, 65, 10)
"""The first of each ten seeds that only `make test-full` takes."""


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(5), id="seeds 0 to 4"),
        *(pytest.param(range(n, n + 10), id=f"seeds {n} to {n + 9}", marks=pytest.mark.full) for n in FULL),
    ],
)
def test_random_graphs(
    seeds: Iterable[int], state_manager: LocalStateManager, project: Callable[..., Project], tmp_path: Path
) -> None:
    """Graphs that a script made are taken over unchanged by the program that is exported from them."""
    graphs = {(graph.namespace, graph.name): graph for graph in map(random_graph, seeds)}
    for graph in graphs.values():
        assert put(state_manager, graph.namespace, graph.name, graph.body)["validation_status"] == "VALID"
    namespaces = sorted({namespace for namespace, _ in graphs})

    adopt(
        state_manager,
        tmp_path,
        namespaces,
        project,
        lambda namespace, name, secret: graphs[namespace, name].body["secrets"][secret],
    )


def configuration(program: Path) -> list[str]:
    """Return the configuration that a program asks for."""
    source = "".join(path.read_text() for path in sorted(program.rglob("*.py")))
    return sorted(set(re.findall(r'require(?:_secret)?\("(\w+)"\)', source)))


@pytest.mark.slow
def test_examples(state_manager: LocalStateManager, project: Callable[..., Project], tmp_path: Path) -> None:
    """The graphs of the examples, all on one state manager, are taken over unchanged by one exported program."""
    deployed = 0
    for example in sorted(path.parent for path in EXAMPLES.glob("*/Pulumi.yaml")):
        if example.name in NOT_HERE:
            continue
        stack = project(example, name=example.name)
        for key in configuration(example):
            stack.config_set(key, SECRET, secret=True)
        deployed += sum(stack.up("--skip-preview").check().changes.values())
    namespaces = [name for name in NODES if state_manager.graphs(name)]

    adopt(state_manager, tmp_path, namespaces, project, lambda *_: SECRET)

    assert deployed >= len(live(state_manager, namespaces)) > 0
