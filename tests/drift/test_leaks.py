"""A refresh leaks nothing: what is secret in a program, moved by somebody to wherever a graph takes a string."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi_exosphere.local import LocalStateManager
from tests.support import by_hand
from tests.support.pulumi_cli import Result
from tests.support.pulumi_project import Project

INPUT, DEFAULT, SECRET = "canary-input-7f3a", "canary-default-7f3a", "canary-secret-7f3a"
NS, NAME = "analytics", "report"
PROGRAM = """\
import pulumi
import pulumi_exosphere as exosphere

config = pulumi.Config()

graph = exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Ping",
            identifier="a",
            inputs={{"x": config.require_secret("input"), "y": "ordinary", "z": {ordinary!r}}},
            next_nodes=["b"],
        ),
        exosphere.GraphNodeArgs(node_name="Ping", identifier="b", inputs={{"x": "ordinary"}}),
    ],
    secrets={{"token": config.require_secret("secret")}},
)
exosphere.StoreConfig(
    "store", graph=graph, default_values={{"mode": config.require_secret("default"), "day": "ordinary"}}
)
"""


def everywhere(body: dict[str, Any]) -> None:
    """Each secret goes to each kind of path, by itself and inside of other text; its own place keeps it."""
    chain = ["a"]
    nodes = {"a": by_hand.node(body, "a")}
    for number, canary in enumerate((INPUT, DEFAULT, SECRET)):
        named = f"{canary} named"  # an identifier
        new = {f"new{number}": f"before {canary} after", canary: "a name of an input"}
        nodes[canary] = {"node_name": canary, "namespace": canary, "inputs": {"x": canary, **new}}
        nodes[named] = {"node_name": "Ping", "namespace": NS, "inputs": {}}
        chain += [canary, named]
        body["secrets"][canary] = "x"
        body["store_config"]["required_keys"].append(f"{canary} required")
        body["store_config"]["default_values"] |= {f"new{number}": canary, canary: "x", f"long{number}": f"x{canary}x"}
    nodes["a"]["inputs"] |= {"y": SECRET, "new": DEFAULT, "z": f"https://user:{DEFAULT}@host"}
    body["store_config"]["default_values"]["day"] = INPUT
    for identifier, following in zip(chain, [*chain[1:], None], strict=True):
        nodes[identifier] |= {"identifier": identifier, "next_nodes": [following] if following else []}
    nodes[chain[-1]]["unites"] = {"identifier": chain[1]}
    body["nodes"] = list(nodes.values())


def elsewhere(body: dict[str, Any]) -> None:
    """Then the places that state hides go, and what was in them goes to yet others."""
    nodes = [{"node_name": "Ping", "namespace": NS, "identifier": "c", "inputs": {"w": INPUT, "v": DEFAULT}}]
    body.update(nodes=nodes, secrets={}, store_config={"required_keys": [], "default_values": {"other": INPUT}})


def back(body: dict[str, Any]) -> None:
    """And come back where they were, which the engine doesn't hide any more."""
    inputs = {"x": INPUT, "y": "ordinary", "z": DEFAULT}
    nodes = [{"node_name": "Ping", "namespace": NS, "identifier": "a", "inputs": inputs}]
    body.update(nodes=nodes, store_config={"required_keys": [], "default_values": {"mode": DEFAULT}})


def told(*results: Result) -> list[str]:
    """What was printed, and what hooks and program logged, messages for debugging included."""
    logged = [
        event["diagnosticEvent"]["message"]
        for result in results
        for event in result.events
        if "diagnosticEvent" in event
    ]
    return [*(result.output for result in results), *logged]


def test_moved_secrets(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """Neither state, its backups and history, output nor messages hold a secret in clear, however it is moved about."""
    stack = project(PROGRAM.format(ordinary="ordinary"))
    for key, value in {"input": INPUT, "default": DEFAULT, "secret": SECRET}.items():
        stack.config_set(key, value, secret=True)
    stack.up("--skip-preview").check()

    by_hand.change(state_manager, NS, NAME, everywhere)
    stack.program = PROGRAM.format(ordinary="changed")
    results = [stack.preview().refused()]
    assert "changed outside this stack" in results[0].output
    results += [stack.preview("--refresh", "--diff").check()]
    assert "[value known from nodes.a.inputs.x]" in results[1].output
    assert "[value known from secrets.token]" in results[1].output
    for how in (lambda _: None, elsewhere, back):
        results += [stack.refresh("--skip-preview", "--diff").check()]
        nothing_in_clear(stack, results)
        by_hand.change(state_manager, NS, NAME, how)
    results += [stack.refresh("--skip-preview", "--diff").check()]
    nothing_in_clear(stack, results)

    results += [stack.up("--diff").check(), stack.preview("--refresh", "--diff", "--expect-no-changes").check()]
    nothing_in_clear(stack, results)
    stored = state_manager.graph(NS, NAME)
    assert stored is not None
    assert {one["identifier"]: one["inputs"] for one in stored["nodes"]} == {
        "a": {"x": INPUT, "y": "ordinary", "z": "changed"},
        "b": {"x": "ordinary"},
    }


def nothing_in_clear(stack: Project, results: list[Result]) -> None:
    """No canary can be read."""
    exported = stack.pulumi("stack", "export", "--stack", "test").check().output
    for canary in (INPUT, DEFAULT, SECRET):
        assert stack.holding(canary) == []
        assert canary not in exported
        assert not [text for text in told(*results) if canary in text]


def test_verbose(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """With the engine's verbose logging nothing holds a secret either, but for the values it logs as they pass it."""
    stack = project(PROGRAM.format(ordinary="ordinary"))
    for key, value in {"input": INPUT, "default": DEFAULT, "secret": SECRET}.items():
        stack.config_set(key, value, secret=True)
    stack.up("--skip-preview").check()
    by_hand.change(state_manager, NS, NAME, everywhere)
    result, logged = stack.verbosely("refresh")
    assert [text for text in logged if "exosphere:Graph::report" in text]
    assert not [text for text in [*logged, *told(result.check())] if "canary" in text]
