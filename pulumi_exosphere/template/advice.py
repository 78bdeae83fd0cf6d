"""What the state manager takes, and what is still likely to be a mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_exosphere.template import cron, structure

from .messages import Fault
from .sections import UNKNOWN
from .validate import node_views
from .walk import TOO_DEEP, walk

DEEP = 950
"""From so many nodes in a chain on the state manager may refuse it; how many it takes hangs on its own stack."""


def advice(inputs: Mapping[str, Any]) -> list[Fault]:
    """Warnings about normalised Inputs that have no faults, as far as the Inputs alone tell."""
    return [*_deep(inputs["nodes"]), *_schedules(inputs.get("triggers"), inputs.get("store_config"))]


def _deep(nodes: Any) -> Iterator[Fault]:
    if not isinstance(nodes, dict) or len(nodes) < DEEP:
        return
    views, _ = node_views(nodes, [])
    roots = structure.root_nodes(views)
    known = views.keys()
    if len(roots) != 1 or not all(node.whole and known >= set(node.next_nodes) for node in views.values()):
        return
    depth = walk(views, roots[0], parents=False).depth
    if DEEP <= depth < TOO_DEEP:
        message = (
            f"the longest way through the graph has {depth} nodes, and from about 960 on some are refused; "
            "split the graph, or let nodes follow side by side"
        )
        yield Fault("nodes", message, "deep")


def _schedules(triggers: Any, store: Any) -> Iterator[Fault]:
    if not isinstance(triggers, dict):
        return
    known = [key for key, trigger in triggers.items() if trigger is not UNKNOWN]
    keys_required = isinstance(store, dict) and store["required_keys"] not in ([], UNKNOWN)
    if len(known) < (1 if keys_required else 2):
        return  # Nothing to look at, so that croniter, which loads slowly, isn't.
    expressions = [key for key in known if cron.is_valid(key)]
    if expressions and keys_required:
        message = (
            "a scheduled run starts with an empty store, so with required_keys every one fails; make them "
            "default_values alone, or start runs by other means"
        )
        yield Fault("triggers", message, "required_keys_scheduled")
    first: dict[object, str] = {}
    for expression in expressions:
        other = first.setdefault(cron.canonical(expression), expression)
        if other != expression:
            message = f"is the same schedule as '{other}', so each time starts two runs; keep one of them"
            yield Fault(f"triggers.{expression}", message, "same_schedule")
