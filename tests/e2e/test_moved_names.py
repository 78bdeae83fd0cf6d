"""Graphs' names that move between the resources of one stack, through the real CLI, in Python and in YAML."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from tests.support.live import put
from tests.support.pulumi_cli import Result, environment
from tests.support.pulumi_project import Project
from tests.support.wanted import node
from tests.support.yaml_program import needs_yaml, yaml_program

Make = Callable[..., Project]

DYNAMIC = "pulumi-python:dynamic/exosphere:Graph"
NATIVE = "exosphere:index:Graph"

PROGRAM = """\
import pulumi
import pulumi_exosphere as exosphere


def graph(resource, name, source, **more):
    node = {"node_name": "Extract", "identifier": "extract", "inputs": {"source": source}}
    exosphere.Graph(resource, name=name, namespace="analytics", nodes=[node], **more)


"""

YAML = """\
  {resource}:
    type: exosphere:Graph
    properties:
      name: {name}
      namespace: analytics
      nodes: {{extract: {{node_name: Extract, inputs: {{source: {source}}}}}}}
"""


def python(*graphs: tuple[str, str, str], more: str = "") -> str:
    """Return a program with graphs, each as its resource's name, its own, and the source that it reads."""
    return PROGRAM + "\n".join(f"graph({', '.join(map(repr, graph))}{more})" for graph in graphs)


def yaml(*graphs: tuple[str, str, str]) -> str:
    """Return the same program in YAML."""
    named = (YAML.format(resource=resource, name=name, source=source) for resource, name, source in graphs)
    return yaml_program("resources:\n" + "".join(named))


FRONTS = [
    pytest.param(python, DYNAMIC, id="dynamic"),
    pytest.param(yaml, NATIVE, id="native", marks=needs_yaml),
]


def urn(kind: str, resource: str) -> str:
    """Return a resource's URN."""
    return f"urn:pulumi:test::test-project::{kind}::{resource}"


def said(result: Result, resource: str) -> list[str]:
    """Return the messages under a resource."""
    return [text.strip() for _, of, text in result.diagnostics if of.endswith(f"::{resource}")]


def live(state_manager: LocalStateManager) -> dict[str, str]:
    """Return the source that each graph reads, by name."""
    nodes = {graph["name"]: graph["nodes"][0] for graph in state_manager.graphs("analytics")}
    return {
        name: "retired" if node["node_name"] == "__retired__" else node["inputs"]["source"]
        for name, node in nodes.items()
    }


@pytest.mark.parametrize(("program", "kind"), FRONTS)
def test_renamed_without_alias(
    program: Callable[..., str], kind: str, project: Make, state_manager: LocalStateManager
) -> None:
    """The preview says under both resources that the graph stays live, and which alias keeps both from appearing."""
    stack = project(program(("old", "report", "lake")))
    stack.up("--skip-preview").check()
    stack.program = program(("new", "report", "lake"))
    preview = stack.preview().check()
    assert preview.changes == {"create": 1, "delete": 1}
    alias = f'aliases=["{urn(kind, "old")}"]'
    label = "graph 'report' in namespace 'analytics'"
    assert (
        f"{label} stays live: it is taken over from resource 'old' of this stack. If it was renamed, add {alias} here"
        in said(preview, "new")
    )
    assert said(preview, "old") == [
        f"{label} stays live: another resource of this run declares it, 'new'. If it was renamed, add {alias} to 'new'"
    ]
    up = stack.up("--skip-preview").check()
    assert said(up, "old") == said(preview, "old")
    assert live(state_manager) == {"report": "lake"}
    assert stack.preview("--expect-no-changes").check().changes == {}


CHAIN = ("a", "y", "of a"), ("b", "z", "of b")
SWAP = ("a", "y", "of a"), ("b", "x", "of b")
REMOVED = (("a", "y", "of a"),)


def refused(stack: Project, program: str, *owners: tuple[str, str]) -> None:
    """Assert that the preview fails for these resources, whatever its parallelism, and names who has its graph."""
    stack.program = program
    for result in (stack.preview("--parallel", "1").refused(), stack.preview().refused()):
        errors = {
            of.rpartition("::")[2]: text for severity, of, text in result.diagnostics if severity == "error" and of
        }
        errors.pop("test-project-test", None)
        assert errors
        assert set(errors) <= {resource for resource, _ in owners}
        for resource, owner in owners:
            if resource in errors:
                assert (
                    f"belongs to resource '{owner}' of this stack, and differs from this program in" in errors[resource]
                )
                assert f"first only remove '{owner}' or give its graph another name" in errors[resource]
                assert f'::{owner}"] here' in errors[resource]


@pytest.mark.parametrize(("program", "kind"), FRONTS)
def test_chain(program: Callable[..., str], kind: str, project: Make, state_manager: LocalStateManager) -> None:
    """A name that another resource gives up in the same run is refused in either order; two runs work, as it says."""
    stack = project(program(("a", "x", "of a"), ("b", "y", "of b")))
    stack.up("--skip-preview").check()
    for graphs in (CHAIN, CHAIN[::-1]):
        refused(stack, program(*graphs), ("a", "b"))
    assert live(state_manager) == {"x": "of a", "y": "of b"}
    stack.program = program(("a", "x", "of a"), ("b", "z", "of b"))
    stack.up("--skip-preview").check()
    stack.program = program(*CHAIN)
    stack.up("--skip-preview").check()
    assert live(state_manager) == {"x": "retired", "y": "of a", "z": "of b"}
    assert {one["id"] for one in stack.resources().values()} == {"analytics/y", "analytics/z"}


def test_delete_that_is_pending(project: Make, state_manager: LocalStateManager) -> None:
    """A run without preview that stops half-way leaves the old graph to be deleted; the message says how to go on."""
    stack = project(python(("a", "x", "of a"), ("b", "y", "of b")))
    stack.up("--skip-preview").check()
    stack.program = (
        python(("b", "z", "of b"))
        .replace("graph('b'", "b = graph('b'")
        .replace("    exosphere.Graph", "    return exosphere.Graph")
        + "\ngraph('a', 'y', 'of a', opts=pulumi.ResourceOptions(depends_on=[b]))"
    )
    stack.up("--skip-preview").refused()
    assert live(state_manager) == {"x": "of a", "y": "of b", "z": "of b"}
    assert "Run `pulumi up` first without this change" in stack.preview().refused().output
    chain = stack.program
    stack.program = python(("a", "x", "of a"), ("b", "z", "of b"))
    stack.up("--skip-preview").check()
    assert live(state_manager) == {"x": "of a", "y": "retired", "z": "of b"}
    stack.program = chain
    stack.up("--skip-preview").check()
    assert live(state_manager) == {"x": "retired", "y": "of a", "z": "of b"}


def either_way(graphs: tuple[tuple[str, str, str], ...]) -> Iterable[tuple[tuple[str, str, str], ...]]:
    """Return the graphs in both orders."""
    return (graphs, graphs[::-1])


def test_swap(project: Make, state_manager: LocalStateManager) -> None:
    """A swap is refused in either order; with `adopt` it is done in one run, and nothing is retired."""
    stack = project(python(("a", "x", "of a"), ("b", "y", "of b")))
    stack.up("--skip-preview").check()
    for graphs in either_way(SWAP):
        refused(stack, python(*graphs), ("a", "b"), ("b", "a"))
    assert live(state_manager) == {"x": "of a", "y": "of b"}
    stack.program = python(*SWAP, more=", adopt=True")
    stack.up("--skip-preview").check()
    assert live(state_manager) == {"x": "of b", "y": "of a"}
    stack.program = python(("b", "y", "of b"), ("a", "x", "of a"), more=", adopt=True")
    stack.up("--skip-preview", "--parallel", "1").check()
    assert live(state_manager) == {"x": "of a", "y": "of b"}
    assert stack.preview().check().changes == {}


def test_name_of_a_removed_graph(project: Make, state_manager: LocalStateManager) -> None:
    """It is refused for a resource that had another name and for a new one, also after a refresh; two runs work."""
    stack = project(python(("a", "x", "of a"), ("b", "y", "of b")))
    stack.up("--skip-preview").check()
    refused(stack, python(*REMOVED), ("a", "b"))
    refused(stack, python(("a", "x", "of a"), ("c", "y", "of c")), ("c", "b"))
    result = stack.up("--skip-preview", "--refresh").refused()
    assert "belongs to resource 'b' of this stack" in result.output
    stack.program = python(("a", "x", "of a"))
    stack.up("--skip-preview").check()
    stack.program = python(*REMOVED)
    stack.up("--skip-preview").check()
    assert live(state_manager) == {"x": "retired", "y": "of a"}


def test_secrets_that_only_the_owner_declares(project: Make, state_manager: LocalStateManager) -> None:
    """With `adopt`, taking over a name never drops them, in either order."""
    kept = 'graph("b", "{}", "of b", secrets={{"token": "canary-secret"}})'
    stack = project(python(("a", "x", "of a")) + "\n" + kept.format("y"))
    stack.up("--skip-preview").check()
    for lines in (
        (python(REMOVED[0], more=", adopt=True"), kept.format("z")),
        (PROGRAM, kept.format("z"), 'graph("a", "y", "of a", adopt=True)'),
    ):
        stack.program = "\n".join(lines)
        result = stack.preview().refused()
        assert (
            "belongs to resource 'b' of this stack, and has live secrets that this resource does not declare: token"
            in (result.output)
        )
        assert "canary" not in result.output


@needs_yaml
def test_renamed_and_of_another_kind(project: Make, state_manager: LocalStateManager) -> None:
    """A graph that moves to the native plugin without an alias would be retired by the other: the preview fails."""
    stack = project(python(("old", "report", "lake")))
    stack.up("--skip-preview").check()
    (stack.folder / "__main__.py").unlink()
    stack.program = yaml(("new", "report", "lake"))
    result = stack.preview().refused()
    assert f'was renamed to this resource, add aliases=["{urn(DYNAMIC, "old")}"] here' in result.output


def test_state_that_cannot_be_read(project: Make, state_manager: LocalStateManager) -> None:
    """Without the CLI's answer, messages don't name the other resource; a take-over works, and a refusal stays one."""
    stack = project(python(("old", "report", "lake")))
    stack.up("--skip-preview").check()
    stack.break_export()
    stack.program = python(("new", "report", "other"))
    assert "exists already and differs from this program" in stack.preview().refused().output
    stack.program = python(("new", "report", "lake"))
    preview = stack.preview().check()
    assert any("stays live if this run deletes another resource that has it" in text for text in said(preview, "new"))
    up = stack.up("--skip-preview").check()
    assert "stays live: another resource of this run declares it" in up.output
    assert live(state_manager) == {"report": "lake"}


INLINE = """\
import sys

import pulumi
from pulumi import automation

{program}
def program():
    graph(sys.argv[1], "report", "lake")


stack = automation.create_or_select_stack("test", project_name="test-project", program=program)
print(stack.preview().stdout)
stack.up()
"""


def test_inline_program(project: Make, state_manager: LocalStateManager) -> None:
    """An inline program of the Automation API, whose process is in another folder, says the same."""
    stack = project("")
    stack.write("deploy.py", INLINE.format(program=PROGRAM))
    said = []
    for resource in ("old", "new"):
        command = [sys.executable, str(stack.folder / "deploy.py"), resource]
        elsewhere = stack.folder.parent / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        done = subprocess.run(
            command,
            cwd=elsewhere,
            env=environment(**stack.env),
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        said.append(done.stdout)
    assert "taken over from" not in said[0]
    assert "stays live: it is taken over from resource 'old' of this stack" in said[1]
    assert "stays live: another resource of this run declares it, 'new'" in said[1]


@needs_yaml
def test_two_resources_of_one_graph(project: Make, state_manager: LocalStateManager) -> None:
    """They are refused in any language, also if one of them exists already and the other doesn't differ."""
    stack = project(yaml(("old", "report", "lake")))
    stack.up("--skip-preview").check()
    stack.program = yaml(("old", "report", "lake"), ("new", "report", "lake"))
    output = stack.preview().refused().output
    assert "graph 'report' in namespace 'analytics' is also resource '" in output


RETRIES = """\
import pulumi_exosphere as exosphere

exosphere.RetryPolicy("{0}", graph="analytics/{1}", max_retries=4)
exosphere.RetryPolicy("{2}", graph="analytics/{3}", max_retries={4})
"""


def test_sections_of_graphs_given_by_id(project: Make, state_manager: LocalStateManager) -> None:
    """One that another resource of the stack has is refused with its name, in either order, and if it is renamed."""
    for name in ("one", "two", "three"):
        graph = {"name": name, "namespace": "analytics", "nodes": {"ping": node("Ping")}}
        put(state_manager, "analytics", name, template.to_body(template.normalise(graph)))
    stack = project(RETRIES.format("a", "one", "b", "two", 6))
    stack.up("--skip-preview").check()
    message = "the retry policy of graph 'two' in namespace 'analytics' belongs to resource 'b' of this stack"
    chain = RETRIES.format("a", "two", "b", "three", 6)
    head, *lines = chain.strip().rsplit("\n", 2)
    for program in (chain, "\n".join([head, *lines[::-1]]), RETRIES.format("a", "one", "c", "two", 8)):
        stack.program = program
        assert message in stack.preview().refused().output
