"""From a program's arguments to the inputs that are registered: maps with plain keys, and values as they were given.

The maps are built here, before anything is registered, so that every secret keeps its path through check, state and
preview. Keys are trimmed as the state manager trims them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi

from pulumi_exosphere.folding.outputs import Later
from pulumi_exosphere.template.messages import OUTPUT_AS_TEXT, output_as_text
from pulumi_exosphere.template.normalise import free_identifier
from pulumi_exosphere.template.sections import UNKNOWN
from pulumi_exosphere.template.triggers import CRON, KINDS

from .args import ConnectionArgs, CronTriggerArgs, GraphNodeArgs, RetryPolicyArgs, StoreConfigArgs, UnitesArgs
from .coerce import Mistakes, comes_later, fields_of, items_of, leaf, plain_string


def plain_name(value: object, path: str, mistakes: Mistakes, *, default: Callable[[], str] | None = None) -> Any:
    """A graph's name or namespace; check judges it."""
    if value is None and default is not None:
        return default()
    return plain_string(value, path, mistakes)


def address(connection: Mapping[str, Any] | None) -> object:
    """The address of a `shared_connection`, or the output that will be it; None for the default."""
    uri = None if connection is None else connection["uri"]
    return uri.rstrip("/") if isinstance(uri, str) else uri


@dataclass(frozen=True)
class Nodes:
    """The nodes of a graph."""

    by_identifier: Any
    complete: bool
    """Whether these are all, each by its identifier: if that can't be used, a node is here by its place, ``[1]``."""


def node_map(nodes: object, mistakes: Mistakes) -> Nodes:
    """The nodes by identifier."""
    items = _items(nodes, GraphNodeArgs, "nodes", "identifier", mistakes)
    if items is None:
        return Nodes(UNKNOWN, complete=False)
    by_identifier: dict[str, dict[str, Any]] = {}
    complete = True
    for where, item in items:
        given = fields_of(item, GraphNodeArgs, where, mistakes)
        identifier = plain_string(given.pop("identifier"), f"{where}.identifier", mistakes)
        path = where if identifier is UNKNOWN else f"nodes.{identifier.strip()}"
        if identifier is UNKNOWN:
            complete, identifier = False, where.removeprefix("nodes")
        node: dict[str, Any] = {"node_name": leaf(given["node_name"], f"{path}.node_name", mistakes)}
        if "namespace" in given:
            node["namespace"] = leaf(given["namespace"], f"{path}.namespace", mistakes)
        node["inputs"] = _named_values(given.get("inputs", {}), f"{path}.inputs", mistakes)
        if "next_nodes" in given:
            node["next_nodes"] = _next_nodes(given["next_nodes"], f"{path}.next_nodes", mistakes)
        if "unites" in given:
            unites = fields_of(given["unites"], UnitesArgs, f"{path}.unites", mistakes)
            node["unites"] = {key: leaf(value, f"{path}.unites.{key}", mistakes) for key, value in unites.items()}
        # One that is there twice is for check to report, with all other problems.
        by_identifier[free_identifier(identifier.strip(), by_identifier)] = node
    return Nodes(by_identifier, complete)


def secret_map(secrets: object, mistakes: Mistakes) -> Any:
    """The secrets by name, each value a secret; an output of a map is a secret as a whole."""
    if comes_later(secrets):
        return pulumi.Output.secret(leaf(secrets, "secrets", mistakes, given=True))
    named = _named_values(secrets, "secrets", mistakes)
    return named if named is UNKNOWN else {name: pulumi.Output.secret(value) for name, value in named.items()}


def retry_policy(value: object, mistakes: Mistakes, path: str = "") -> dict[str, Any]:
    """The given fields. ``path`` is that of the policy, with a dot behind it."""
    given = fields_of(value, RetryPolicyArgs, path.rstrip("."), mistakes)
    return {key: leaf(item, f"{path}{key}", mistakes) for key, item in given.items()}


def store_config(value: object, mistakes: Mistakes, path: str = "") -> dict[str, Any]:
    """The given fields, with trimmed keys. ``path`` is that of the store, with a dot behind it."""
    given = fields_of(value, StoreConfigArgs, path.rstrip("."), mistakes)
    store: dict[str, Any] = {}
    if "required_keys" in given:
        store["required_keys"] = _keys(given["required_keys"], f"{path}required_keys", mistakes)
    if "default_values" in given:
        store["default_values"] = _named_values(
            given["default_values"], f"{path}default_values", mistakes, trimmed=True
        )
    return store


def _keys(keys: Any, path: str, mistakes: Mistakes) -> Any:
    if keys is UNKNOWN:
        return keys
    if comes_later(keys):
        return mistakes.add(
            path,
            "is an output, but must be a plain list of strings: placeholders are checked against its keys before "
            "anything is deployed",
        )
    if isinstance(keys, (str, Mapping)) or not hasattr(keys, "__iter__"):
        return mistakes.add(path, "must be a plain list of strings; put [ ] around a single one")
    plain = [plain_string(key, f"{path}[{index}]", mistakes) for index, key in enumerate(keys)]
    return [key if key is UNKNOWN else key.strip() for key in plain]


def expressions(triggers: object, mistakes: Mistakes) -> list[Any]:
    """The expression of each trigger, plain or an output, in the program's order."""
    found = []
    for path, item in _items(triggers, CronTriggerArgs, "triggers", "expression", mistakes) or ():
        given = fields_of(_unwrapped(item, path, mistakes), CronTriggerArgs, path, mistakes)
        found.append(expression(given[CRON.key], f"{path}.{CRON.key}", mistakes))
    return found


def expression(value: object, path: str, mistakes: Mistakes) -> Any:
    """A cron expression: a plain string, or an output of one."""
    if comes_later(value):
        return leaf(value, path, mistakes, given=True)
    return plain_string(value, path, mistakes)


def shared_connection(value: object, mistakes: Mistakes) -> dict[str, Any] | None:
    """A connection for several resources: values that can be awaited only once become outputs."""
    if value is None:
        return None
    given = fields_of(value, ConnectionArgs, "connection", mistakes)
    once = {key: item for key, item in given.items() if comes_later(item) and not isinstance(item, pulumi.Output)}
    return {**given, **{key: pulumi.Output.from_input(item) for key, item in once.items()}}


def connection(given: Mapping[str, Any] | None, mistakes: Mistakes) -> dict[str, Any] | None:
    """Address, key and headers of a `shared_connection`.

    Key and headers are secrets, and so is an address that contains credentials.
    """
    if given is None:
        return None
    headers = given.get("headers")
    named = headers if isinstance(headers, Mapping) else {}
    texts = {**given, **{f"headers.{name}": item for name, item in named.items()}}
    for key, item in texts.items():
        if isinstance(item, str) and OUTPUT_AS_TEXT in item:
            mistakes.found.append(str(output_as_text(f"connection.{key}")))
    found: dict[str, Any] = {
        "uri": _hidden_credentials(leaf(given["uri"], "connection.uri", mistakes, given=True)),
        "api_key": pulumi.Output.secret(leaf(given["api_key"], "connection.api_key", mistakes, given=True)),
    }
    if headers is not None:
        plain = not comes_later(headers)
        found["headers"] = pulumi.Output.secret(
            _named_values(headers, "connection.headers", mistakes) if plain else headers
        )
    return found


def _items(items: object, args: type, path: str, key: str, mistakes: Mistakes) -> list[tuple[str, Any]] | None:
    """The items of a sequence, or of a mapping whose keys are their field ``key``, and where each of them is."""
    if not isinstance(items, Mapping) or not all(item is None or isinstance(item, Mapping) for item in items.values()):
        parts = items_of(items, args, path, mistakes)
        return None if parts is None else [(f"{path}[{index}]", item) for index, item in enumerate(parts)]
    entries = []
    for name, item in items.items():
        entry = item or {}
        if key in entry:
            mistakes.add(
                f"{path}[{name!r}]", f"has the field {key!r}, which is its key already. Leave it out, or give a list"
            )
        entries.append((f"{path}[{name!r}]", {**entry, key: plain_string(name, f"a key of {path}", mistakes)}))
    return entries


def _named_values(values: object, path: str, mistakes: Mistakes, *, trimmed: bool = False) -> Any:
    """A map with plain names and the given values."""
    if values is UNKNOWN:
        return UNKNOWN
    if comes_later(values):
        return mistakes.add(
            path, "is an output, but must be a plain dict. Its values may be outputs, its names may not"
        )
    if not isinstance(values, Mapping):
        return mistakes.add(path, f"must be a dict of names and values, not of type {type(values).__name__}")
    named: dict[str, Any] = {}
    for key, value in values.items():
        name = plain_string(key, f"a name in {path}", mistakes)
        if name is UNKNOWN:
            continue
        name = name.strip() if trimmed else name
        if name in named:
            mistakes.add(path, f"contains {name!r} twice: the state manager trims spaces around a key. Write it once")
        named[name] = leaf(value, f"{path}.{name}", mistakes, given=True)
    return named


def _next_nodes(value: object, path: str, mistakes: Mistakes) -> Any:
    if isinstance(value, (str, Mapping)):
        return mistakes.add(path, "must be a list of identifiers; put [ ] around a single one")
    if isinstance(value, (set, frozenset)):
        if not all(isinstance(name, str) for name in value):
            return mistakes.add(path, "is a set, which has no order, of more than strings; write a list")
        value = sorted(value)
    return leaf(value, path, mistakes)


def _unwrapped(trigger: object, path: str, mistakes: Mistakes) -> object:
    """A trigger in the shape of Exosphere's API, ``{"type": "CRON", "value": {...}}``, without its wrapping."""
    if not isinstance(trigger, Mapping) or "type" not in trigger:
        return trigger
    kind = trigger["type"]
    if getattr(kind, "value", kind) not in KINDS:
        return mistakes.add(f"{path}.type", f"must be {' or '.join(KINDS)}. Leave `type` out")
    return trigger.get("value", {key: value for key, value in trigger.items() if key != "type"})


def _hidden_credentials(uri: Any) -> Any:
    """The address, as a secret if it is one."""
    if isinstance(uri, pulumi.Output):
        return Later(partial(_known_uri, uri))
    return pulumi.Output.secret(uri) if _holds_credentials(uri) else uri


def _holds_credentials(uri: object) -> bool:
    from urllib.parse import urlsplit

    if not isinstance(uri, str):
        return False
    if "@" in uri:  # Also after the host: a password that contains a / is rejected later.
        return True
    try:
        urlsplit(uri)
    except ValueError:
        return True  # Can't be read: hide it to be safe.
    return False


async def _known_uri(uri: pulumi.Output[Any]) -> pulumi.Output[Any]:
    return pulumi.Output.secret(uri) if _holds_credentials(await uri.future()) else uri
