"""The number of tries of a call, and the waits between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .failures import Again, Failed

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")

LONGEST = 10.0
"""Seconds between two tries at most, unless the server asks for more."""
DEADLINE = 3.0
"""All tries of a call together, with the waits between them, end after this many times the request's timeout."""


@dataclass(frozen=True)
class Patience:
    """Exponential waits with full jitter: before the n-th repeat any time up to ``first_wait * 2 ** (n - 1)``.

    The wait that the server asks for by Retry-After is respected if the deadline allows it. If it doesn't, the call
    fails at once, because the server asked not to be sent an earlier try.
    """

    max_retries: int
    timeout: float
    first_wait: float
    sleep: Callable[[float], None] = time.sleep

    @property
    def deadline(self) -> float:
        """Seconds for all tries of a call together."""
        return DEADLINE * self.timeout

    @property
    def longest(self) -> float:
        """Seconds for which a call waits for answers at most, in all its tries."""
        return min(self.max_retries + 1, DEADLINE) * self.timeout

    def call(self, attempt: Callable[[], T | Failed], *, only_if_certain: bool) -> tuple[T | Failed, int]:
        """Return the outcome of the last try, and the number of tries."""
        began = time.monotonic()
        first = attempt()
        if not self._may_repeat(first, 1, only_if_certain=only_if_certain):
            return first, 1
        return self._repeat(first, began, attempt, only_if_certain=only_if_certain)

    def _may_repeat(self, outcome: object, tries: int, *, only_if_certain: bool) -> bool:
        if not isinstance(outcome, Failed) or (only_if_certain and outcome.may_have_been_written):
            return False
        most = {Again.NEVER: 0, Again.ONCE: 1, Again.OFTEN: self.max_retries}[outcome.again]
        return tries <= min(most, self.max_retries)

    def _repeat(
        self, first: T | Failed, began: float, attempt: Callable[[], T | Failed], *, only_if_certain: bool
    ) -> tuple[T | Failed, int]:
        from tenacity import Retrying, stop_before_delay, wait_random_exponential  # most runs repeat nothing

        tries = 0

        def counted() -> T | Failed:
            nonlocal tries
            tries += 1
            return first if tries == 1 else attempt()

        def again(state: RetryCallState) -> bool:
            return self._may_repeat(_outcome(state), state.attempt_number, only_if_certain=only_if_certain)

        jitter = wait_random_exponential(multiplier=self.first_wait, max=LONGEST)

        def wait(state: RetryCallState) -> float:
            outcome = _outcome(state)
            return max(jitter(state), (outcome.retry_after if isinstance(outcome, Failed) else None) or 0.0)

        retrying = Retrying(
            sleep=self.sleep,
            stop=stop_before_delay(self.deadline - (time.monotonic() - began)),
            wait=wait,
            retry=again,
            retry_error_callback=_outcome,
        )
        return retrying(counted), tries


def _outcome(state: RetryCallState) -> object:
    """Return the outcome of the last try; None if it raised something else."""
    return None if state.outcome is None or state.outcome.failed else state.outcome.result()
