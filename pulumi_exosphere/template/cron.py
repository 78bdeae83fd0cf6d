"""Cron expressions, as the state manager's croniter reads them: five fields, a sixth for seconds, a seventh for years.

The state manager may run another version of croniter than this process, and versions read some expressions differently
(`disputes`). Whether a program is valid must not depend on who looks, so `is_acceptable` judges such an expression by
what all versions agree on. Importing croniter takes 50 ms: it is imported when it is first needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

_LAST = ("59", "23", "31", "12", "6", "59", "2099")
"""The last value of each field."""
_WEEKDAY = 4
_RANDOM = re.compile(r"r(?:\((\d+-\d+)\))?(/\d+)?")
_NEAREST_WEEKDAY = re.compile(r"w(\d+)|(\d+)w")


class Dispute(NamedTuple):
    """A field that croniter's versions read differently."""

    message: str
    """The difference, and what to write instead."""

    field: int
    """Its number, from 0."""

    certain: str
    """The field as far as all versions agree on it."""


@lru_cache(maxsize=1024)
def disputes(expression: str) -> tuple[Dispute, ...]:
    """The fields of an expression that croniter's versions read differently."""
    fields = expression.lower().split()
    return tuple(_disputes(fields)) if 5 <= len(fields) <= 7 else ()


def _disputes(fields: list[str]) -> Iterator[Dispute]:
    for number, field in enumerate(fields):
        if random := _RANDOM.fullmatch(field):
            message = "'R' is a random time, chosen anew by every process; write a fixed time"
            yield Dispute(message, number, f"{random[1] or '*'}{random[2] or ''}")
            continue
        if number == 2 and (nearest := _NEAREST_WEEKDAY.fullmatch(field)):
            message = "only croniter 6.2 and later take 'W', the nearest weekday; write days that all versions take"
            yield Dispute(message, number, nearest[1] or nearest[2])
            continue
        items = field.split(",")
        if number == _WEEKDAY and len(fields) > 5 and any(re.search(r"(?<![\d#/])7(?!\d)", item) for item in items):
            message = "only croniter 7.0 and later take 7 as Sunday in an expression of six or seven fields; write 0"
            yield Dispute(message, number, ",".join(map(_sunday_as_zero, items)))
            continue
        at_the_end = f"{_LAST[number]}/"
        if any(item.startswith(at_the_end) and item[len(at_the_end) :].isdecimal() for item in items):
            message = (
                f"croniter 7.0 reads a step from a field's last value, '{at_the_end}...', differently from earlier "
                "versions; write each value"
            )
            certain = [_LAST[number] if item.startswith(at_the_end) else item for item in items]
            yield Dispute(message, number, ",".join(certain))


def _sunday_as_zero(item: str) -> str:
    start, dash, end = item.partition("-")
    if dash and end == "7" and start.isdecimal() and int(start) < 7:
        return f"{item[:-1]}6,0"
    return re.sub(r"(?<![\d#/])7(?!\d)", "0", item)


def certain(expression: str) -> str:
    """The expression with each field as far as all versions of croniter agree on it."""
    if not (found := disputes(expression)):
        return expression
    fields = expression.split()
    for dispute in found:
        fields[dispute.field] = dispute.certain
    return " ".join(fields)


@lru_cache(maxsize=1024)
def is_valid(expression: str) -> bool:
    """Whether the croniter of this process takes the expression."""
    from croniter import croniter

    return croniter.is_valid(expression)


def is_acceptable(expression: str) -> bool:
    """Whether some version of croniter takes the expression; the same answer in every process."""
    return is_valid(certain(expression))


def next_times(expression: str, start: datetime, count: int) -> list[datetime]:
    """The next times at which a valid expression fires, in ``start``'s time zone; fewer if it ends before."""
    from croniter import CroniterBadDateError, croniter

    schedule = croniter(expression, start)
    times: list[datetime] = []
    try:
        while len(times) < count:
            times.append(schedule.get_next(datetime))
    except CroniterBadDateError:
        pass
    return times


def never_fires(expression: str, start: datetime | None = None) -> bool:
    """Whether an acceptable expression never fires after ``start``, by default now in local time.

    Croniter looks fifty years ahead.
    """
    start = start or datetime.now()  # noqa: DTZ005 - the state manager's time is local
    return not next_times(certain(expression), start, 1)


def runs_in_a_minute(expression: str) -> int:
    """Return the number of runs that an acceptable expression starts in each minute in which it fires."""
    if len(expression.split()) < 6:
        return 1
    from croniter import croniter

    seconds = croniter(certain(expression)).expanded[5]
    return 60 if seconds == ["*"] else len(seconds)


@lru_cache(maxsize=1024)
def canonical(expression: str) -> tuple[str, ...]:
    """The meaning of an acceptable expression, the same for all its spellings."""
    from croniter import croniter

    if disputes(expression):
        return tuple(expression.lower().split())
    schedule = croniter(expression)
    fields: list[list[Any]] = schedule.expanded
    left_out: list[list[Any]] = [[0], ["*"]]
    minute, hour, day, month, weekday, second, year = fields + left_out[len(fields) - 5 :]
    # If both days are restricted either is enough, so a list of all values of one is no restriction.
    if len(day) == 31 or len(weekday) == 7:
        day = weekday = ["*"]
    ranks = {key: sorted(map(str, value)) for key, value in schedule.nth_weekday_of_month.items()}
    return tuple(map(str, (minute, hour, day, month, weekday, second, year, sorted(ranks.items()))))
