"""Waiting: for a validation, for a registration. Every wait has a deadline, and ends when the run is cancelled."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pulumi_exosphere.errors import ExosphereError


class Cancellation(threading.Event):
    """Set when the engine asks the hooks to stop; every wait looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.grace = 30.0
        """Seconds for which what was sent is still seen through (`seeing_through`)."""
        self._at = 0.0

    def set(self) -> None:
        """Ask the hooks to stop."""
        if not self.is_set():
            self._at = time.monotonic()
        super().set()

    @property
    def left(self) -> float:
        """Seconds that are left to see through what was sent, once it is set."""
        return self._at + self.grace - time.monotonic()


cancelled = Cancellation()
_seeing_through: ContextVar[bool] = ContextVar("seeing_through", default=False)

UNKNOWN_PACE = 0.016
"""Seconds until the first look before any validation was seen: a small graph takes 15 to 40 ms, and with `FACTOR` the
second look comes after 48 ms, the fourth after 240 ms."""
FIRST_LOOK = 0.5
"""Seconds until the first look, at most: one big graph doesn't hold up the small ones that come after it."""
FACTOR = 2.0
"""The factor by which each wait is longer than the previous one."""
LONGEST = 2.0
"""Seconds between two looks, at most."""
SHORTEST = 0.001
"""Seconds from which waits grow."""
RECENT = 5
"""Validations from which the next is estimated."""
TICK = 0.1
"""Seconds between two looks at whether the run was cancelled, while a lock is waited for."""


class Pace:
    """When to look, learnt from how long a state manager took, by its own clock, for the last validations.

    An early look costs one more, which comes after the result; a late one makes the run wait for nothing. So of the
    graphs that a run sends first, all at once, one is looked at often, and the others wait for what that one shows.
    """

    def __init__(self) -> None:
        self._took: deque[float] = deque(maxlen=RECENT)
        self._known = threading.Event()
        self._scout = threading.Lock()

    def learn(self, took: float) -> None:
        """A validation took so many seconds."""
        self._took.append(max(took, 0.0))  # a clock may be set back
        self._known.set()

    def looks(self, timeout: float) -> Generator[int]:
        """Yield as the function `looks` does, first when the graph that was put just now may be validated."""
        began = time.monotonic()
        scouting = not self._known.is_set() and self._scout.acquire(blocking=False)
        try:
            if not scouting:
                self._wait_for_scout(min(timeout, FIRST_LOOK))
            passed = time.monotonic() - began
            first = max(self.first_look - passed, 0.0)
            looked = passed + first
            # A result that is late by what is known isn't far, unless it is the first look that was early.
            then = None if scouting else max(looked / FACTOR, self._expected - looked)
            yield from looks(timeout - passed, first, then)
        finally:
            if scouting:
                self._scout.release()

    def _wait_for_scout(self, at_most: float) -> None:
        until = time.monotonic() + at_most
        while (left := until - time.monotonic()) > 0 and not self._known.wait(min(left, TICK)):
            stop_if_cancelled()

    @property
    def first_look(self) -> float:
        """Seconds from a PUT's answer to the first look."""
        return min(self._expected, FIRST_LOOK)

    @property
    def _expected(self) -> float:
        """Seconds in which a graph is validated, it seems: a tenth more than the longest of the last validations."""
        took = list(self._took)
        return 1.1 * max(took) + SHORTEST if took else UNKNOWN_PACE


class Cancelled(ExosphereError):
    """The run was cancelled while a hook waited."""

    __module__ = "pulumi_exosphere"


@contextmanager
def seeing_through() -> Iterator[None]:
    """Let waits go on in a cancelled run, for `Cancellation.grace` seconds: an upsert was sent and may need undoing.

    The engine waits for hooks that are at work. A graph that is left to its validation would be INVALID where that
    fails, and Pulumi's state wouldn't know.
    """
    token = _seeing_through.set(True)
    try:
        yield
    finally:
        _seeing_through.reset(token)


REPAIR = (
    "run `pulumi up --refresh`, which shows what is live and corrects it (if this run was creating the graph and the "
    "program has changed since: with adopt=True)"
)
"""For an error after which Pulumi's state may not have what is live."""


def pause(seconds: float) -> None:
    """Wait.

    Raises Cancelled when the engine asks the hooks to stop, at once or, within `seeing_through`, when its time is over.
    """
    until = time.monotonic() + seconds
    if not cancelled.wait(seconds):
        return
    if not _seeing_through.get():
        raise Cancelled("the run was cancelled while it waited; run `pulumi up` again to continue from what is live")
    rest, left = until - time.monotonic(), cancelled.left
    time.sleep(max(min(rest, left), 0.0))
    if rest > left or left <= 0:
        raise Cancelled(
            f"the run was cancelled, and what it had sent was still not validated {cancelled.grace:g} s later; {REPAIR}"
        )


def stop_if_cancelled() -> None:
    """Raise Cancelled if the run was cancelled.

    Raises Cancelled.
    """
    pause(0.0)


@contextmanager
def holding(lock: threading.Lock | threading.RLock) -> Iterator[None]:
    """Hold a lock.

    Raises Cancelled when the engine asks the hooks to stop during the wait, no matter which hook holds it.
    """
    waited = not lock.acquire(blocking=False)
    while waited and not lock.acquire(timeout=TICK):
        stop_if_cancelled()
    try:
        if waited:
            stop_if_cancelled()
        yield
    finally:
        lock.release()


def looks(timeout: float, first: float = FIRST_LOOK, then: float | None = None) -> Generator[int]:
    """Yield once for each look that is due, until ``timeout`` seconds have passed; the last look is at the deadline.

    ``first`` is how many seconds pass before the first look, ``then`` before the second; from there the waits grow.
    """
    began = time.monotonic()
    step = first
    count = 0
    while True:
        left = began + timeout - time.monotonic()
        if left <= 0 and count:
            return
        pause(max(min(step, left), 0.0))
        count += 1
        yield count
        step = then if count == 1 and then is not None else step * FACTOR
        step = min(max(step, SHORTEST), LONGEST)
