"""Schedules in words, with the next times at which they fire.

The words are cron-descriptor's, which reads some expressions differently from croniter, and says of a step what is true
only of a step that divides evenly: they are used only where croniter's times agree.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from pulumi_exosphere.template import cron

from .text import Words, code, prose

_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_CYCLES = ((60, 0), (24, 0), None, (12, 1), None, (60, 0), None)
"""Of each field, in croniter's order, how many values there are and the first; None where there is no one number."""
_ONE_VALUE = re.compile(r"\b(\w+)-\1\b")
"""A range from a value to itself: croniter takes it for all values there are."""
_SINGLE_DAYS = re.compile(r"\d(,\d)*")
_NAMES = ("sun mon tue wed thu fri sat", 0), ("jan feb mar apr may jun jul aug sep oct nov dec", 1)
_NUMBERS = {name: str(number) for names, first in _NAMES for number, name in enumerate(names.split(), first)}


def in_words(expression: str) -> str:
    """A valid expression in words (``At 09:00, Monday through Friday``), or itself where there are none for it.

    Needs the extra ``cli``, without which an expression is its own description.
    """
    try:
        import cron_descriptor  # type: ignore[import-untyped]
    except ImportError:
        return expression
    fields = _ALIASES.get(expression.lower(), expression).lower().split()
    if len(fields) < 5 or not _is_told_right(fields):
        return expression
    # The descriptor has seconds first, and knows its letters (L, W) as capitals.
    text = " ".join(fields[5:6] + fields[:5] + fields[6:]).upper()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks at the machine's locale, and warns where that is none
        options = cron_descriptor.Options()
    options.locale_code = "en_US"
    options.use_24hour_time_format = True
    try:
        return str(cron_descriptor.get_description(text, options))
    except cron_descriptor.FormatException:
        return expression


def _is_told_right(fields: list[str]) -> bool:
    """False where the descriptor would tell other times than croniter's, or could be read so."""
    told = [re.sub("[a-z]{3}", lambda name: _NUMBERS.get(name[0], name[0]), field) for field in fields]
    day, weekday = told[2], told[4].replace("7", "0")
    # With both days given either is enough; "or" is said of single weekdays only.
    if {day, weekday}.isdisjoint({"*", "?"}) and not _SINGLE_DAYS.fullmatch(weekday):
        return False
    # Steps of weekdays become weeks, and the rank of several is left out.
    if "/" in weekday or ("#" in weekday and re.search("[,-]", weekday)):
        return False
    # Full hours of a list are told as times of day, so that a range among them would be every minute of it.
    if told[0] == "0" and "," in told[1] and "-" in told[1]:
        return False
    told[4] = weekday
    return all(
        not _ONE_VALUE.search(field) and _step_is_told_right(field, cycle)
        for field, cycle in zip(told, _CYCLES, strict=False)
    )


def _step_is_told_right(field: str, cycle: tuple[int, int] | None) -> bool:
    """Whether each value is one step after the one before, the first after the last too where no range has an end."""
    start, slash, step = field.partition("/")
    if "," in field:
        return not slash and "*" not in field
    if not slash:
        return True
    low, _, high = start.partition("-")
    if high:
        return low.isdecimal() and high.isdecimal() and int(low) < int(high)
    if cycle is None or not (start == "*" or start.isdecimal()):
        return False
    values, first = cycle
    offset = 0 if start == "*" else int(start) - first
    return values % int(step) == 0 and offset < int(step)


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
