"""Work beside the registration of resources, which the program waits for before it ends."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

import pulumi

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class Background(Generic[T]):
    """One output that works off what is added, however much that is: Pulumi looks at each output again and again.

    Args:
        work: Called with what there is to do, and empties it; more may come meanwhile. What it raises ends the program.
    """

    def __init__(self, work: Callable[[deque[T]], Awaitable[None]]) -> None:
        self._work = work
        self._items: deque[T] = deque()
        self._running: pulumi.Output[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def add(self, item: T) -> None:
        """Have it done, as soon as the event loop turns."""
        known: asyncio.Future[bool] = asyncio.Future()
        known.set_result(True)
        if self._running is None or self._loop is not known.get_loop():
            # Under Pulumi's mocks many event loops follow each other: what one has left behind is lost with it.
            self._loop, self._items = known.get_loop(), deque()
            self._running = pulumi.Output(set(), self._run(self._items), known)
        self._items.append(item)

    async def _run(self, items: deque[T]) -> None:
        try:
            while items:
                await self._work(items)
        finally:
            if self._items is items:
                self._running = None
