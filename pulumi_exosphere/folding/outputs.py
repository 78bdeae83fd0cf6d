"""Outputs that become keys or parts of a graph's inputs: waited for, but never forever, and never a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterable, Mapping, Sequence
from typing import Any

import pulumi

from pulumi_exosphere.folding import introspection as private
from pulumi_exosphere.template.normalise import free_key
from pulumi_exosphere.template.sections import is_unknown_expression, unknown_expression
from pulumi_exosphere.template.triggers import in_state, trigger_label

from .registration import InvalidDeclaration


class Later:
    """A property's value that a coroutine computes; can be awaited any number of times, unlike a coroutine.

    Unlike an output, it keeps secrets and unknowns inside its result where they are.

    Args:
        compute: Called each time the value is awaited.
    """

    def __init__(self, compute: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._compute = compute

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait for the value."""
        return self._compute().__await__()


async def refuse_secret(output: pulumi.Output[Any], what: str, becomes: str) -> None:
    """Wait until it is known whether the output is a secret.

    Args:
        output: The output.
        what: Its name, at the beginning of a sentence.
        becomes: Its role in state: a key, or an id.

    Raises:
        InvalidGraph: The output is a secret.
    """
    if await output.is_secret():
        raise InvalidDeclaration(
            f"{what} is a secret, but it becomes {becomes} in Pulumi's state, which can't be hidden. If it isn't "
            "confidential, wrap it in `pulumi.Output.unsecret(...)`"
        )


async def public(output: pulumi.Output[Any], what: str, becomes: str) -> pulumi.Output[Any]:
    """Return the output itself once it is known not to be a secret; see `refuse_secret`."""
    await refuse_secret(output, what, becomes)
    return output


_LONGEST_PAUSE = 0.5
"""The longest pause in seconds between two looks at outputs that take time."""


async def settle(awaited: Mapping[pulumi.Output[Any], str], task: asyncio.Future[Any], label: str) -> None:
    """Wait until every output has a value, is known to be unknown, or has failed.

    Args:
        awaited: By output, where it is.
        task: The task that waits here, for which no output may wait.
        label: The graph that ``task`` completes.

    Raises:
        InvalidGraph: One of them depends on the graph itself, so neither could ever end.
    """
    pending = {data: where for output, where in awaited.items() if (data := private.data_of(output)) is not None}
    pause = 0.0
    while pending:
        await asyncio.wait(pending, timeout=pause)
        pending = {data: where for data, where in pending.items() if not data.done()}
        for data, where in pending.items():
            if task in private.waits_for([data]):
                raise InvalidDeclaration(
                    f"{where}, depends on {label}, and is part of it: both go live together, so it can't wait for the "
                    "graph. Use a value that is known without the graph"
                )
        pause = min(_LONGEST_PAUSE, 2 * pause + 0.01)


def outputs_in(value: Any) -> list[pulumi.Output[Any]]:
    """The outputs in a value, or in its items."""
    if isinstance(value, pulumi.Output):
        return [value]
    if isinstance(value, dict):
        return [output for item in value.values() for output in outputs_in(item)]
    if isinstance(value, (list, tuple)):
        return [output for item in value for output in outputs_in(item)]
    return []


async def resources_of(depends_on: Any) -> list[pulumi.Resource]:
    """The resources in an option ``depends_on``; for a component its children, as the engine does it."""
    if depends_on is None:
        return []
    output = pulumi.Output.from_input(depends_on)
    named = await output.future()
    ahead = [*(named if isinstance(named, (list, tuple)) else [named]), *await output.resources()]
    found: list[pulumi.Resource] = []
    while ahead:
        resource = ahead.pop()
        if isinstance(resource, pulumi.ComponentResource) and not private.is_remote(resource):
            ahead += private.children_of(resource)
        elif isinstance(resource, pulumi.Resource) and resource not in found:
            found.append(resource)
    return found


async def trigger_map(
    label: str, inline: Sequence[Any] | None, attached: Iterable[tuple[str, Any]]
) -> tuple[dict[str, Any] | None, list[pulumi.Resource]]:
    """The map of triggers, and the resources of its expressions.

    Args:
        label: The graph, for messages.
        inline: The expressions of the graph's own argument; None if it isn't given.
        attached: The other owners, each with an expression.

    Returns:
        None for the map if there is no trigger.

    Raises:
        InvalidGraph: An expression is a secret, isn't a string, or is given twice.
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
        # Twice in the argument is for check to report, with all other problems of the graph.
        if owner != owners.setdefault(key, owner) or (key in triggers and owner != itself):
            raise InvalidDeclaration(
                f"{owner} and {owners[key]} both give {label} the {trigger_label(key)}. Remove one of them: equal "
                "expressions count once"
            )
        triggers[free_key(key, triggers)] = in_state()
    return triggers, sources


async def _known(expression: pulumi.Output[Any], owner: str, taken: Mapping[str, Any]) -> str:
    await refuse_secret(expression, f"The expression of {owner}", "a key")
    if not await expression.is_known():
        return unknown_expression(1 + sum(map(is_unknown_expression, taken)))
    known = await expression.future()
    if not isinstance(known, str):
        raise InvalidDeclaration(f"The expression of {owner} must be a string, not of type {type(known).__name__}")
    return known
