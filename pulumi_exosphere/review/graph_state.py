"""A graph's inputs as typed values, whatever the document contains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_exosphere.template.names import with_names
from pulumi_exosphere.template.sections import is_unknown_expression

from .values import UNKNOWN, Hidden

Leaf = str | Hidden
"""A value that can be shown, or why it can't."""

_SETTINGS = ("adopt", "registration_timeout", "validation_timeout", "connection")
"""Inputs of the resource that aren't part of the graph."""


@dataclass(frozen=True)
class Unites:
    """The branches that a node waits for."""

    identifier: Leaf
    strategy: Leaf


@dataclass(frozen=True)
class Node:
    """One node of a graph."""

    node_name: Leaf
    namespace: Leaf
    inputs: Mapping[str, Leaf] = field(default_factory=dict)
    next_nodes: tuple[str, ...] = ()
    """Those whose identifiers are known."""
    links_hidden: Hidden | None = None
    """Why not all of its next nodes can be shown."""
    unites: Unites | None = None
    hidden: Hidden | None = None
    """Why the node, or another part of it, can't be shown."""


@dataclass(frozen=True)
class GraphState:
    """A graph, before or after; a section that isn't managed is None."""

    name: Leaf = UNKNOWN
    namespace: Leaf = UNKNOWN
    nodes: Mapping[str, Node] = field(default_factory=dict)
    nodes_hidden: Hidden | None = None
    """Why the nodes as a whole can't be shown."""
    secrets: Mapping[str, Leaf] = field(default_factory=dict)
    """Revisions by name; UNKNOWN if the value is known only during the update."""
    secrets_hidden: Hidden | None = None
    """Why not even the secrets' names can be shown."""
    retry_policy: Mapping[str, Leaf] | None = None
    required_keys: frozenset[str] | None = None
    default_values: Mapping[str, Leaf] | None = None
    triggers: tuple[str, ...] | None = None
    """The known expressions."""
    unknown_triggers: int = 0
    """The number of expressions that aren't known yet; 1 if not even their number is."""
    triggers_hidden: bool = False
    """True if not even the number of schedules is known."""
    validation_status: Leaf = ""
    state_manager: Leaf = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    """For each setting of the resource a text that changes with it. Never shown."""

    @property
    def id(self) -> str | None:
        """``NAMESPACE/NAME``, or None if that isn't known."""
        known = isinstance(self.name, str) and isinstance(self.namespace, str)
        return f"{self.namespace}/{self.name}" if known else None


def graph_state(inputs: Mapping[str, Any]) -> GraphState:
    """Return the graph that the inputs of a `Graph` describe."""
    inputs = with_names(inputs)
    nodes, secrets, store = inputs.get("nodes"), inputs.get("secrets"), inputs.get("store_config")
    triggers = inputs.get("triggers")
    expressions = list(_mapping(triggers))
    unknown = [key for key in expressions if is_unknown_expression(key)]
    revisions = _mapping(inputs.get("secret_revisions"))
    return GraphState(
        name=leaf(inputs.get("name")),
        namespace=leaf(inputs.get("namespace")),
        nodes={key: _node(value) for key, value in _mapping(nodes).items()},
        nodes_hidden=nodes if isinstance(nodes, Hidden) else None,
        secrets={name: _revision(revisions.get(name)) for name in {**_mapping(secrets), **revisions}},
        secrets_hidden=secrets if isinstance(secrets, Hidden) else None,
        retry_policy=None if inputs.get("retry_policy") is None else leaves(inputs["retry_policy"]),
        required_keys=None if store is None else frozenset(_strings(_mapping(store).get("required_keys"))),
        default_values=None if store is None else leaves(_mapping(store).get("default_values")),
        triggers=None if triggers is None else tuple(key for key in expressions if key not in unknown),
        unknown_triggers=len(unknown) + isinstance(triggers, Hidden),
        triggers_hidden=isinstance(triggers, Hidden),
        validation_status=leaf(inputs.get("validation_status", "")),
        state_manager=leaf(inputs.get("state_manager", "")),
        settings={key: json.dumps(inputs.get(key), sort_keys=True, default=str) for key in _SETTINGS},
    )


def leaf(value: Any) -> Leaf:
    """Return a value as text."""
    return value if isinstance(value, (str, Hidden)) else json.dumps(value, default=str)


def leaves(values: Any) -> dict[str, Leaf]:
    """Return a map's values as text, without nulls."""
    return {key: leaf(value) for key, value in _mapping(values).items() if value is not None}


def _node(raw: Any) -> Node:
    values = _mapping(raw)
    next_nodes, unites, inputs = values.get("next_nodes"), values.get("unites"), values.get("inputs")
    links = next_nodes if isinstance(next_nodes, list) else [raw, next_nodes]
    return Node(
        node_name=leaf(values.get("node_name", UNKNOWN)),
        namespace=leaf(values.get("namespace", UNKNOWN)),
        inputs=leaves(inputs),
        next_nodes=tuple(_strings(next_nodes)),
        links_hidden=_first_hidden(*links),
        unites=Unites(leaf(unites.get("identifier")), leaf(unites.get("strategy", "ALL_SUCCESS")))
        if isinstance(unites, Mapping)
        else None,
        hidden=_first_hidden(raw, inputs, unites),
    )


def _revision(value: Any) -> Leaf:
    return value if isinstance(value, (str, Hidden)) else ""


def _first_hidden(*parts: Any) -> Hidden | None:
    return next((part for part in parts if isinstance(part, Hidden)), None)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
