"""Every recorded response of a real state manager, replayed over HTTP."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.local.talk import listed
from tests.support.nodes import CONFORMANCE, NODES

SENTENCES = {
    "node_not_registered": "Node {node} in namespace {namespace} does not exist",
    "secret_missing": "Secret {secret} is required but not present in the graph template",
    "input_missing": "Input {input} in node {node} in namespace {namespace} is not present in the graph template",
    "input_schema_not_string": "Input {input} in node {node} in namespace {namespace} is not a string",
    "output_unknown": "Field {output} in node {node} in namespace {namespace} does not exist",
    "reference_unknown": "Node {node} does not exist in the graph template",
    "cron_never_fires": "Validation failed due to unexpected error: failed to find next date",
}
"""The text of each recorded kind of error in `validation_errors`."""


def _lines(name: str) -> list[Any]:
    return [json.loads(line) for line in (CONFORMANCE / name).read_text().splitlines()]


CASES = _lines("put_graph.jsonl")
SEQUENCES = _lines("put_sequences.jsonl")


@pytest.fixture(scope="module", autouse=True)
def registered(running: LocalStateManager) -> None:
    """The nodes that were registered when the responses were recorded."""
    for namespace in ("analytics", "shared"):
        running.register(namespace, NODES[namespace])


def _replay(running: LocalStateManager, http: httpx.Client, name: str, step: dict[str, Any]) -> None:
    # A namespace of its own keeps the listing short; nodes name theirs themselves.
    answer = http.put(f"/v0/namespace/{name}/graph/{name}", json=step["body"])
    assert answer.status_code == step["status"], answer.text
    if answer.status_code == 422:
        found = {".".join(map(str, fault["loc"][1:])) for fault in answer.json()["detail"]}
        assert found == set(step["locations"])
    if answer.status_code == 201:
        running.settle()
        document = listed(http, name, namespace=name)
        errors = {SENTENCES[error["kind"]].format_map(error) for error in step["validation_errors"]}
        assert (document["validation_status"], set(document["validation_errors"])) == (
            step["validation_status"],
            errors,
        )
        shown = {"secret_names": sorted(document["secrets"]), **document}
        assert {key: shown[key] for key in step["stored"]} == step["stored"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']}-{case['mutation']}")
def test_case(running: LocalStateManager, connection: httpx.Client, case: dict[str, Any]) -> None:
    """A PUT gets the recorded response, validation and stored document."""
    _replay(running, connection, case["case"], case)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence["case"])
def test_sequence(running: LocalStateManager, connection: httpx.Client, sequence: dict[str, Any]) -> None:
    """Successive PUTs of one graph each get the recorded response, validation and stored document."""
    for step in sequence["steps"]:
        _replay(running, connection, sequence["case"], step)
