"""Likely mistakes that the state manager accepts, each with its path and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_exosphere.template import cron, structure

from .messages import Fault, listed
from .references import OPENING
from .sections import UNKNOWN, is_unknown_expression
from .validate import node_views
from .walk import TOO_DEEP, Node, walk

DEEP = 950
"""The state manager may reject a chain of this many nodes; its limit depends on its own stack."""


def advice(inputs: Mapping[str, Any]) -> list[Fault]:
    """Warnings about normalised Inputs that have no problems; anything unknown is left out."""
    nodes = inputs["nodes"]
    found: list[Fault] = []
    if isinstance(nodes, dict):
        found += [*_other_namespaces(nodes, inputs.get("namespace")), *_lost_braces(nodes), *_graph(nodes)]
    return [*found, *_schedules(inputs.get("triggers"), inputs.get("store_config"))]


def _other_namespaces(nodes: Mapping[str, Any], namespace: Any) -> Iterator[Fault]:
    if not isinstance(namespace, str):
        return
    for identifier, node in nodes.items():
        if isinstance(node, dict) and isinstance(node["namespace"], str) and node["namespace"] != namespace:
            message = (
                f"is '{node['namespace']}', but the graph is in '{namespace}': the graph deploys, and this node never "
                f"runs. Register the node in '{namespace}' and leave `namespace` out"
            )
            yield Fault(f"nodes.{identifier}.namespace", message, "other_namespace")


_PLACEHOLDER = re.compile(r"\$\{\{[^}]*\}\}")
_LOST_BRACES = re.compile(r"[${]\s*([^\s${}.]+)\s*\.\s*outputs\s*\.")


def _lost_braces(nodes: Mapping[str, Any]) -> Iterator[Fault]:
    for identifier, node in nodes.items():
        inputs = node["inputs"] if isinstance(node, dict) else None
        for field, value in inputs.items() if isinstance(inputs, dict) else ():
            if not isinstance(value, str) or ".outputs" not in value.replace(" ", ""):
                continue
            for name in dict.fromkeys(_LOST_BRACES.findall(_PLACEHOLDER.sub("", value))):
                if name in nodes:
                    message = (
                        f"refers to an output of '{name}' without '{OPENING} }}}}', so it is passed on as plain text; "
                        f"write {OPENING} {name}.outputs.FIELD }}}} (in an f-string: ${{{{{{{{ ... }}}}}}}})"
                    )
                    yield Fault(f"nodes.{identifier}.inputs.{field}", message, "lost_braces")


def _graph(nodes: Mapping[str, Any]) -> Iterator[Fault]:
    if len(nodes) < DEEP and not any(isinstance(node, dict) and node["unites"] for node in nodes.values()):
        return
    views, _ = node_views(nodes, [])
    known = views.keys()
    if not all(node.whole and known >= set(node.next_nodes) for node in views.values()):
        return
    yield from _deep(views)
    ends: dict[str, list[str]] = {}
    for identifier, node in views.items():
        if node.unites is None or node.unites not in known:
            continue
        if node.unites not in ends:
            ends[node.unites] = _ends(node.unites, views)
        yield from _branches_that_end(identifier, node.unites, ends[node.unites])


def _deep(views: Mapping[str, Node]) -> Iterator[Fault]:
    roots = structure.root_nodes(views)
    if len(views) < DEEP or len(roots) != 1:
        return
    depth = walk(views, roots[0], parents=False).depth
    if DEEP <= depth < TOO_DEEP:
        message = (
            f"the longest path through the graph has {depth} nodes, and the state manager's limit is about 960; split "
            "the graph, or run nodes side by side"
        )
        yield Fault("nodes", message, "deep")


def _ends(target: str, views: Mapping[str, Node]) -> list[str]:
    """The nodes at which the branches of ``target`` end without leading to a uniting node."""
    ends, seen, ahead = [], {target}, [target]
    while ahead:
        identifier = ahead.pop()
        following = views[identifier].next_nodes
        if not following:
            ends.append(identifier)
        for name in following:
            # A uniting node, and what follows it, isn't part of a branch.
            if name not in seen and views[name].unites is None:
                seen.add(name)
                ahead.append(name)
    return sorted(ends)


def _branches_that_end(uniting: str, target: str, ends: list[str]) -> Iterator[Fault]:
    """The state manager looks at a uniting node only when a node that names it ends."""
    if ends and ends != [target]:
        verb = "doesn't" if len(ends) == 1 else "don't"
        message = (
            f"'{uniting}' waits for all branches of '{target}', but {listed(ends)} {verb} lead to it: if that "
            f"ends last, '{uniting}' never runs. Add '{uniting}' to the next_nodes at the end of each branch"
        )
        yield Fault(f"nodes.{uniting}.unites", message, "branch_not_united")


def _schedules(triggers: Any, store: Any) -> Iterator[Fault]:
    if not isinstance(triggers, dict):
        return
    known = [key for key, trigger in triggers.items() if trigger is not UNKNOWN and not is_unknown_expression(key)]
    for expression in known:
        for dispute in cron.disputes(expression):
            message = f"the state manager's version of croniter decides when this fires: {dispute.message}"
            yield Fault(f"triggers.{expression}", message, "disputed_schedule")
    keys_required = isinstance(store, dict) and store["required_keys"] not in ([], UNKNOWN)
    seconds = any(len(expression.split()) > 5 for expression in known)
    if len(known) < (1 if keys_required or seconds else 2):
        return  # Nothing is left to judge, and croniter loads slowly.
    expressions = [key for key in known if cron.is_acceptable(key)]
    if expressions and keys_required:
        message = (
            "a scheduled run starts with an empty store, so every one fails if there are required_keys; give these "
            "keys in default_values only, or start runs by other means"
        )
        yield Fault("triggers", message, "required_keys_scheduled")
    first: dict[object, str] = {}
    for expression in expressions:
        path = f"triggers.{expression}"
        runs = cron.runs_in_a_minute(expression)
        if runs > 1:
            message = (
                f"starts {runs} runs in each minute in which it fires, since the sixth field is the second; write five "
                "fields, or 0 as the sixth"
            )
            yield Fault(path, message, "many_runs_a_minute")
        other = first.setdefault(cron.canonical(expression), expression)
        if other != expression:
            message = f"is the same schedule as '{other}', so each time starts two runs; keep one of them"
            yield Fault(path, message, "same_schedule")
