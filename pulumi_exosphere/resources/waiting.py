"""Waiting for outputs, and for what they depend on, without waiting for ever."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_exosphere.resources import _pulumi_private as private
from pulumi_exosphere.resources.brief import InvalidDeclaration

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_PAUSE = 0.5
"""Seconds between two looks at outputs that take their time."""


async def settle(awaited: Mapping[pulumi.Output[Any], str], task: asyncio.Future[Any], label: str) -> None:
    """Wait until every output has a value, is known to have none yet, or has failed.

    Args:
        awaited: Where each output stands, by the output.
        task: What waits here, and what the outputs therefore must not wait for.
        label: The graph that ``task`` completes.

    Raises:
        InvalidGraph: One of them depends on the graph itself, so that neither could ever end.
    """
    pending = {data: where for output, where in awaited.items() if (data := private.data_of(output)) is not None}
    pause = 0.0
    while pending:
        await asyncio.wait(pending, timeout=pause)
        pending = {data: where for data, where in pending.items() if not data.done()}
        for data, where in pending.items():
            if task in private.waits_for([data]):
                raise InvalidDeclaration(
                    f"{where}, depends on {label}, and is part of it at the same time: it goes live together with the "
                    "graph, so it can't wait for it. Use a value that is known without the graph"
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
    """The resources that an option ``depends_on`` names; a component by what it holds, as the engine has it."""
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
