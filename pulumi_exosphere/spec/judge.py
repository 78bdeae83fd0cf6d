"""Everything that is wrong with a graph before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere.spec.document import RETIRED
from pulumi_exosphere.spec.fault import Fault, null_in_key, unusable_name
from pulumi_exosphere.spec.judge_nodes import node_views
from pulumi_exosphere.spec.judge_sections import retry_policy, store_config, triggers
from pulumi_exosphere.spec.rules import rule_groups, secret_names
from pulumi_exosphere.spec.unknown import UNKNOWN
from pulumi_exosphere.spec.wording import kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping


def judge(inputs: Mapping[str, Any]) -> list[Fault]:
    """All faults of normalised Inputs at once: what the state manager would refuse, and what it would accept and fail.

    What is unknown is left out of the judgement, and only that; so is what merely follows from another fault.
    """
    return list(_faults(inputs))


def _faults(inputs: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("name", "namespace"):
        yield from _name(key, inputs.get(key))
    yield from _nodes(inputs)
    yield from _secrets(inputs["secrets"])
    if "retry_policy" in inputs:
        yield from retry_policy(inputs["retry_policy"])
    if "store_config" in inputs:
        yield from store_config(inputs["store_config"])
    if "triggers" in inputs:
        yield from triggers(inputs["triggers"])


def _name(key: str, value: Any) -> Iterator[Fault]:
    if value is UNKNOWN:
        return
    if not isinstance(value, str):
        yield Fault(key, f"is {kind(value)}; write a string", "shape")
    elif value == RETIRED:
        yield Fault(key, f"'{RETIRED}' is how retired graphs are marked; choose another", "reserved")
    else:
        yield from unusable_name(key, value)


def _secrets(secrets: Any) -> Iterator[Fault]:
    if secrets is UNKNOWN:
        return
    if not isinstance(secrets, dict):
        yield Fault("secrets", f"is {kind(secrets)}; write a map of names to strings", "shape")
        return
    yield from secret_names(secrets)
    for name, value in secrets.items():
        if "\0" in name:
            yield null_in_key(f"secrets.{name}")
        if value is not UNKNOWN and not isinstance(value, str):
            yield Fault(f"secrets.{name}", f"is {kind(value)}; write a string", "shape")


def _nodes(inputs: Mapping[str, Any]) -> Iterator[Fault]:
    nodes = inputs["nodes"]
    if nodes is UNKNOWN:
        return
    if not isinstance(nodes, dict):
        yield Fault("nodes", f"is {kind(nodes)}; write a map of identifiers to nodes", "shape")
        return
    faults: list[Fault] = []
    views, duplicates = node_views(nodes, faults)
    yield from faults
    for group in rule_groups(views, duplicates, _declared(inputs.get("store_config"))):
        yield from group


def _declared(store: Any) -> Collection[str] | None:
    """The store keys that placeholders may name; None where some aren't known."""
    if store is None:
        return ()
    if not isinstance(store, dict):
        return None
    required, defaults = store["required_keys"], store["default_values"]
    if not isinstance(required, list) or not isinstance(defaults, dict) or UNKNOWN in required:
        return None
    return {key for key in [*required, *defaults] if isinstance(key, str)}
