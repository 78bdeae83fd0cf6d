"""The problems of all graphs of a program are reported at once, since the engine would stop at the first one."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pytest

import pulumi_exosphere as exosphere
from tests.support.pulumi_project import Project
from tests.support.running import attempt, graph, run

LOST = [{"node_name": "A", "identifier": "a", "next_nodes": ["nobody"]}]

PROGRAM = """\
import pulumi
import pulumi_exosphere as exosphere

exosphere.Graph("one", namespace="ns", nodes=[{"node_name": "A", "identifier": "a", "next_nodes": ["nobody"]}])
exosphere.Graph("two", namespace="ns", nodes=[
    {"node_name": "A", "identifier": "a", "next_nodes": ["b"]},
    {"node_name": "B", "identifier": "b", "next_nodes": ["b"], "inputs": {"x": None, "y": "canary ${{"}},
], secrets={"token": None})
exosphere.CronTrigger("soon", graph=exosphere.Graph("three", namespace="ns", nodes=[]), expression="soon")
exosphere.Graph("fine", namespace="ns", nodes=[{"node_name": "A", "identifier": "a"}])
"""


def test_all_graphs_at_once(project: Callable[..., Project]) -> None:
    """Each problem of each graph is one error, including None values and attached schedules."""
    preview = project(PROGRAM).preview().refused()
    errors = [text for severity, _, text in preview.diagnostics if severity == "error"]
    assert {text.partition(": ")[0] for text in errors if text.startswith("graph '")} == {
        "graph 'one' in namespace 'ns', nodes.a.next_nodes",
        "graph 'two' in namespace 'ns', nodes.b.inputs.x",
        "graph 'two' in namespace 'ns', nodes.b.inputs.y",
        "graph 'two' in namespace 'ns', nodes.b.next_nodes",
        "graph 'two' in namespace 'ns', secrets.token",
        "graph 'three' in namespace 'ns', nodes",
        "graph 'three' in namespace 'ns', triggers.soon",
    }
    assert "7 problems in 3 graphs, listed above" in preview.output
    assert "Traceback" not in preview.output
    assert "canary" not in preview.output


def test_one_graph_is_left_to_check() -> None:
    """The hook reports its problems, under its resource."""
    assert run(lambda: (graph("g", nodes=LOST), graph("h")), preview=True).by_name.keys() == {"g", "h"}


def test_outputs_are_not_judged() -> None:
    """A value that is known only later may be valid."""

    def program() -> None:
        for name in ("g", "h"):
            later = pulumi.Output.from_input("x")
            nodes = [{"node_name": later, "identifier": "a", "inputs": {"x": later}, "next_nodes": later}]
            graph(name, nodes=nodes, secrets=pulumi.Output.from_input({"a": "b"}), triggers=[{"expression": later}])

    assert run(program, preview=True).by_name.keys() == {"g", "h"}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_none(*, preview: bool) -> None:
    """None never reaches the engine, which would drop it, in an update either."""
    done = attempt(lambda: graph(secrets={"token": None}), preview=preview)
    with pytest.raises(exosphere.InvalidGraph, match="1 problem in 1 graph, listed above"):
        raise done.failure or AssertionError("nothing was refused")
    assert done.by_name == {}
