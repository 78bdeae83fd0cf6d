"""All problems of a graph, before it is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pulumi_exosphere.template import structure

from .document import RETIRED
from .messages import OUTPUT_AS_TEXT, Fault, kind, null_in_key, output_as_text, unusable_name
from .references import STORE
from .sections import UNITES_STRATEGIES, UNKNOWN
from .structure import rule_groups, secret_names
from .validate_sections import retry_policy, store_config, triggers
from .walk import Node


def node_views(nodes: Mapping[str, Any], faults: list[Fault]) -> tuple[dict[str, Node], list[Fault]]:
    """The nodes as the rules of `structure` see them, and the problems of those whose identifier another node has.

    Problems of shape are added to ``faults``; a value with one counts as unknown, so that nothing follows from it.
    """
    views: dict[str, Node] = {}
    duplicates = []
    for identifier, node in nodes.items():
        path = f"nodes.{identifier}"
        bare = identifier.strip()
        if bare != identifier and bare in nodes:
            duplicates.append(structure.duplicate(f"nodes.{bare}", bare))
            continue
        faults += _identifier(path, identifier)
        if not isinstance(node, dict):
            if node is not UNKNOWN:
                faults.append(Fault(path, f"is {kind(node)}; write a node's fields", "shape"))
            views[identifier] = Node((), None, {}, whole=False)
            continue
        faults += _names(path, node)
        following, all_following = _next_nodes(f"{path}.next_nodes", node["next_nodes"], faults)
        target, target_known = _unites(f"{path}.unites", node["unites"], faults)
        inputs = _inputs(f"{path}.inputs", node["inputs"], faults)
        views[identifier] = Node(following, target, inputs, all_following and target_known, not target_known)
    return views, duplicates


def _identifier(path: str, identifier: str) -> Iterator[Fault]:
    if not identifier:
        yield Fault(path, "a node's identifier is empty; give it one", "shape")
    elif identifier == STORE:
        yield Fault(path, f"'{STORE}' means the store in placeholders; give the node another identifier", "shape")
    elif identifier == RETIRED:
        yield Fault(path, f"'{RETIRED}' marks retired graphs; choose another identifier", "reserved")


def _names(path: str, node: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("node_name", "namespace"):
        value = node[key]
        if value is UNKNOWN:
            continue
        if value is None:
            yield Fault(f"{path}.{key}", "is missing; write a string", "shape")
        elif not isinstance(value, str):
            yield Fault(f"{path}.{key}", f"is {kind(value)}; write a string", "shape")
        elif not value and key == "node_name":
            yield Fault(f"{path}.{key}", "is empty; write the name under which its runtime registers the node", "shape")
        elif value == RETIRED:
            yield Fault(f"{path}.{key}", f"'{RETIRED}' marks retired graphs; choose another", "reserved")
        elif key == "namespace":
            yield from unusable_name(f"{path}.{key}", value)


def _next_nodes(path: str, names: Any, faults: list[Fault]) -> tuple[list[str], bool]:
    """The identifiers that can be read, and whether these are all."""
    if not isinstance(names, list):
        if names is not UNKNOWN:
            faults.append(Fault(path, f"is {kind(names)}; write a list of identifiers", "shape"))
        return [], False
    good = [name for name in names if isinstance(name, str) and name]
    if len(good) == len(names) == len(set(good)):
        return names, True
    for name in names:
        if name == "":
            faults.append(Fault(path, "contains an empty identifier; name a node, or leave it out", "shape"))
        elif not isinstance(name, str) and name is not UNKNOWN:
            faults.append(Fault(path, f"contains {kind(name)}; write a list of identifiers", "shape"))
    counts = Counter(good)
    faults += [Fault(path, f"contains '{name}' twice; name it once", "shape") for name in counts if counts[name] > 1]
    return list(counts), len(good) == len(names)


def _unites(path: str, unites: Any, faults: list[Fault]) -> tuple[str | None, bool]:
    """The target, and whether it is known."""
    if unites is None or unites is UNKNOWN:
        return None, unites is None
    if not isinstance(unites, dict):
        faults.append(Fault(path, f"is {kind(unites)}; write identifier and strategy", "shape"))
        return None, False
    strategy, target = unites["strategy"], unites["identifier"]
    if strategy is not UNKNOWN and strategy not in UNITES_STRATEGIES:
        faults.append(Fault(f"{path}.strategy", f"isn't one of {', '.join(UNITES_STRATEGIES)}; write one", "shape"))
    if isinstance(target, str) and target:
        return target, True
    if target is not UNKNOWN:
        what = "missing or empty" if target is None or target == "" else kind(target)
        faults.append(Fault(f"{path}.identifier", f"is {what}; name the node whose branches it unites", "shape"))
    return None, False


def _inputs(path: str, inputs: Any, faults: list[Fault]) -> dict[str, Any]:
    if isinstance(inputs, dict):
        faults += [null_in_key(f"{path}.{field}") for field in inputs if "\0" in field]
        return inputs
    if inputs is not UNKNOWN:
        faults.append(Fault(path, f"is {kind(inputs)}; write a map of fields to strings", "shape"))
    return {}


SECTION_RULES = {"retry_policy": retry_policy, "store_config": store_config, "triggers": triggers}

FOLLOWING = {
    "unknown_next_node",
    "unites_unknown",
    "root_count",
    "unites_unreached",
    "not_connected",
    "reference_not_a_parent",
}
"""The rules that a graph may break only because some of its nodes aren't known."""


def judge(inputs: Mapping[str, Any], *, complete: bool = True) -> list[Fault]:
    """All problems of normalised Inputs: whatever the state manager would reject, or accept although it must fail.

    Only unknown values, and problems that follow from another one, are left out. ``complete``: whether the graph has
    no other nodes.
    """
    faults: list[Fault] = []
    inputs = without_outputs_as_text(inputs, "", faults)
    faults += _faults(inputs)
    return faults if complete else [fault for fault in faults if fault.rule not in FOLLOWING]


def judge_section(section: str, value: Any) -> list[Fault]:
    """All problems of one normalised section, as `judge` has them."""
    faults: list[Fault] = []
    known = without_outputs_as_text(value, section, faults)
    return [*faults, *SECTION_RULES[section](known)]


def without_outputs_as_text(value: Any, path: str, faults: list[Fault]) -> Any:
    """The value with each string that contains `OUTPUT_AS_TEXT` unknown, and a problem for each of them."""
    if isinstance(value, str):
        if OUTPUT_AS_TEXT not in value:
            return value
        faults.append(output_as_text(path))
        return UNKNOWN
    if isinstance(value, dict):
        kept: dict[str, Any] = {}
        for key, item in value.items():
            if isinstance(key, str) and OUTPUT_AS_TEXT in key:
                faults.append(output_as_text(path))
            else:
                kept[key] = without_outputs_as_text(item, f"{path}.{key}" if path else key, faults)
        return kept
    if isinstance(value, list):
        return [without_outputs_as_text(item, path, faults) for item in value]
    return value


def _faults(inputs: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("name", "namespace"):
        yield from _name(key, inputs.get(key))
    yield from _nodes(inputs)
    yield from _secrets(inputs["secrets"])
    for section, rule in SECTION_RULES.items():
        if section in inputs:
            yield from rule(inputs[section])


def _name(key: str, value: Any) -> Iterator[Fault]:
    if value is UNKNOWN:
        return
    if not isinstance(value, str):
        yield Fault(key, f"is {kind(value)}; write a string", "shape")
    elif value == RETIRED:
        yield Fault(key, f"'{RETIRED}' marks retired graphs; choose another", "reserved")
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
    """The store keys that placeholders may name; None if some aren't known."""
    if store is None:
        return ()
    if not isinstance(store, dict):
        return None
    required, defaults = store["required_keys"], store["default_values"]
    if not isinstance(required, list) or not isinstance(defaults, dict) or UNKNOWN in required:
        return None
    return {key for key in [*required, *defaults] if isinstance(key, str)}
