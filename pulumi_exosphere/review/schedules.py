"""Schedules in words, with the next times at which they come true."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pulumi_exosphere.review.words import Words, code, prose
from pulumi_exosphere.spec import cron
from pulumi_exosphere.spec.cron_words import in_words

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

    def next_times(self, expression: str) -> str:
        """The next times of a valid expression, if any: ``Mon 5 Jan 09:00, 21:00``; the year if it isn't this one."""
        # The state manager counts in its local time without a zone, so over a change of the clocks too.
        local = self.now.astimezone(self.zone).replace(tzinfo=None)
        shown: list[str] = []
        last = None
        for time in cron.next_times(expression, local, SHOWN):
            day = "" if time.date() == last else _day(time, local.year)
            shown.append(day + time.strftime("%H:%M:%S" if time.second else "%H:%M"))
            last = time.date()
        return ", ".join(shown)


@lru_cache(maxsize=1024)
def schedule_words(expression: str, clock: Clock) -> Words:
    """The expression, what it means, and when that is next."""
    words: Words = (code(expression),)
    if not cron.is_valid(expression):
        return (*words, ": no schedule that the state manager takes")
    meaning = in_words(expression)
    if meaning != expression:
        words += (": ", *prose(meaning))
    times = clock.next_times(expression)
    return (*words, f"; next {times}" if times else "; never comes true")


def _day(time: datetime, this_year: int) -> str:
    year = "" if time.year == this_year else f" {time.year}"
    return f"{time:%a} {time.day} {time:%b}{year} "
