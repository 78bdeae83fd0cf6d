"""Waiting: for a verdict, for a registration. Every wait has a deadline and ends at once when the run is cancelled."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from pulumi_exosphere.errors import ExosphereError

if TYPE_CHECKING:
    from collections.abc import Iterator

cancelled = threading.Event()
"""Set when the engine asks the hooks to stop; every wait looks at it."""

FIRST_LOOK = 0.04
"""Seconds until the first look at a verdict, before any was seen: a small graph takes 15 to 40 ms."""
FACTOR = 1.6
LONGEST = 2.0
"""Seconds between two looks at the most."""
SHORTEST = 0.001


class _Pace:
    """How soon verdicts come, learnt from those of this run."""

    def __init__(self) -> None:
        self.first_look = FIRST_LOOK

    def learn(self, looks: int, elapsed: float) -> None:
        """A verdict was there at the first look: the next look may come sooner; later: it should come then."""
        target = elapsed * 0.5 if looks == 1 else elapsed
        self.first_look = min(max(target, SHORTEST), FIRST_LOOK)


_pace = _Pace()


class Cancelled(ExosphereError):
    """The run was cancelled while a hook waited."""

    __module__ = "pulumi_exosphere"


def pause(seconds: float) -> None:
    """Wait.

    Raises Cancelled when the engine asks the hooks to stop.
    """
    if cancelled.wait(seconds):
        raise Cancelled(
            "the run was cancelled while it waited; run `pulumi up` again to go on from what the state manager has"
        )


def looks(timeout: float, *, first: float = 0.0, learn: bool = False) -> Iterator[int]:
    """Yield once for each look that is due, until ``timeout`` seconds have passed; the last look is at the deadline.

    ``first`` is how many seconds pass before the first look at least.

    With ``learn``, the time until the caller stops looking decides how soon later waits take their first look.
    """
    began = time.monotonic()
    step = max(first, _pace.first_look) if learn or first else FIRST_LOOK
    count = 0
    try:
        while True:
            left = began + timeout - time.monotonic()
            if left <= 0 and count:
                return
            pause(max(min(step, left), 0.0))
            count += 1
            yield count
            step = min(max(step, SHORTEST) * FACTOR, LONGEST)
    finally:
        if learn and count:
            _pace.learn(count, time.monotonic() - began)
