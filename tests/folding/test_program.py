"""Work in the background of the registration of resources."""

from __future__ import annotations

import asyncio
from collections import deque

from pulumi_exosphere.folding.program import Background


def worker(done: list[int], more: dict[int, int] | None = None) -> Background[int]:
    """Return a worker that notes the items it has done; some items add more."""

    async def work(items: deque[int]) -> None:
        while items:
            item = items.popleft()
            await asyncio.sleep(0)
            done.append(item)
            if more and item in more:
                background.add(more[item])

    background = Background(work)
    return background


async def turn(times: int = 20) -> None:
    """Let the event loop turn."""
    for _ in range(times):
        await asyncio.sleep(0)


def test_everything_in_order_once() -> None:
    """Items that arrive during the work are handled, and so are those that arrive after it has ended."""
    done: list[int] = []

    async def program() -> None:
        background = worker(done, more={2: 3})
        background.add(1)
        background.add(2)
        await turn()
        assert done == [1, 2, 3]
        background.add(4)
        await turn()

    asyncio.run(program())
    assert done == [1, 2, 3, 4]


def test_an_event_loop_that_ended_early() -> None:
    """The work of the next event loop is done anyway."""
    done: list[int] = []
    background = worker(done)

    async def leave() -> None:
        background.add(1)

    async def stay() -> None:
        background.add(2)
        await turn()

    asyncio.run(leave())
    asyncio.run(stay())
    assert done == [2]
