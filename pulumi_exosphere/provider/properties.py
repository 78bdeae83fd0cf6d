"""The engine's raw properties, read only here: floats for numbers, missing keys, two forms of unknown values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.reconcile.live import OUTPUTS
from pulumi_exosphere.reconcile.masking import Secret
from pulumi_exosphere.reconcile.refresh import LOST
from pulumi_exosphere.template import UNKNOWN
from pulumi_exosphere.template.names import HIDDEN, has_hidden_keys, with_keys, with_names

from .engine_values import UNKNOWN as UNKNOWN_TO_ENGINE
from .engine_values import is_secret, secret

PROVIDER = "__provider"
GIVEN = ("adopt", "registration_timeout", "validation_timeout", "connection")
"""Inputs of a graph's resource that aren't part of the graph."""
ADDED = ("secret_revisions", "validation_status", "state_manager")
"""Inputs that `check` adds."""


def from_engine(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw properties by names, with every unknown as `template.UNKNOWN`, without the pickled provider."""
    return with_names(_given(raw))


def _given(raw: Mapping[str, Any]) -> dict[str, Any]:
    # Further down, a key of the provider's name is the user's.
    return {key: _known(item) for key, item in raw.items() if key != PROVIDER}


def _known(value: Any) -> Any:
    if isinstance(value, str):
        return UNKNOWN if value == UNKNOWN_TO_ENGINE else value
    if isinstance(value, dict):
        return {key: _known(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_known(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    # Only Pulumi's own process of dynamic resources has others, and it has loaded this module.
    from pulumi.output import Unknown

    return UNKNOWN if isinstance(value, Unknown) else value


def graph_inputs(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a graph's inputs, or its state, normalised; what isn't part of the graph is kept as it is."""
    return _normalised(from_engine(raw))


def graph_outputs(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same of a resource's outputs as a program reads them, which have names already."""
    return _normalised(_given(outputs))


def _normalised(given: Mapping[str, Any]) -> dict[str, Any]:
    others = {key: given[key] for key in (*GIVEN, *ADDED, *OUTPUTS, LOST) if given.get(key) is not None}
    return template.normalise(given) | others


def to_engine(props: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw properties: without ``unites`` on a node that unites nothing, and with secrets marked as such.

    ``asked`` are the properties that the hook was called with; the response keeps their paths.
    """
    return {key: secret(item) if key == LOST else _raw(item) for key, item in with_keys(props, asked).items()}


def refreshed_inputs(
    inputs: Mapping[str, Any], asked: Mapping[str, Any], olds: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the raw inputs of a refresh.

    The engine hides what was secret at the same path of the old inputs, ``olds``, so their paths are kept. Pulumi's own
    plugin of dynamic providers gets only the old outputs, ``asked``. After an update that changed nothing, the inputs
    may contain names in the new form while the outputs still have the old one, so whatever is below a name of the old
    form is then marked as a secret.
    """
    if olds:
        return to_engine(inputs, olds)
    raw = to_engine(inputs, asked)
    return {key: _hidden_below(item) for key, item in raw.items()} if has_hidden_keys(asked) else raw


def _hidden_below(value: Any) -> Any:
    if not isinstance(value, dict) or is_secret(value):
        return value
    return {
        key: secret(item) if key.startswith(HIDDEN) and not is_secret(item) else _hidden_below(item)
        for key, item in value.items()
    }


def _raw(value: Any) -> Any:
    if isinstance(value, Secret):
        return secret(str(value))
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: _raw(item) for key, item in value.items() if not (key == "unites" and item is None)}
    if isinstance(value, (list, tuple)):
        return [_raw(item) for item in value]
    return UNKNOWN_TO_ENGINE if value is UNKNOWN else value


def came_from_native(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Return whether state has the resource from the native plugin, but the program has it as a dynamic one.

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
