"""A refresh leaks no secrets of a program, even if someone moved them to any place where a graph accepts a string."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pulumi_exosphere.cli import main
from pulumi_exosphere.local import LocalStateManager
from tests.support import by_hand
from tests.support.native_program import either_front
from tests.support.pulumi_cli import Result
from tests.support.pulumi_project import Project

pytestmark = either_front

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
    """Move each secret to each kind of path, alone and inside other text; keep it in its own place."""
    chain = ["a"]
    nodes = {"a": by_hand.node(body, "a")}
    for number, canary in enumerate((INPUT, DEFAULT, SECRET)):
        named = f"{canary} named"  # An identifier.
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
    """Remove the places that state hides, and move what was in them to other ones."""
    nodes = [{"node_name": "Ping", "namespace": NS, "identifier": "c", "inputs": {"w": INPUT, "v": DEFAULT}}]
    body.update(nodes=nodes, secrets={}, store_config={"required_keys": [], "default_values": {"other": INPUT}})


def back(body: dict[str, Any]) -> None:
    """Move them back to where they were; the engine no longer hides those paths."""
    inputs = {"x": INPUT, "y": "ordinary", "z": DEFAULT}
    nodes = [{"node_name": "Ping", "namespace": NS, "identifier": "a", "inputs": inputs}]
    body.update(nodes=nodes, store_config={"required_keys": [], "default_values": {"mode": DEFAULT}})


def deployed(make: Callable[..., Project], secret: str) -> Project:
    """Deploy the program with this secret."""
    stack = make(PROGRAM.format(ordinary="ordinary"))
    values = {"input": INPUT, "default": DEFAULT, "secret": secret}
    given = [argument for key, value in values.items() for argument in ("--secret", f"{key}={value}")]
    stack.pulumi("config", "set-all", "--stack", "test", *given).check()
    stack.up("--skip-preview").check()
    return stack


def told(*results: Result) -> list[str]:
    """Return the output, and what hooks and program logged, debug messages included."""
    logged = [
        event["diagnosticEvent"]["message"]
        for result in results
        for event in result.events
        if "diagnosticEvent" in event
    ]
    return [*(result.output for result in results), *logged]


def test_moved_secrets(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """Neither state, its backups and history, messages nor verbose logs contain a secret, wherever it is moved."""
    stack = deployed(project, SECRET)

    by_hand.change(state_manager, NS, NAME, everywhere)
    stack.program = PROGRAM.format(ordinary="changed")
    results = [stack.preview().refused()]
    assert "changed outside this stack" in results[0].output
    results += [stack.preview("--refresh", "--diff").check()]
    assert "[value known from nodes.a.inputs.x]" in results[1].output
    assert "[value known from secrets.token]" in results[1].output
    verbose, logged = stack.verbosely("refresh")
    assert [text for text in logged if "Graph::report" in text]
    assert not [text for text in logged if "canary" in text], "apart from the values that the engine itself logs"
    results += [verbose.check()]
    for how in (lambda _: None, elsewhere, back):
        nothing_in_clear(stack, results)
        by_hand.change(state_manager, NS, NAME, how)
        results += [stack.refresh("--skip-preview", "--diff").check()]
    nothing_in_clear(stack, results)

    results += [stack.up("--diff", "--skip-preview").check()]
    results += [stack.preview("--refresh", "--diff", "--expect-no-changes").check()]
    nothing_in_clear(stack, results)
    stored = state_manager.graph(NS, NAME)
    assert stored is not None
    assert {one["identifier"]: one["inputs"] for one in stored["nodes"]} == {
        "a": {"x": INPUT, "y": "ordinary", "z": "changed"},
        "b": {"x": "ordinary"},
    }


def nothing_in_clear(stack: Project, results: list[Result]) -> None:
    """Fail if a canary can be read."""
    for canary in (INPUT, DEFAULT, SECRET):
        assert stack.holding(canary) == []
        assert not [text for text in told(*results) if canary in text]


PEM = """\
-----BEGIN PRIVATE KEY-----
canary/key+7f3aQx7TzL9vKm2RwP4n
Bc8D1gHs5jYtü"canary-end-7f3a
-----END PRIVATE KEY-----
"""
SPELLED: dict[str, Callable[[str], str]] = {
    "json": json.dumps,
    "json_in_json": lambda key: json.dumps({"a": json.dumps({"key": key})}),
    "crlf": lambda key: key.replace("\n", "\r\n"),
    "literal": lambda key: key.replace("\n", "\\n"),
    "stripped": str.strip,
    "url": lambda key: f"postgres://app:{quote(key, safe='')}@db/main",
    "header": lambda key: "Basic " + base64.b64encode(f"app:{key}".encode()).decode(),
    "base64": lambda key: base64.encodebytes(key.encode()).decode(),
    "piece": lambda key: key[40:60],
}


def test_spelled_otherwise(
    project: Callable[..., Project],
    state_manager: LocalStateManager,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A key that someone moved in another spelling is nowhere in clear, and other changes are shown."""
    stack = deployed(project, PEM)

    def spelled(body: dict[str, Any]) -> None:
        node = by_hand.node(body, "a")
        node["inputs"] |= {name: spell(PEM) for name, spell in SPELLED.items()} | {"y": json.dumps(PEM), "z": "lake"}
        body["store_config"]["default_values"] |= {"day": PEM.strip(), "more": "weekly"}

    by_hand.change(state_manager, NS, NAME, spelled)
    results = [stack.preview("--refresh", "--diff").check(), stack.refresh("--skip-preview", "--diff").check()]
    output = re.sub(r" *: ", ": ", results[1].output)
    for shown in ('z: "ordinary" => "lake"', 'more: "weekly"', 'y: "ordinary" => [secret]', "crlf: [secret]"):
        assert shown in output
    results += [stack.refresh("--skip-preview", "--diff", "--expect-no-changes").check()]
    previewed = stack.pulumi("preview", "--json", "--stack", "test").check()
    (tmp_path / "preview.json").write_text(previewed.output)
    assert main(["review", str(tmp_path / "preview.json")]) == 0
    reviewed = capsys.readouterr()
    told_all = [*told(*results), previewed.output, reviewed.out, reviewed.err]
    held = json.dumps(stack.export(), ensure_ascii=False)
    for secret in {"canary", PEM[40:60], *(spell(PEM) for spell in SPELLED.values())}:
        assert stack.holding(secret) == []
        assert not [text for text in [*told_all, held] if secret in text]

    stack.up("--diff", "--skip-preview").check()
    stored = state_manager.graph(NS, NAME)
    assert stored is not None
    assert stored["nodes"][0]["inputs"] == {"x": INPUT, "y": "ordinary", "z": "ordinary"}
    stack.preview("--refresh", "--diff", "--expect-no-changes").check()
