"""The properties that differ, path by path, in the form that the engine expects: ``nodes.load.inputs["my field"]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .protocol import provider_pb2

PropertyDiff = provider_pb2.PropertyDiff

_HIDDEN = re.compile(r"(\.|\[\")__")
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
    for name in sorted({*olds, *news}):
        if not name.startswith("__"):
            for path, kind in _differing(_step("", name), olds.get(name), news.get(name)):
                shown = _REPLACE[kind] if name in replaces else kind
                found[path] = PropertyDiff(kind=shown, inputDiff=True)
    return found


def hidden_paths(paths: Iterable[str]) -> list[str]:
    """Return the paths that Pulumi's CLI leaves out of every diff, because a name begins with two underscores."""
    return sorted(path for path in paths if _HIDDEN.search(path))


def _differing(path: str, old: Any, new: Any) -> Iterator[tuple[str, PropertyDiff.Kind.ValueType]]:
    if old == new:
        return
    if old is None or new is None:
        yield path, PropertyDiff.ADD if old is None else PropertyDiff.DELETE
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _differing(_step(path, key), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from _differing(f"{path}[{index}]", _item(old, index), _item(new, index))
    else:
        yield path, PropertyDiff.UPDATE


def _step(path: str, key: str) -> str:
    if not _PLAIN.fullmatch(key):
        quoted = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{quoted}"]'
    return f"{path}.{key}" if path else key


def _item(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None
