"""Users' own unit tests, with Pulumi's mocks, see a graph's registered inputs; many tests may share one stack."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pulumi_exosphere as exosphere
from tests.support.running import run

TESTS = """\
import pulumi
import pytest
import pulumi_exosphere as exosphere


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", args.inputs

    def call(self, args):
        return {}


pulumi.runtime.set_mocks(Mocks())


def declare():
    made = exosphere.Graph("report", namespace="ns", nodes=[{"node_name": "A", "identifier": "a"}])
    exosphere.CronTrigger("daily", graph=made, expression="@daily")
    return made


@pytest.mark.parametrize("time", range(3))
@pulumi.runtime.test
def test_pieces_are_in_the_graph(time):
    def look(triggers):
        assert triggers == {"@daily": {"type": "CRON"}}

    return declare().triggers.apply(look)


@pulumi.runtime.test
def test_names():
    def look(values):
        assert values == ["ns", "report", None]

    made = declare()
    return pulumi.Output.all(made.namespace, made.name, made.updated_at).apply(look)


def test_a_mistake():
    with pytest.raises(exosphere.InvalidGraph, match="retry_policy"):

        @pulumi.runtime.test
        def program():
            exosphere.RetryPolicy("one", graph=(made := declare()))
            exosphere.RetryPolicy("two", graph=made)

        program()


def test_all_mistakes_of_a_constructor():
    mistakes = r"^Graph 'g', nodes.a.next_nodes: must be a list .*; Graph 'g', secrets.token: is None"
    with pytest.raises(exosphere.InvalidGraph, match=mistakes) as raised:
        node = {"node_name": "A", "identifier": "a", "next_nodes": "b"}
        exosphere.Graph("g", namespace="ns", nodes=[node], secrets={"token": None})
    names = [entry.path.name for entry in raised.traceback]
    assert names in (["test_program.py"], ["test_program.py", "graph.py"])  # the latter in Python 3.10
    with pytest.raises(exosphere.InvalidGraph, match=r"^CronTrigger 'c', expression: must be a plain string"):
        exosphere.CronTrigger("c", graph="ns/g", expression=3)
    with pytest.raises(exosphere.InvalidGraph, match=r"^Graph 'r', id: 'r' isn't the id of a graph"):
        exosphere.Graph.get("r", "r")
"""


def test_under_mocks(tmp_path: Path) -> None:
    """The same graph in one test after another isn't a duplicate."""
    (tmp_path / "test_program.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "test_program.py")]
    env = {**os.environ, "PYTHONPATH": str(Path(exosphere.__file__).parent.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert "6 passed" in done.stdout, done.stdout + done.stderr


def test_a_subclass_keeps_the_type() -> None:
    """A team's own subclass of a graph is a graph, in state as well."""

    class Report(exosphere.Graph):
        def __init__(self, name: str) -> None:
            super().__init__(name, namespace="reports", nodes=[{"node_name": "A", "identifier": "a"}])

    def program() -> None:
        exosphere.CronTrigger("daily", graph=Report("report"), expression="@daily")

    sent = run(program)
    assert sent["report"].type == "pulumi-python:dynamic/exosphere:Graph"
    assert sent["daily"].type == "pulumi-python:dynamic/exosphere:CronTrigger"
    assert set(sent.inputs("report")["triggers"]) == {"@daily"}
