"""Schedules in words, with the next times at which they come true."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pulumi_exosphere.review.words import Words, code, prose
from pulumi_exosphere.spec import cron

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

SHOWN = 3
"""How many times are shown."""


@dataclass(frozen=True)
class Clock:
    """When it is, and in which zone the state manager is taken to be."""

    now: datetime
    """With a zone."""
    zone: ZoneInfo
    told: bool = True
    """Whether the zone was given, or is a guess that has to be said."""

    def next_times(self, expression: str) -> list[str]:
        """The next times of a valid expression, if any, as ``Mon 5 Jan 09:00``; with the year if it isn't this."""
        # The state manager counts in its local time without a zone, so over a change of the clocks too.
        local = self.now.astimezone(self.zone).replace(tzinfo=None)
        return [_written(time, local.year) for time in cron.next_times(expression, local, SHOWN)]


@lru_cache(maxsize=1024)
def schedule_words(expression: str, clock: Clock) -> Words:
    """The expression, what it means, and when that is next."""
    words: Words = (code(expression),)
    if not cron.is_valid(expression):
        return (*words, ": no schedule that the state manager takes")
    meaning = cron.in_words(expression)
    if meaning != expression:
        words += (": ", *prose(meaning))
    times = clock.next_times(expression)
    return (*words, f"; next {', '.join(times)}" if times else "; never comes true")


def _written(time: datetime, this_year: int) -> str:
    year = "" if time.year == this_year else " %Y"
    return f"{time:%a} {time.day} " + time.strftime(f"%b{year} %H:%M{':%S' if time.second else ''}")
