from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_exosphere.reconcile.live import Live
from pulumi_exosphere.reconcile.masking import Secret
from pulumi_exosphere.reconcile.refresh import live_names, next_revisions, refreshed, secret_revisions
from pulumi_exosphere.template import UNKNOWN

EARLIER, LATER = "2026-01-01T00:00:00.000", "2026-01-02T00:00:00.000"
GIVEN: dict[str, Any] = {"secret_revisions": {"token": "3"}, "updated_at": EARLIER}


def with_secrets(*names: str, updated_at: str = EARLIER) -> Live:
    """Return a graph with secrets of these names."""
    return Live({"secrets": dict.fromkeys(names, "")}, "VALID", (), updated_at, "", None, retired=False)


def test_secret_names() -> None:
    """Names that were added or removed, and a write by someone else, are shown."""
    assert secret_revisions(GIVEN, with_secrets("token", "more", updated_at=LATER)) == {
        "token": f"3, rewritten outside Pulumi {LATER}",
        "more": "added outside Pulumi",
    }
    assert secret_revisions(GIVEN, with_secrets()) == {"token": "3, removed outside Pulumi"}


def test_live_names() -> None:
    """Secrets that state doesn't list as live were removed."""
    assert live_names(secret_revisions(GIVEN, with_secrets("more"))) == {"more"}


REVISIONS = {
    "a new one": ({}, {"a": "1"}, {"a": "1"}),
    "the same": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4"}}, {"a": "1"}, {"a": "4"}),
    "another value": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4"}}, {"a": "2"}, {"a": "5"}),
    "rewritten": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4, rewritten"}}, {"a": "1"}, {"a": "4"}),
    "not known yet": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4"}}, {"a": UNKNOWN}, {"a": UNKNOWN}),
    "dropped": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4"}}, {}, {}),
}


@pytest.mark.parametrize(("olds", "secrets", "expected"), REVISIONS.values(), ids=REVISIONS)
def test_next_revisions(olds: dict[str, Any], secrets: dict[str, Any], expected: dict[str, Any]) -> None:
    """`check` increments the revision if the value differs from the old input's."""
    assert next_revisions(olds, secrets) == expected


CANARY = "canary-5d1f"
STATE: dict[str, Any] = {
    "name": "g",
    "namespace": "analytics",
    "nodes": {
        "a": {"node_name": "A", "namespace": "analytics", "inputs": {"x": CANARY}, "next_nodes": [], "unites": None}
    },
    "secrets": {"token": "canary-secret"},
    "secret_revisions": {"token": "3"},
    "store_config": {"required_keys": [], "default_values": {"k": "canary-store"}},
    "triggers": {"0 5 * * *": {"type": "CRON"}},
    "connection": {"api_key": "canary-key"},
    "updated_at": "2026-01-01T00:00:00.000",
}


def live(change: Callable[[dict[str, Any]], object] = lambda _: None, *, updated_at: str | None = None) -> Live:
    """Return the graph of STATE as someone changed it."""
    inputs = copy.deepcopy({key: STATE[key] for key in ("nodes", "store_config", "triggers")})
    inputs["secrets"] = {"token": ""}
    change(inputs)
    return Live(inputs, "VALID", (), updated_at or STATE["updated_at"], "", None, retired=False)


def test_nothing_changed() -> None:
    """If nothing changed, state stays as it is."""
    assert refreshed(STATE, live()) == STATE | {"validation_status": "VALID"}


def test_same_path() -> None:
    """A value changed at a path that state has is stored as it is, because the engine hides it as before."""
    found = refreshed(STATE, live(lambda graph: graph["nodes"]["a"]["inputs"].update(x="other")))
    assert found["nodes"]["a"]["inputs"] == {"x": "other"}


def test_ordinary_value_elsewhere() -> None:
    """A new input that contains no known value is shown."""
    found = refreshed(STATE, live(lambda graph: graph["nodes"]["a"]["inputs"].update(y="new")))
    assert found["nodes"]["a"]["inputs"] == {"x": CANARY, "y": "new"}


SECRETS = {
    "a node's input": (CANARY, "nodes.a.inputs.x"),
    "a secret": ("canary-secret", "secrets.token"),
    "a store default": ("canary-store", "store_config.default_values.k"),
    "the key": ("canary-key", "connection.api_key"),
}


def new_node(graph: dict[str, Any], **fields: Any) -> object:
    """Return a node that state does not contain."""
    made = {"node_name": "B", "namespace": "x", "inputs": {}, "next_nodes": [], "unites": None, **fields}
    return graph["nodes"].update(b=made)


MOVES: dict[str, Callable[[dict[str, Any], str], object]] = {
    "to a new node's input": lambda graph, value: new_node(graph, inputs={"y": value}),
    "into a longer string": lambda graph, value: new_node(graph, inputs={"y": f"https://u:{value}@host"}),
    "to a new input": lambda graph, value: graph["nodes"]["a"]["inputs"].update(y=value),
    "to an input's name": lambda graph, value: graph["nodes"]["a"]["inputs"].update({value: "y"}),
    "to a renamed node": lambda graph, value: (graph["nodes"].pop("a"), new_node(graph, inputs={"x": value})),
    "to an identifier": lambda graph, value: graph["nodes"].update({value: graph["nodes"]["a"]}),
    "to a node's name": lambda graph, value: new_node(graph, node_name=value),
    "to a namespace": lambda graph, value: new_node(graph, namespace=value),
    "to next_nodes": lambda graph, value: graph["nodes"]["a"]["next_nodes"].append(value),
    "to unites": lambda graph, value: graph["nodes"]["a"].update(unites={"identifier": value, "strategy": "ALL_DONE"}),
    "to a store default": lambda graph, value: graph["store_config"]["default_values"].update(new=value),
    "to a store key": lambda graph, value: graph["store_config"]["default_values"].update({value: "y"}),
    "to a required key": lambda graph, value: graph["store_config"]["required_keys"].append(value),
    "to a schedule": lambda graph, value: graph["triggers"].update({value: {"type": "CRON"}}),
    "to a secret's name": lambda graph, value: graph["secrets"].update({value: ""}),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize(("value", "path"), SECRETS.values(), ids=SECRETS)
def test_moved_value(value: str, path: str, move: Callable[[dict[str, Any], str], object]) -> None:
    """A value of state that someone moved to a path that state doesn't have isn't written there in clear."""
    found = refreshed(STATE, live(lambda graph: move(graph, value)))
    assert value in repr(STATE)
    sections = ("nodes", "store_config", "triggers", "secret_revisions")
    before = [text for text in strings({name: STATE[name] for name in sections}) if value in text]
    after = [text for text in strings({name: found[name] for name in sections}) if value in text]
    shown = [text for text in after if not isinstance(text, Secret)]
    assert len(shown) <= len(before)
    assert len(after) > len(shown) or f"[value known from {path}]" in repr(found)


def strings(value: Any) -> list[str]:
    """Return every string in a state, keys included."""
    if isinstance(value, dict):
        return [*value, *(text for item in value.values() for text in strings(item))]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def test_secrets_stay() -> None:
    """The values of secrets that someone removed stay in state."""
    gone = live(lambda graph: graph["secrets"].clear())
    assert refreshed(STATE, gone)["secrets"] == STATE["secrets"]
