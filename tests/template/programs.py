"""Bodies of PUTs as a program would write them: maps by identifier and expression, with a free key for duplicates."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pulumi_exosphere.template.normalise import free_identifier, free_key

_NULLS = {
    "retry_policy": ("max_retries", "strategy", "backoff_factor", "exponent"),
    "store_config": ("required_keys", "default_values"),
}


def unwritable(body: dict[str, Any]) -> str | None:
    """Return why a program can't express this body, which has problems; None if it can."""
    for key in ("secrets", *_NULLS, "triggers"):
        if key in body and body[key] is None:
            return "a section that is null isn't given"
    for section, fields in _NULLS.items():
        if any(field in body.get(section, {}) and body[section][field] is None for field in fields):
            return "what is null in a section is its default"
    for node in body["nodes"] or ():
        if not isinstance(node.get("identifier"), str):
            return "a node's identifier is its key"
        if node.get("namespace") is None:
            return "a node that gives no namespace is in the graph's"
        if node.get("inputs") is None:
            return "a node that gives no inputs has none"
    for trigger in body.get("triggers", ()) if isinstance(body.get("triggers"), list) else ():
        if "type" not in trigger:
            return "a trigger that gives no type is a CRON"
        if not isinstance(trigger["value"].get("expression"), str):
            return "a trigger's expression is its key"
    return None


def given_twice(body: dict[str, Any]) -> bool:
    """Return whether a schedule occurs twice; the state manager stores it once, and the program gets an error."""
    triggers = body.get("triggers")
    counts = Counter(one["value"].get("expression") for one in triggers) if isinstance(triggers, list) else Counter()
    return max(counts.values(), default=0) > 1


def as_props(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a `Graph` that has this body."""
    props = {key: value for key, value in body.items() if key not in {"nodes", "triggers"}}
    props |= {"name": name, "namespace": "analytics", "nodes": body["nodes"]}
    if isinstance(body["nodes"], list):
        props["nodes"] = {}
        for node in body["nodes"]:
            identifier = free_identifier(node["identifier"].strip(), props["nodes"])
            props["nodes"][identifier] = _without(node, "identifier")
    triggers = body.get("triggers")
    if isinstance(triggers, list):
        props["triggers"] = {}
        for one in triggers:
            props["triggers"][free_key(one["value"]["expression"], props["triggers"])] = {"type": one["type"]}
    elif triggers is not None:
        props["triggers"] = triggers
    return props


def _without(node: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name != key}
