"""Live graphs of the same name in other namespaces, whose schedules an update would take away.

The state manager keeps schedules by the graph's name and the expression, not by namespace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pulumi_exosphere.template.messages import listed

from .listings import Survey
from .warnings import Facts, Warnings


async def live_namesakes(survey: Survey, facts: Facts, declared: Collection[str]) -> Warnings:
    """Look for them; not in the namespaces in which the program has ``declared`` one, which are reported anyway."""
    if not facts.expressions:
        return Warnings()
    skipped = {facts.inputs["namespace"], *declared}
    others = {*await survey.other_namespaces(facts.connection, skipped), *(facts.node_namespaces - skipped)}
    namespaces = sorted(others)
    listings = await asyncio.gather(*(survey.graphs(facts.connection, namespace) for namespace in namespaces))
    name = facts.inputs["name"]
    found = {namespace: graphs.get(name) for namespace, graphs in zip(namespaces, listings, strict=True)}
    return Warnings(list(filter(None, (_warning(facts, *one) for one in found.items()))))


def _warning(facts: Facts, namespace: str, document: Mapping[str, Any] | None) -> str | None:
    live = {trigger["value"]["expression"] for trigger in _schedules(document)}
    if not (shared := sorted(facts.expressions & live)):
        return None
    there = f"of the live graph in namespace '{namespace}', which would lose it"
    return (
        f"{facts.graph} has the name and the schedule ({listed(shared)}) {there}: the state manager keeps schedules by "
        "name. Give this graph another name, or leave its schedules out: `pulumi config set exosphere:schedules off`"
    )


def _schedules(document: Mapping[str, Any] | None) -> Iterable[Mapping[str, Any]]:
    triggers = (document or {}).get("triggers") or ()
    return (trigger for trigger in triggers if "expression" in (trigger.get("value") or {}))
