"""From properties, as the engine hands them over, to Inputs: one spelling for everything with the same meaning."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import Any

from .sections import RETRY_POLICY, UNITES_STRATEGIES
from .triggers import CRON, in_state

_NUMBERED = re.compile(r"(.*) \(\d+\)", re.DOTALL)


def free_key(key: str, taken: Container[str]) -> str:
    """The key, or ``KEY (2)`` and so on if it is taken; `repeated` is the inverse."""
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key} ({number})"
    return free


def free_identifier(identifier: str, taken: Container[str]) -> str:
    """The trimmed identifier, or with spaces behind it if it is taken, so that `judge` reports it as given twice.

    Not with a number as in `free_key`: ``a (2)`` beside ``a`` is an identifier like any other.
    """
    while identifier in taken:
        identifier += " "
    return identifier


def repeated(key: str, keys: Container[str]) -> str | None:
    """The key that this one repeats: ``KEY`` for ``KEY (2)``, or the trimmed key for one with spaces around it."""
    numbered = _NUMBERED.fullmatch(key) if key.endswith(")") else None
    for other in (key.strip(), numbered and numbered[1]):
        if other is not None and other != key and other in keys:
            return other
    return None


def trimmed(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """The mapping with trimmed keys; a key that would then equal another stays as it is, and is reported."""
    if all(key == key.strip() for key in mapping):
        return mapping
    result: dict[str, Any] = {}
    for key, value in mapping.items():
        bare = key.strip()
        result[key if bare in result or (bare != key and bare in mapping) else bare] = value
    return result


def normalise(props: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of a graph as Inputs: trimmed as the state manager trims, defaults filled in, integers as integers.

    A value of the wrong type stays as it is, for `judge` to report, and so does `UNKNOWN`. A section that isn't given
    stays absent. Normalising again changes nothing.
    """
    inputs: dict[str, Any] = {key: _strip(props[key]) for key in ("name", "namespace") if props.get(key) is not None}
    nodes = _given(props, "nodes", {})
    inputs["nodes"] = _nodes(nodes, inputs.get("namespace")) if isinstance(nodes, dict) else nodes
    inputs["secrets"] = _given(props, "secrets", {})
    for section, normalised in (
        ("retry_policy", _retry_policy),
        ("store_config", _store_config),
        ("triggers", _triggers),
    ):
        value = props.get(section)
        if value is not None:
            inputs[section] = normalised(value) if isinstance(value, dict) else value
    return inputs


def _given(props: Mapping[str, Any], key: str, default: Any) -> Any:
    """The value, or the default if it is absent or null."""
    value = props.get(key)
    return default if value is None else value


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _nodes(nodes: dict[str, Any], namespace: Any) -> dict[str, Any]:
    return {
        identifier: _node(node, namespace) if isinstance(node, dict) else node
        for identifier, node in trimmed(nodes).items()
    }


def _node(node: dict[str, Any], namespace: Any) -> dict[str, Any]:
    next_nodes, unites = node.get("next_nodes"), node.get("unites")
    return {
        "node_name": _strip(node.get("node_name")),
        "namespace": _given(node, "namespace", namespace),
        "inputs": _given(node, "inputs", {}),
        "next_nodes": [] if next_nodes is None else _names(next_nodes),
        "unites": _unites(unites) if isinstance(unites, dict) else unites,
    }


def _names(names: Any) -> Any:
    if not isinstance(names, (list, tuple)):
        return names
    try:
        return list(map(str.strip, names))  # dense graphs have hundreds of thousands
    except TypeError:
        return [_strip(name) for name in names]


def _unites(unites: dict[str, Any]) -> dict[str, Any]:
    return {
        "identifier": _strip(unites.get("identifier")),
        "strategy": _given(unites, "strategy", UNITES_STRATEGIES[0]),
    }


def _retry_policy(policy: dict[str, Any]) -> dict[str, Any]:
    given = {key: _given(policy, key, default) for key, default in RETRY_POLICY.items()}
    return {key: value if key == "strategy" else _integer(value) for key, value in given.items()}


def _integer(value: Any) -> Any:
    """The integer that the state manager reads the value as; any other value stays as it is."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool):
        return int(value)
    return _read_integer(value) if isinstance(value, str) else value


@lru_cache(maxsize=256)
def _read_integer(text: str) -> int | str:
    from pydantic import TypeAdapter, ValidationError  # loads slowly, and numbers are hardly ever strings

    try:
        return TypeAdapter(int).validate_python(text)
    except ValidationError:
        return text


def _store_config(config: dict[str, Any]) -> dict[str, Any]:
    keys, defaults = _names(_given(config, "required_keys", [])), _given(config, "default_values", {})
    if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
        keys = sorted(keys)
    return {"required_keys": keys, "default_values": trimmed(defaults) if isinstance(defaults, dict) else defaults}


def _triggers(triggers: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {"type": _given(trigger, "type", CRON.name)} if isinstance(trigger, dict) else _trigger(trigger)
        for key, trigger in triggers.items()
    }


def _trigger(trigger: Any) -> Any:
    return in_state() if trigger is None else trigger
