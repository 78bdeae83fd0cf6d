"""A graph's life through the real CLI: the parts that only the engine can show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi_exosphere.local import LocalStateManager
from tests.support.native_program import either_front
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

PROGRAM = """\
import pulumi
import pulumi_exosphere as exosphere

exosphere.Graph(
    "report",
    {opts}name="report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(node_name="Extract", identifier="extract", inputs={{"source": {source!r}}},
                                next_nodes=["load"]),
        exosphere.GraphNodeArgs(node_name="Load", identifier="load",
                                inputs={{"rows": "${{{{ extract.outputs.rows }}}}"}}),
    ],
    secrets={{"warehouse_password": "canary-secret"}},
)
"""


def program(source: str = "bucket", opts: str = "") -> str:
    """Return a program with one graph."""
    return PROGRAM.format(source=source, opts=f"opts={opts},\n    " if opts else "")


def live(state_manager: LocalStateManager, name: str = "report", namespace: str = "analytics") -> dict[str, Any]:
    """Return the stored document."""
    return next(document for document in state_manager.graphs(namespace) if document["name"] == name)


def puts(state_manager: LocalStateManager) -> int:
    """Return the number of upserts."""
    return sum(request.method == "PUT" and "/graph/" in request.path for request in state_manager.requests)


def test_life(project: Make, state_manager: LocalStateManager) -> None:
    """Preview, up, preview without changes, refresh without changes, update, destroy; and no secret in clear."""
    stack = project(program())
    assert stack.preview().check().changes == {"create": 1}
    assert puts(state_manager) == 0
    outputs = [stack.up().check().output]
    assert live(state_manager)["validation_status"] == "VALID"
    assert stack.preview().check().changes == {}
    assert stack.refresh().check().changes == {}
    assert stack.preview().check().changes == {}
    assert puts(state_manager) == 1
    stack.program = program(source="lake")
    preview = stack.preview("--diff").check()
    assert '~ source: "bucket" => "lake"' in preview.output
    outputs += [preview.output, stack.up("--skip-preview").check().output]
    assert live(state_manager)["nodes"][0]["inputs"] == {"source": "lake"}
    outputs.append(stack.destroy().check().output)
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"
    assert not [text for text in outputs if "canary" in text]
    assert stack.holding("canary-secret") == []


@either_front
def test_replaced(project: Make, state_manager: LocalStateManager) -> None:
    """`--replace` leaves the graph live; under another name it goes live there, and is retired under the old one."""
    stack = project(program())
    stack.up("--skip-preview").check()
    stack.up("--skip-preview", "--replace", "**report").check()
    assert live(state_manager)["validation_status"] == "VALID"
    stack.program = program().replace('name="report"', 'name="other"')
    stack.up("--skip-preview").check()
    assert live(state_manager, "other")["validation_status"] == "VALID"
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"


def test_documented_example(project: Make, state_manager: LocalStateManager) -> None:
    """The graph of Exosphere's own documentation can be deployed unchanged."""
    stack = project(EXAMPLES / "my-workflow")
    stack.config_set("my-workflow:apiKey", "canary-secret", secret=True)
    stack.up("--skip-preview").check()
    document = live(state_manager, "my-workflow", "MyProject")
    assert document["validation_status"] == "VALID"
    assert [(one["identifier"], one["node_name"], one["inputs"]) for one in document["nodes"]] == [
        ("loader", "DataLoaderNode", {"source": "initial"}),
        ("processor", "DataProcessorNode", {"data": "${{ loader.outputs.data }}"}),
    ]
    assert document["retry_policy"]["strategy"] == "EXPONENTIAL"
    assert sorted(document["store_config"]["required_keys"]) == ["batch_id", "cursor"]
    assert document["store_config"]["default_values"] == {"cursor": "0", "batch_size": "100"}
    assert {one["value"]["expression"] for one in document["triggers"]} == {"0 9 * * 1-5", "0 */6 * * *"}
    assert list(document["secrets"]) == ["api_key"]


def test_faults_at_preview(project: Make, state_manager: LocalStateManager) -> None:
    """The preview reports all problems of a graph, each on a line with the place and the solution, without a value."""
    faulty = program().replace('next_nodes=["load"]', 'next_nodes=["laod"]').replace("extract.outputs.rows", "x.y")
    preview = project(faulty).preview().refused()
    assert "did you mean 'load'?" in preview.output
    assert "nodes.load.inputs.rows" in preview.output
    assert "Traceback" not in preview.output
    assert "canary" not in preview.output
    assert puts(state_manager) == 0
