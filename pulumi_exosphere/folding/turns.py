"""Our resources take turns, so that the engine always has a place for the rest of the program.

The engine registers as many resources at once as `pulumi up --parallel` says, and one of ours may wait a minute for
nodes. If ours took every place, the resource of the same program that starts the runtime would never get one.
"""

from __future__ import annotations

import asyncio
import copy
from contextlib import suppress
from functools import partial
from typing import Any

import pulumi

from pulumi_exosphere.folding import introspection as private

from .outputs import Later
from .program import current_program


def in_turn(resource: pulumi.Resource, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options with which a resource is registered when it is its turn; there is one turn fewer than places.

    It can't deadlock. Pulumi awaits ``replacement_trigger`` last, after all inputs and all other options, so whoever
    takes a turn waits for nothing in the program any more: its request is sent. The turn ends when the engine answers,
    or the registration fails in any other way. Only what the engine asks of the program before it answers, for a
    transform or a hook of Pulumi's, could wait for another turn; a program with such callbacks has no turns.

    In a preview nothing waits, so there are no turns either.
    """
    turns = current_program().only(_Turns)
    if turns.free is None or pulumi.runtime.is_dry_run():
        return opts
    held = copy.copy(opts)
    held.replacement_trigger = Later(partial(turns.take, turns.free, resource, opts.replacement_trigger))
    return held


class _Turns:
    """The turns of one run of a program."""

    def __init__(self) -> None:
        places = private.parallelism() or 1
        self.free = asyncio.Semaphore(places - 1) if places > 1 else None
        """None where there is one place only, or where that isn't known."""
        self._taken: set[asyncio.Task[None]] = set()

    async def take(self, free: asyncio.Semaphore, resource: pulumi.Resource, trigger: Any) -> Any:
        """Return the user's ``replacement_trigger`` when it is the resource's turn."""
        if trigger is not None:
            trigger = pulumi.Output.from_input(trigger)
            await trigger.future()
        if not private.is_called_back():
            await free.acquire()
            taken = asyncio.ensure_future(_give_back(free, resource))
            self._taken.add(taken)
            taken.add_done_callback(self._taken.discard)
        return trigger


async def _give_back(free: asyncio.Semaphore, resource: pulumi.Resource) -> None:
    try:
        with suppress(Exception):  # The registration raises it.
            await resource.urn.future()
    finally:
        free.release()
