"""What the state manager reads in the schemas of registered nodes: which fields there are, and which are strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# It makes a type of its own of these formats; of every other one a plain string.
_TYPED_FORMATS = frozenset({"date-time", "date", "time", "uri", "uuid"})
_OTHER_TYPES = frozenset({"integer", "number", "boolean", "object", "array", "null", "anyType"})


def strings(schema: Mapping[str, Any] | None) -> dict[str, bool]:
    """The fields of an object's schema, and of each whether it is a string; required or not makes no difference."""
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
    # A type that it doesn't know is a string to it.
    return isinstance(kind, str) and kind not in _OTHER_TYPES


def _resolve(pointer: str, schema: Mapping[str, Any]) -> Any:
    found: Any = schema
    for step in pointer.split("/")[1:]:
        if not isinstance(found, dict):
            return None
        found = found.get(step.replace("~1", "/").replace("~0", "~"))
    return found
