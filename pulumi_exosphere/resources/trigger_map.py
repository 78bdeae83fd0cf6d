"""The map of a graph's triggers, keyed by expression, from everybody who gave one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_exosphere.resources.brief import InvalidDeclaration
from pulumi_exosphere.resources.public import refuse_secret
from pulumi_exosphere.spec.keys import free_key
from pulumi_exosphere.spec.unknown import is_unknown_expression, unknown_expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


async def trigger_map(
    label: str, inline: Sequence[Any] | None, attached: Iterable[tuple[str, Any]]
) -> tuple[dict[str, Any] | None, list[pulumi.Resource]]:
    """The map, and the resources that its expressions come from.

    Args:
        label: The graph, for messages.
        inline: The expressions that the graph's own argument gives; None if it isn't given.
        attached: The other owners with an expression each.

    Returns:
        None for the map if nobody gave a trigger.

    Raises:
        InvalidGraph: An expression is a secret, no string, or given twice.
    """
    itself = f"the argument `triggers` of {label}"
    given = [(itself, expression) for expression in inline or ()] + list(attached)
    if inline is None and not given:
        return None, []
    triggers: dict[str, Any] = {}
    owners: dict[str, str] = {}
    sources: list[pulumi.Resource] = []
    for owner, expression in given:
        key = expression
        if isinstance(expression, pulumi.Output):
            key = await _known(expression, owner, triggers)
            sources += await expression.resources()
        # Twice in the argument is for check to report, with every other fault of the graph.
        if owner != owners.setdefault(key, owner) or (key in triggers and owner != itself):
            raise InvalidDeclaration(
                f"{owner} and {owners[key]} both give {label} the schedule {key!r}. Remove one of them: equal "
                "expressions count once"
            )
        triggers[free_key(key, triggers)] = {"type": "CRON"}
    return triggers, sources


async def _known(expression: pulumi.Output[Any], owner: str, taken: Mapping[str, Any]) -> str:
    await refuse_secret(expression, f"The expression of {owner}", "a key")
    if not await expression.is_known():
        return unknown_expression(1 + sum(map(is_unknown_expression, taken)))
    known = await expression.future()
    if not isinstance(known, str):
        raise InvalidDeclaration(f"The expression of {owner} has to be a string, not of type {type(known).__name__}")
    return known
