"""How often a call is made, and how long is waited in between."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tenacity import RetryCallState, Retrying, stop_before_delay, wait_random_exponential

from .failures import Again, Failed

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LONGEST = 10.0
"""Seconds between two tries at the most, where the server doesn't ask for more."""
DEADLINE = 3.0
"""All tries of a call together, with the waits between them, end after this many times the request's timeout."""


@dataclass(frozen=True)
class Patience:
    """Exponential waits with full jitter: before the n-th repeat any time up to ``first_wait * 2 ** (n - 1)``.

    What the server asks for by Retry-After is waited for, where the deadline allows it; where it doesn't, the call
    fails at once, since an earlier try is what the server asked not to be sent.
    """

    max_retries: int
    timeout: float
    first_wait: float
    sleep: Callable[[float], None] = time.sleep

    @property
    def deadline(self) -> float:
        """Seconds for all tries of a call together."""
        return DEADLINE * self.timeout

    def call(self, attempt: Callable[[], T | Failed], *, only_if_certain: bool) -> tuple[T | Failed, int]:
        """The outcome of the last try, and how many there were."""
        tries = 0

        def counted() -> T | Failed:
            nonlocal tries
            tries += 1
            return attempt()

        def again(state: RetryCallState) -> bool:
            failed = _failed(state)
            if failed is None or (only_if_certain and failed.may_have_been_written):
                return False
            most = {Again.NEVER: 0, Again.ONCE: 1, Again.OFTEN: self.max_retries}[failed.again]
            return state.attempt_number <= min(most, self.max_retries)

        jitter = wait_random_exponential(multiplier=self.first_wait, max=LONGEST)

        def wait(state: RetryCallState) -> float:
            failed = _failed(state)
            return max(jitter(state), (failed.retry_after if failed else None) or 0.0)

        retrying = Retrying(
            sleep=self.sleep,
            stop=stop_before_delay(self.deadline),
            wait=wait,
            retry=again,
            retry_error_callback=_outcome,
        )
        return retrying(counted), tries


def _failed(state: RetryCallState) -> Failed | None:
    """The failure of the last try; None where it succeeded, or raised what isn't ours to judge."""
    if state.outcome is None or state.outcome.failed:
        return None
    result = state.outcome.result()
    return result if isinstance(result, Failed) else None


def _outcome(state: RetryCallState) -> object:
    return None if state.outcome is None else state.outcome.result()
