"""Recorded answers of a real state manager, as the tests of `template` replay them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from pulumi_exosphere.template.registered_nodes import Finding
from tests.support.nodes import CONFORMANCE


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CONFORMANCE / name).read_text().splitlines()]


CASES = _lines("put_graph.jsonl")
"""One PUT each, of a graph that wasn't there before."""

SEQUENCES = _lines("put_sequences.jsonl")
"""Several PUTs of one graph in a row."""

_REGISTERED: dict[str, dict[str, Any]] = {
    namespace: {node["name"]: node for node in nodes}
    for namespace, nodes in json.loads((CONFORMANCE / "registered_nodes.json").read_text()).items()
}


def as_recorded(finding: Finding) -> dict[str, str]:
    """Return a finding as the recorded cases write it: without the identifier and the nodes that need a secret."""
    left_out = {"identifier", "node", "namespace"} if finding.secret else {"identifier"}
    return {name: value for name, value in asdict(finding).items() if value is not None and name not in left_out}


def registered(namespace: str) -> dict[str, Any]:
    """Return the nodes that were registered at the time."""
    return _REGISTERED.get(namespace, {})


def by_identifier(body: dict[str, Any]) -> dict[str, Any]:
    """Return the nodes of a body or document, by identifier."""
    return {node["identifier"]: node for node in body["nodes"]}


def as_set(errors: list[dict[str, str]]) -> set[str]:
    """Return validation errors without order and repetitions."""
    return {json.dumps(error, sort_keys=True) for error in errors}
