r"""Names that begin with two underscores, which Pulumi's CLI leaves out of every diff, in a form that it shows.

In Pulumi's properties such a name has one backslash more in front: ``__start__`` is the key ``\__start__``, and a name
``\__start__`` is ``\\__start__``, so that every key is read back as exactly one name. All other names are their own
keys. A key that begins with two underscores itself, as state from before this form has it, is read as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .normalise import free_key

HIDDEN = "__"
_NAME = re.compile(r"\\*__")
_KEY = re.compile(r"\\+__")
_PATH_SEGMENT = re.compile(r'(\["|\.)((?<=")(?:\\"|[^"])*|[^.\[]*)')
"""A segment of a property path below the top: what it begins with, and its name."""

Props = Mapping[str, Any]


def shown_key(name: str) -> str:
    """Return the key of a name."""
    return f"\\{name}" if _NAME.match(name) else name


def meant_name(key: str) -> str:
    """Return the name that a key stands for."""
    return key[1:] if _KEY.match(key) else key


def shown_path(path: str) -> str:
    """Return a property path, such as one of ``ignore_changes``, with each name below the top as its key."""
    return _PATH_SEGMENT.sub(lambda segment: segment[1] + shown_key(segment[2]), path)


def with_keys(props: Props, asked: Props | None = None) -> dict[str, Any]:
    """Return the properties of a graph or of a store with each name as its key.

    Args:
        props: The properties, by names.
        asked: Properties with which a hook was called. A name that they contain as it is stays so: the engine hides a
            secret only at the path where it was.
    """

    def key(name: str, there: Props) -> str:
        return name if name in there and name.startswith(HIDDEN) else shown_key(name)

    return _renamed(props, key, asked or {})


def with_names(props: Props) -> dict[str, Any]:
    """Return the same the other way round: each key as its name."""
    return _renamed(props, lambda key, _: meant_name(key), {})


def has_hidden_keys(props: Props) -> bool:
    """Return whether a key below the top begins with two underscores."""
    return any(
        isinstance(value, Mapping) and (any(key.startswith(HIDDEN) for key in value) or has_hidden_keys(value))
        for value in props.values()
    )


def _renamed(props: Props, rename: Callable[[str, Props], str], asked: Props) -> dict[str, Any]:
    found = dict(props)
    for section in ("secrets", "secret_revisions", "default_values"):
        if isinstance(props.get(section), Mapping):
            found[section] = _map(props[section], rename, _mapping(asked.get(section)))
    if isinstance(store := props.get("store_config"), Mapping):
        found["store_config"] = _renamed(store, rename, _mapping(asked.get("store_config")))
    if isinstance(props.get("nodes"), Mapping):
        there = _mapping(asked.get("nodes"))
        nodes = _map(props["nodes"], rename, there)
        found["nodes"] = {key: _node(node, rename, _mapping(there.get(key))) for key, node in nodes.items()}
    return found


def _node(node: Any, rename: Callable[[str, Props], str], asked: Props) -> Any:
    if not isinstance(node, Mapping) or not isinstance(node.get("inputs"), Mapping):
        return node
    return {**node, "inputs": _map(node["inputs"], rename, _mapping(asked.get("inputs")))}


def _map(values: Props, rename: Callable[[str, Props], str], asked: Props) -> Props:
    if not any(key[:1] in {"_", "\\"} for key in values):
        return values
    found: dict[str, Any] = {}
    for key, value in values.items():
        found[free_key(rename(key, asked), found)] = value
    return found


def _mapping(value: Any) -> Props:
    return value if isinstance(value, Mapping) else {}
