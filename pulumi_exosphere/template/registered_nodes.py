"""The state manager's validation of a graph against the nodes that runtimes have registered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .references import referred_outputs
from .sections import UNKNOWN, Unknown

# The state manager has types of their own for these formats; every other one is a plain string.
_TYPED_FORMATS = frozenset({"date-time", "date", "time", "uri", "uuid"})
_OTHER_TYPES = frozenset({"integer", "number", "boolean", "object", "array", "null", "anyType"})


def strings(schema: Mapping[str, Any] | None) -> dict[str, bool]:
    """The fields of an object's schema, required or not, and whether each is a string."""
    properties = (schema or {}).get("properties") or {}
    return {name: _is_string(part, schema or {}) for name, part in properties.items()}


def _is_string(part: Any, schema: Mapping[str, Any]) -> bool:
    followed = 0
    while isinstance(part, dict) and isinstance(part.get("$ref"), str) and followed < 16:
        part, followed = _resolve(part["$ref"], schema), followed + 1
    if not isinstance(part, dict) or not part.keys().isdisjoint({"$ref", "const", "enum", "allOf", "anyOf", "oneOf"}):
        return False
    kind = part.get("type")
    if isinstance(kind, list) and len(kind) == 1:
        kind = kind[0]
    if kind == "string":
        return part.get("format") not in _TYPED_FORMATS
    # The state manager treats a type that it doesn't know as a string.
    return isinstance(kind, str) and kind not in _OTHER_TYPES


def _resolve(pointer: str, schema: Mapping[str, Any]) -> Any:
    found: Any = schema
    for step in pointer.split("/")[1:]:
        if not isinstance(found, dict):
            return None
        found = found.get(step.replace("~1", "/").replace("~0", "~"))
    return found


Nodes = Mapping[str, Any]
"""Nodes by identifier, each a mapping with `node_name`, `namespace` and `inputs`, or `UNKNOWN`."""
Registered = Callable[[str], Mapping[str, Mapping[str, Any]]]
"""Returns the registered nodes of a namespace by name, as the state manager lists them."""


@dataclass(frozen=True)
class Finding:
    """One reason why a graph fails validation; fields that don't apply to its kind are None."""

    kind: str
    """``node_not_registered``, ``secret_missing``, ``input_missing``, ``input_schema_not_string``, ``output_unknown``,
    ``output_schema_not_string`` or ``reference_unknown``. ``input_unknown`` is ours, and harmless."""

    identifier: str
    """The node of the graph; several nodes may have the same problem."""

    node: str | None = None
    """The registered node's name; for ``reference_unknown`` the identifier that doesn't exist."""

    namespace: str | None = None
    """The namespace that the node is, or would be, registered in."""

    input: str | None = None
    output: str | None = None
    secret: str | None = None


def findings(
    nodes: Nodes, secret_names: Collection[str] | Unknown, registered: Registered, index: Nodes | None = None
) -> list[Finding]:
    """The reasons why the graph fails validation; none if it is valid.

    Args:
        nodes: The graph's nodes by identifier; unknown values aren't judged.
        secret_names: The names of the graph's secrets.
        registered: Called once for each namespace.
        index: The previous version's nodes by identifier, if the state manager judges references by those (see
            `compare.judged_by_previous`); default: the graph's own.
    """
    types = _types(nodes, registered)
    found = list(_missing_secrets(nodes, secret_names, types))
    for identifier, node in nodes.items():
        key = _key(node)
        if key is None:
            continue
        if key not in types:
            found.append(Finding("node_not_registered", identifier, *key))
        elif node["inputs"] is not UNKNOWN:
            found += _inputs(identifier, node["inputs"], types[key])
            found += _references(identifier, node["inputs"], types, nodes if index is None else index)
    return found


def unknown_inputs(nodes: Nodes, registered: Registered) -> list[Finding]:
    """Inputs that the registered node's schema doesn't have; the state manager ignores them."""
    types = _types(nodes, registered)
    return [
        Finding("input_unknown", identifier, *key, input=name)
        for identifier, node in nodes.items()
        if (key := _key(node)) and key in types and node["inputs"] is not UNKNOWN
        for name in node["inputs"]
        if name not in types[key].inputs
    ]


class _Key(NamedTuple):
    node: str
    namespace: str


class _Type(NamedTuple):
    """A registered node; for each of its inputs and outputs whether it is a string."""

    key: _Key
    inputs: dict[str, bool]
    outputs: dict[str, bool]
    secrets: list[str]


def _key(node: Any) -> _Key | None:
    """A node's name and namespace, if both are known."""
    if node is UNKNOWN or node["node_name"] is UNKNOWN or node["namespace"] is UNKNOWN:
        return None
    return _Key(node["node_name"], node["namespace"])


def _types(nodes: Nodes, registered: Registered) -> dict[_Key | None, _Type]:
    """The registered nodes that the graph uses; the state manager looks at no others."""
    wanted = {key for node in nodes.values() if (key := _key(node))}
    listed = {namespace: registered(namespace) for namespace in sorted({key.namespace for key in wanted})}
    types: dict[_Key | None, _Type] = {}
    for key in wanted:
        if node := listed[key.namespace].get(key.node):
            inputs, outputs = strings(node.get("inputs_schema")), strings(node.get("outputs_schema"))
            types[key] = _Type(key, inputs, outputs, node.get("secrets") or [])
    return types


def _missing_secrets(
    nodes: Nodes, names: Collection[str] | Unknown, types: Mapping[_Key | None, _Type]
) -> Iterator[Finding]:
    if names is UNKNOWN:
        return
    seen = set(names)
    for identifier, node in nodes.items():
        if kind := types.get(_key(node)):
            for secret in kind.secrets:
                if secret not in seen:
                    seen.add(secret)
                    yield Finding("secret_missing", identifier, *kind.key, secret=secret)


def _inputs(identifier: str, given: Mapping[str, Any], kind: _Type) -> Iterator[Finding]:
    for name, is_string in kind.inputs.items():
        if not is_string:
            yield Finding("input_schema_not_string", identifier, *kind.key, input=name)
        elif name not in given:
            yield Finding("input_missing", identifier, *kind.key, input=name)


def _references(
    identifier: str, given: Mapping[str, Any], types: Mapping[_Key | None, _Type], index: Nodes
) -> Iterator[Finding]:
    for reference in referred_outputs(given):
        other = index.get(reference.identifier)
        if other is None:
            yield Finding("reference_unknown", identifier, reference.identifier)
            continue
        key = _key(other)
        if key is None:
            continue
        kind = types.get(key)
        if kind is None:
            yield Finding("node_not_registered", identifier, *key)
        elif reference.field not in kind.outputs:
            yield Finding("output_unknown", identifier, *key, output=reference.field)
        elif not kind.outputs[reference.field]:
            yield Finding("output_schema_not_string", identifier, *key, output=reference.field)
