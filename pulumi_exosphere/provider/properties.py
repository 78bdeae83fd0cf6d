"""The engine's raw properties, met only here: floats for numbers, missing keys, two forms of unknown values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown
from pulumi.runtime import rpc

from pulumi_exosphere import template
from pulumi_exosphere.reconcile.live import OUTPUTS
from pulumi_exosphere.reconcile.masking import Secret
from pulumi_exosphere.reconcile.refresh import LOST
from pulumi_exosphere.template import UNKNOWN

PROVIDER = "__provider"
GIVEN = ("adopt", "registration_timeout", "validation_timeout", "connection")
"""Inputs of a graph's resource that aren't part of the graph."""
ADDED = ("secret_revisions", "validation_status", "state_manager")
"""Inputs that `check` adds."""


def from_engine(value: Any) -> Any:
    """Return raw properties with every unknown as `template.UNKNOWN`, without the pickled provider."""
    if isinstance(value, str):
        return UNKNOWN if value == rpc.UNKNOWN else value
    if isinstance(value, dict):
        return {key: from_engine(item) for key, item in value.items() if key != PROVIDER}
    if isinstance(value, (list, tuple)):
        return [from_engine(item) for item in value]
    return UNKNOWN if isinstance(value, Unknown) else value


def graph_inputs(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a graph's inputs, or its state, normalised; what isn't part of the graph is kept as it is."""
    given = from_engine(raw)
    others = {key: given[key] for key in (*GIVEN, *ADDED, *OUTPUTS, LOST) if given.get(key) is not None}
    return template.normalise(given) | others


def to_engine(value: Any) -> Any:
    """Return raw properties: without ``unites`` on a node that unites nothing, and with secrets marked as such."""
    if isinstance(value, Secret):
        return rpc.wrap_rpc_secret(str(value))
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {
            key: rpc.wrap_rpc_secret(item) if key == LOST else to_engine(item)
            for key, item in value.items()
            if not (key == "unites" and item is None)
        }
    if isinstance(value, (list, tuple)):
        return [to_engine(item) for item in value]
    return rpc.UNKNOWN if value is UNKNOWN else value


def came_from_native(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether state has the resource from the native plugin, and the program has it as a dynamic one.

    That is a change of state alone: without the provider in it, Pulumi could neither refresh nor delete the resource.
    """
    return PROVIDER in news and PROVIDER not in olds


def has_unknown(value: Any) -> bool:
    """Return whether anything in ``value`` is known only after the update."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN
