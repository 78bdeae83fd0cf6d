"""The properties that differ, path by path, in the form that the engine expects: ``nodes.load.inputs["my field"]``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .protocol import provider_pb2

PropertyDiff = provider_pb2.PropertyDiff

_HIDDEN = "__"
_PLAIN = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_REPLACE = {
    PropertyDiff.ADD: PropertyDiff.ADD_REPLACE,
    PropertyDiff.DELETE: PropertyDiff.DELETE_REPLACE,
    PropertyDiff.UPDATE: PropertyDiff.UPDATE_REPLACE,
}


def detailed_diff(
    olds: Mapping[str, Any], news: Mapping[str, Any], replaces: frozenset[str]
) -> dict[str, provider_pb2.PropertyDiff]:
    """The differing paths of two sets of inputs; ``replaces`` are the top-level properties that replace the resource.

    Names that begin with two underscores at the top are the engine's and the hooks' own.
    """
    found = {}
    for name in _names(olds, news):
        for path, old, new in _differing(_step("", name), olds.get(name), news.get(name)):
            kind = _kind(old, new)
            found[path] = PropertyDiff(kind=_REPLACE[kind] if name in replaces else kind, inputDiff=True)
    return found


def hidden_paths(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """Return the paths that Pulumi's CLI leaves out of the diff of two sets of inputs.

    It shows what changes whatever it is called, but of what is added or removed no name that begins with two
    underscores.
    """
    return [
        hidden
        for name in _names(olds, news)
        for path, old, new in _differing(_step("", name), olds.get(name), news.get(name))
        for hidden in _hidden(path, new if old is None else old if new is None else None)
    ]


def _names(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*olds, *news} if not name.startswith(_HIDDEN))


def _kind(old: Any, new: Any) -> PropertyDiff.Kind.ValueType:
    if old is None:
        return PropertyDiff.ADD
    return PropertyDiff.DELETE if new is None else PropertyDiff.UPDATE


def _hidden(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from [_step(path, key)] if key.startswith(_HIDDEN) else _hidden(_step(path, key), value[key])


def _differing(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the paths at which two values differ, with both."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _differing(_step(path, key), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from _differing(f"{path}[{index}]", _item(old, index), _item(new, index))
    else:
        yield path, old, new


def _step(path: str, key: str) -> str:
    if not _PLAIN.fullmatch(key):
        quoted = key.replace('"', '\\"')  # Pulumi reads any other backslash as it is.
        return f'{path}["{quoted}"]'
    return f"{path}.{key}" if path else key


def _item(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None
