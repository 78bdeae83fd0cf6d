"""Cron expressions, as the state manager's croniter reads them: five fields, a sixth for seconds, a seventh for years.

Importing croniter takes 50 ms, which a graph without schedules needn't wait for: it is imported when first used.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1024)
def is_valid(expression: str) -> bool:
    """True where the state manager takes the expression."""
    from croniter import croniter

    return croniter.is_valid(expression)


def next_times(expression: str, start: datetime, count: int) -> list[datetime]:
    """The next times at which a valid expression comes true, in ``start``'s time zone; fewer where it ends before."""
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
    """True where a valid expression never comes true after ``start``, by default now in local time.

    Never is what it is to croniter: not in the next fifty years.
    """
    return not next_times(expression, start or datetime.now(), 1)  # noqa: DTZ005 - the state manager's time is local


@lru_cache(maxsize=1024)
def canonical(expression: str) -> tuple[str, ...]:
    """What a valid expression means, the same for all its spellings."""
    from croniter import croniter

    schedule = croniter(expression)
    fields: list[list[Any]] = schedule.expanded
    left_out: list[list[Any]] = [[0], ["*"]]
    minute, hour, day, month, weekday, second, year = fields + left_out[len(fields) - 5 :]
    # Where both days are restricted either is enough, so that a list of all of one is no restriction.
    if len(day) == 31 or len(weekday) == 7:
        day = weekday = ["*"]
    ranks = {key: sorted(map(str, value)) for key, value in schedule.nth_weekday_of_month.items()}
    near = sorted(getattr(schedule, "nearest_weekday", ()))
    return tuple(map(str, (minute, hour, day, month, weekday, second, year, sorted(ranks.items()), near)))
