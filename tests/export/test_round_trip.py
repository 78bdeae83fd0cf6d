from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.exported import adopt
from tests.support.graphs import random_graph
from tests.support.live import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pulumi_exosphere.local import LocalStateManager
    from tests.support.pulumi_project import Project

EXAMPLES = Path(__file__).parents[2] / "examples"
NOT_ALONE: dict[str, str] = {}
"""Examples that this test can't deploy by itself, and why."""


FULL = range(5, 65, 10)
"""The first of each ten seeds that `make test-full` takes besides."""


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
    """Graphs that a script made are taken over as they are by the program that is exported from them."""
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
    """The configuration that a program asks for."""
    source = "".join(path.read_text() for path in sorted(program.rglob("*.py")))
    return sorted(set(re.findall(r'require(?:_secret)?\("(\w+)"\)', source)))


@pytest.mark.parametrize("example", sorted(path.parent.name for path in EXAMPLES.glob("*/Pulumi.yaml")))
def test_examples(
    example: str, state_manager: LocalStateManager, project: Callable[..., Project], tmp_path: Path
) -> None:
    """What an example deploys is taken over as it is by the program that is exported from it."""
    if example in NOT_ALONE:
        pytest.skip(NOT_ALONE[example])
    if example == "from-the-sdk" and not find_spec("exospherehost"):
        pytest.skip("Exosphere's own SDK isn't installed: it needs Python 3.12")
    deployed = project(EXAMPLES / example, name="deployed")
    for key in configuration(EXAMPLES / example):
        deployed.config_set(key, "a-value", secret=True)
    deployed.up("--skip-preview").check()
    namespaces = [name for name in ("analytics", "shared", "MyProject", "default") if state_manager.graphs(name)]

    adopt(state_manager, tmp_path, namespaces, project, lambda *_: "a-value")
