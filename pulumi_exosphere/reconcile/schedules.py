"""Times at which an upsert would disturb a graph's schedules: their rows are being made, or are firing.

The state manager stores VALID before it makes the rows, and its scheduler fires at second 0 of each minute. An upsert
at such a moment can be lost, or leave behind a row that fires forever and that no listing shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from pulumi_exosphere.template.cron import disputes, next_times

ROWS = 0.3
"""Seconds after VALID by which a quick server has made the rows, or stored INVALID; a slow one takes longer."""
SLOW = 2.0
"""The time for making the rows, at most, as a multiple of that for the validation itself. Measured: up to 1.7."""
LONGEST = 5.0
"""Seconds that the rows are waited for, at most."""
BEFORE = 3.0
"""Seconds before a schedule fires in which nothing is sent: an upsert may take that long to be carried out."""
AFTER = 5.0
"""Seconds after it in which nothing is sent: the scheduler works through everything that is due."""
_QUARTER = timedelta(minutes=15)
_ZONES = range(-12 * 4, 14 * 4 + 1)
"""The time zones there are, in quarters of an hour. No answer tells the server's."""


def rows_take(validation: float) -> float:
    """Seconds from VALID until a graph's rows exist, on a server whose validation took so many seconds."""
    return min(max(ROWS, SLOW * validation), LONGEST)


def until_made(updated_at: str, now: datetime) -> float:
    """Seconds until the rows of a VALID graph exist, which someone wrote just now; ``now`` is the server's clock."""
    try:
        local = datetime.fromisoformat(updated_at).replace(tzinfo=now.tzinfo)
    except ValueError:
        return 0.0
    # Its time zone isn't known, but all are a number of quarters of an hour apart. Both clocks are good to a second.
    age = (now - local + timedelta(seconds=1)) % _QUARTER
    return max(ROWS + 2.0 - age.total_seconds(), 0.0)


def until_fired(expressions: Iterable[str], now: datetime) -> float:
    """Seconds until what fires at the next or last second 0 has fired; 0 if nothing does, or that is far."""
    minute = (now + timedelta(seconds=BEFORE)).replace(second=0, microsecond=0)
    left = (minute + timedelta(seconds=AFTER) - now).total_seconds()
    if left <= 0:
        return 0.0
    return left if any(_fires(expression, minute.replace(tzinfo=None)) for expression in expressions) else 0.0


@lru_cache(maxsize=1024)
def _fires(expression: str, minute: datetime) -> bool:
    """Whether a schedule is due at a minute of UTC, in whichever time zone the server is."""
    if disputes(expression):
        return True
    for zone in _ZONES:
        local = minute + zone * _QUARTER
        coming = next_times(expression, local - timedelta(minutes=1), 1)
        if coming and coming[0] <= local:
            return True
    return False
