"""From a program's arguments to the inputs that are registered: maps with plain keys, and values as they were given.

The maps are built here, before anything is registered, so that every secret keeps its path through check, state and
preview. Keys are trimmed as the state manager trims them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import pulumi

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.folding.outputs import Later
from pulumi_exosphere.template.messages import OUTPUT_AS_TEXT, Fault, output_as_text
from pulumi_exosphere.template.normalise import free_identifier
from pulumi_exosphere.template.triggers import CRON, KINDS

from .args import ConnectionArgs, CronTriggerArgs, GraphNodeArgs, RetryPolicyArgs, StoreConfigArgs, UnitesArgs
from .coerce import comes_later, fields_of, items_of, leaf, plain_string

Problems: TypeAlias = "list[Fault] | None"
"""Takes what is reported with all other problems of the program; None: it is raised at once."""


def plain_name(value: object, path: str, *, default: Callable[[], str] | None = None) -> str:
    """A graph's name or namespace; check judges it."""
    if value is None and default is not None:
        return default()
    return plain_string(value, path)


def address(connection: object) -> object:
    """The address of a state manager, or the output that will be it; None for the default."""
    if connection is None:
        return None
    uri = fields_of(connection, ConnectionArgs, "connection")["uri"]
    return uri.rstrip("/") if isinstance(uri, str) else uri


def node_map(nodes: object, problems: Problems = None) -> dict[str, dict[str, Any]]:
    """The nodes by identifier."""
    by_identifier: dict[str, dict[str, Any]] = {}
    for where, item in _items(nodes, GraphNodeArgs, "nodes", "identifier"):
        given = fields_of(item, GraphNodeArgs, where)
        identifier = plain_string(given.pop("identifier"), f"{where}.identifier").strip()
        path = f"nodes.{identifier}"
        node: dict[str, Any] = {"node_name": leaf(given["node_name"], f"{path}.node_name")}
        if "namespace" in given:
            node["namespace"] = leaf(given["namespace"], f"{path}.namespace")
        node["inputs"] = _named_values(given.get("inputs", {}), f"{path}.inputs", problems)
        if "next_nodes" in given:
            node["next_nodes"] = _next_nodes(given["next_nodes"], f"{path}.next_nodes")
        if "unites" in given:
            unites = fields_of(given["unites"], UnitesArgs, f"{path}.unites")
            node["unites"] = {key: leaf(value, f"{path}.unites.{key}") for key, value in unites.items()}
        # One that is there twice is for check to report, with all other problems.
        by_identifier[free_identifier(identifier, by_identifier)] = node
    return by_identifier


def secret_map(secrets: object, problems: Problems = None) -> Any:
    """The secrets by name, each value a secret; an output of a map is a secret as a whole."""
    if comes_later(secrets):
        return pulumi.Output.secret(leaf(secrets, "secrets", given=True))
    return {name: pulumi.Output.secret(value) for name, value in _named_values(secrets, "secrets", problems).items()}


def retry_policy(value: object) -> dict[str, Any]:
    """The given fields."""
    given = fields_of(value, RetryPolicyArgs, "retry_policy")
    return {key: leaf(item, f"retry_policy.{key}") for key, item in given.items()}


def store_config(value: object, problems: Problems = None) -> dict[str, Any]:
    """The given fields, with trimmed keys."""
    given = fields_of(value, StoreConfigArgs, "store_config")
    store: dict[str, Any] = {}
    if "required_keys" in given:
        keys = given["required_keys"]
        if comes_later(keys):
            raise InvalidGraph(
                "store_config.required_keys is an output, but must be a plain list of strings: placeholders are "
                "checked against its keys before anything is deployed"
            )
        if isinstance(keys, (str, Mapping)) or not hasattr(keys, "__iter__"):
            raise InvalidGraph(
                "store_config.required_keys must be a plain list of strings; put [ ] around a single one"
            )
        store["required_keys"] = [
            plain_string(key, f"store_config.required_keys[{index}]").strip() for index, key in enumerate(keys)
        ]
    if "default_values" in given:
        path = "store_config.default_values"
        store["default_values"] = _named_values(given["default_values"], path, problems, trimmed=True)
    return store


def expressions(triggers: object) -> list[Any]:
    """The expression of each trigger, plain or an output, in the program's order."""
    found = []
    for path, item in _items(triggers, CronTriggerArgs, "triggers", "expression"):
        given = fields_of(_unwrapped(item, path), CronTriggerArgs, path)
        found.append(expression(given[CRON.key], f"{path}.{CRON.key}"))
    return found


def expression(value: object, path: str) -> Any:
    """A cron expression: a plain string, or an output of one."""
    if comes_later(value):
        return leaf(value, path, given=True)
    return plain_string(value, path)


def shared_connection(value: object) -> dict[str, Any]:
    """A connection for several resources: values that can be awaited only once become outputs."""
    given = fields_of(value, ConnectionArgs, "connection")
    once = {key: item for key, item in given.items() if comes_later(item) and not isinstance(item, pulumi.Output)}
    return {**given, **{key: pulumi.Output.from_input(item) for key, item in once.items()}}


def connection(value: object) -> dict[str, Any]:
    """Address, key and headers: key and headers are secrets, and so is an address that contains credentials."""
    given = fields_of(value, ConnectionArgs, "connection")
    headers = given.get("headers")
    named = headers if isinstance(headers, Mapping) else {}
    texts = {**given, **{f"headers.{name}": item for name, item in named.items()}}
    for key, item in texts.items():
        if isinstance(item, str) and OUTPUT_AS_TEXT in item:
            raise InvalidGraph(str(output_as_text(f"connection.{key}")))
    found: dict[str, Any] = {
        "uri": _hidden_credentials(leaf(given["uri"], "connection.uri", given=True)),
        "api_key": pulumi.Output.secret(leaf(given["api_key"], "connection.api_key", given=True)),
    }
    if headers is not None:
        plain = not comes_later(headers)
        found["headers"] = pulumi.Output.secret(
            _named_values(headers, "connection.headers", None) if plain else headers
        )
    return found


def _items(items: object, args: type, path: str, key: str) -> list[tuple[str, Any]]:
    """The items of a sequence, or of a mapping whose keys are their field ``key``, and where each of them is."""
    if not isinstance(items, Mapping) or not all(item is None or isinstance(item, Mapping) for item in items.values()):
        return [(f"{path}[{index}]", item) for index, item in enumerate(items_of(items, args, path))]
    entries = []
    for name, item in items.items():
        entry = item or {}
        if key in entry:
            raise InvalidGraph(
                f"{path}[{name!r}] has the field {key!r}, which is its key already. Leave it out, or give a list"
            )
        entries.append((f"{path}[{name!r}]", {**entry, key: plain_string(name, f"a key of {path}")}))
    return entries


def _named_values(values: object, path: str, problems: Problems, *, trimmed: bool = False) -> dict[str, Any]:
    """A map with plain names and the given values."""
    if comes_later(values):
        raise InvalidGraph(
            f"{path} is an output, but must be a plain dict. Its values may be outputs, its names may not"
        )
    if not isinstance(values, Mapping):
        raise InvalidGraph(f"{path} must be a dict of names and values, not of type {type(values).__name__}")
    named: dict[str, Any] = {}
    for key, value in values.items():
        name = plain_string(key, f"a name in {path}")
        name = name.strip() if trimmed else name
        if name in named:
            raise InvalidGraph(
                f"{path} contains {name!r} twice: the state manager trims spaces around a key. Write it once"
            )
        if value is None and problems is not None:
            problems.append(Fault(f"{path}.{name}", "is None; leave the key out, or give it a value", "none"))
            value = ""  # noqa: PLW2901  It is never sent: the problem stops the registration.
        named[name] = leaf(value, f"{path}.{name}", given=True)
    return named


def _next_nodes(value: object, path: str) -> Any:
    if isinstance(value, (str, Mapping)):
        raise InvalidGraph(f"{path} must be a list of identifiers; put [ ] around a single one")
    return leaf(value if not isinstance(value, (set, frozenset)) else sorted(value), path)


def _unwrapped(trigger: object, path: str) -> object:
    """A trigger in the shape of Exosphere's API, ``{"type": "CRON", "value": {...}}``, without its wrapping."""
    if not isinstance(trigger, Mapping) or "type" not in trigger:
        return trigger
    kind = trigger["type"]
    if getattr(kind, "value", kind) not in KINDS:
        raise InvalidGraph(f"{path}.type must be {' or '.join(KINDS)}. Leave `type` out")
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
