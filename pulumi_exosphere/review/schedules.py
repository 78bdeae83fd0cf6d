"""Schedules in words, with their next runs.

The words are cron-descriptor's. It reads some expressions differently from croniter, and describes each step as if it
divided evenly, so its words are used only if croniter's times agree.
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
"""The number of values of each field, in croniter's order, and the first one; None if there is no fixed number."""
_ONE_VALUE = re.compile(r"\b(\w+)-\1\b")
"""A range from a value to itself, which croniter reads as all values."""
_SINGLE_DAYS = re.compile(r"\d(,\d)*")
_NAMES = ("sun mon tue wed thu fri sat", 0), ("jan feb mar apr may jun jul aug sep oct nov dec", 1)
_ONLY_TIMES = re.compile(r"At \d\d:\d\d(:\d\d)?((, | and |, and )\d\d:\d\d(:\d\d)?)*")
_NUMBERS = {name: str(number) for names, first in _NAMES for number, name in enumerate(names.split(), first)}


def in_words(expression: str) -> str:
    """Return a valid expression in words (``at 09:00, Monday through Friday``), or itself if there are none for it.

    Without the extra ``cli`` each expression is its own description.
    """
    try:
        import cron_descriptor  # type: ignore[import-untyped]
    except ImportError:
        return expression
    fields = _ALIASES.get(expression.lower(), expression).lower().split()
    if len(fields) < 5 or not _is_described_correctly(fields):
        return expression
    # The descriptor has seconds first, and knows its letters (L, W) as capitals.
    text = " ".join(fields[5:6] + fields[:5] + fields[6:]).upper()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it reads the machine's locale, and warns if there is none
        options = cron_descriptor.Options()
    options.locale_code = "en_US"
    options.use_24hour_time_format = True
    try:
        words = str(cron_descriptor.get_description(text, options))
    except cron_descriptor.FormatException:
        return expression
    return words[:1].lower() + words[1:] + (" every day" if _ONLY_TIMES.fullmatch(words) else "")


def _is_described_correctly(fields: list[str]) -> bool:
    """Return False if the descriptor's words would mean other times than croniter's, or could be read so."""
    numeric = [re.sub("[a-z]{3}", lambda name: _NUMBERS.get(name[0], name[0]), field) for field in fields]
    day, weekday = numeric[2], numeric[4].replace("7", "0")
    # If both days are given, either is enough; the descriptor says "or" only for single weekdays.
    if {day, weekday}.isdisjoint({"*", "?"}) and not _SINGLE_DAYS.fullmatch(weekday):
        return False
    # Steps of weekdays become weeks, and the rank of several weekdays is omitted.
    if "/" in weekday or ("#" in weekday and re.search("[,-]", weekday)):
        return False
    # Full hours in a list become times of day, so a range among them would read as every minute of it.
    if numeric[0] == "0" and "," in numeric[1] and "-" in numeric[1]:
        return False
    numeric[4] = weekday
    return all(
        not _ONE_VALUE.search(field) and _step_is_described_correctly(field, cycle)
        for field, cycle in zip(numeric, _CYCLES, strict=False)
    )


def _step_is_described_correctly(field: str, cycle: tuple[int, int] | None) -> bool:
    """Return whether each value is one step after the previous one, and the first after the last if there is no end."""
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
"""Next runs that are shown."""


@dataclass(frozen=True)
class Clock:
    """The current time, and the state manager's time zone."""

    now: datetime
    """A time with a zone."""
    zone: ZoneInfo
    told: bool = True
    """Whether the zone was given; otherwise it is a guess, and the comment must say so."""

    def next_times(self, expression: str) -> str:
        """Return the next runs of a valid expression, if any: ``Mon 5 Jan 09:00, 21:00``; the year if it isn't this."""
        # The state manager counts in local time without a zone, also when the clocks change.
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
    """Return the expression, what it means, and its next runs."""
    words: Words = (code(expression),)
    if not cron.is_acceptable(expression):
        return (*words, ": the state manager rejects this schedule")
    if cron.disputes(expression):
        return (*words, ": the state manager's version of croniter decides when it fires")
    meaning = in_words(expression)
    if meaning != expression:
        words += (": ", *prose(meaning))
    times = clock.next_times(expression)
    return (*words, f"; next {times}" if times else "; never runs")


def named_schedule(expression: str) -> Words:
    """Return the expression and what it means, for the middle of a sentence."""
    meaning = in_words(expression) if cron.is_valid(expression) else expression
    return (code(expression), *((" (", *prose(meaning), ")") if meaning != expression else ()))


def _day(time: datetime, this_year: int) -> str:
    year = "" if time.year == this_year else f" {time.year}"
    return f"{time:%a} {time.day} {time:%b}{year} "
