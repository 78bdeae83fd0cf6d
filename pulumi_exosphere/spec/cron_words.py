"""Cron expressions in words, where there are words that say when croniter lets them come true.

The words are cron-descriptor's, which reads some expressions otherwise than croniter, and says of a step what holds for
a step that fits alone: every 45 minutes of one that comes at 0 and 45 minutes past each hour. A reviewer who meant
that would be told so, so of these there are no words.
"""

from __future__ import annotations

import re
import warnings

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
