from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pulumi_exosphere.review.schedules import Clock, in_words, schedule_words
from pulumi_exosphere.review.text import plain
from pulumi_exosphere.template.cron import is_valid, next_times
from tests.review.documents import CLOCK

START = datetime(2026, 1, 15, 10, 0)  # noqa: DTZ001 - as the state manager's times are
DAY_NAMES = list(calendar.day_name)
DAYS = st.sampled_from([*map(str, range(8)), "sun", "mon", "Fri", "SAT"])
UNITS = {
    "* * * * * {}": timedelta(seconds=1),
    "{} * * * *": timedelta(minutes=1),
    "0 {} * * *": timedelta(hours=1),
    "0 0 {} * *": timedelta(days=1),
    "0 0 * * {}": timedelta(days=1),
    "0 0 1 {} *": None,
}
"""Expressions with one field left out, and the distance of its values from each other; None: months."""


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 9 * * 1-5", "at 09:00, Monday through Friday"),
        ("*/15 * * * *", "every 15 minutes"),
        ("5/10 * * * *", "every 10 minutes, starting at 5 minutes past the hour"),
        ("5-50/7 * * * *", "every 7 minutes, minutes 5 through 50 past the hour"),
        ("0 2/6 * * *", "every 6 hours, starting at 02:00"),
        ("0 0 1 */3 *", "at 00:00, on day 1 of the month, every 3 months"),
        ("@Daily", "at 00:00 every day"),
        ("0 9 * * 1-5 30", "at 09:00:30, Monday through Friday"),
        ("0 0 1 1 * 0 2030", "at 00:00, on day 1 of the month, only in January, only in 2030"),
        ("0 0 l * *", "at 00:00, on the last day of the month"),
        ("0 0 * * L5", "at 00:00, on the last Friday of the month"),
        ("0 0 * * mon#2", "at 00:00, on the second Monday of the month"),
        ("0 0 1 * 1", "at 00:00, on day 1 of the month, or on Monday"),
        ("soon", "soon"),
    ],
)
def test_words(expression: str, words: str) -> None:
    """With seconds and years, as croniter has them."""
    assert in_words(expression) == words


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("0 9 * * 5/2", "every 2 weeks, only on Friday, of every Friday"),
        ("0 9 * * 1/7", "every 7 weeks, of every Monday"),
        ("0 9 * * 1,5/2", "every 2 weeks, of every Monday and Friday"),
        ("0 9 1 * */1", "on day 1, of every day, since either day is enough"),
        ("0 9 1 * 1-5", "on day 1, Monday through Friday, of day 1 and all of those days"),
        ("0 9 * * mon-fri#2", "Monday through Friday, of those of the second week"),
        ("0 9 * * 1#1,3#2", "on the Monday and Wednesday, without their ranks"),
        ("0 9 * * 0-7", "Sunday through Sunday, of every day"),
        ("0 9-9 * * *", "between 09:00 and 09:59, of every hour"),
        ("0 0 1 jan-1 *", "month January through January, of every month"),
        ("0 9-17,20 * * *", "at 09:00 through 17:59, of the full hours"),
        ("*/45 * * * *", "every 45 minutes, of 0 and 45 minutes past each hour"),
        ("*/90 * * * *", "every 90 minutes, of every hour"),
        ("35/30 * * * *", "every 30 minutes, of 35 minutes past each hour"),
        ("0 8/6 * * *", "every 6 hours, though not over night"),
        ("0 0 */2 * *", "every 2 days, though the 1st comes after the 31st"),
        ("0/20,30/10 * * * *", "starting 3*"),
    ],
)
def test_no_words_are_better_than_wrong_ones(expression: str, wrong: str) -> None:
    """If the descriptor's words would be wrong, the expression is shown alone."""
    assert is_valid(expression)
    assert in_words(expression) == expression, f"it would say {wrong}"


@given(st.sampled_from(list(UNITS)), st.integers(-1, 59), st.integers(1, 70))
@example("{} * * * *", -1, 45)
@example("0 {} * * *", 8, 6)
def test_every_so_many_is_as_often(field: str, start: int, step: int) -> None:
    """If the words contain a step, each time is one step after the previous one."""
    expression = field.format(f"{'*' if start < 0 else start}/{step}")
    if is_valid(expression) and in_words(expression) != expression:
        times = next_times(expression, START, 70)
        assert {_distance(*pair, UNITS[field]) for pair in pairwise(times)} == {step}


def _distance(one: datetime, other: datetime, unit: timedelta | None) -> float:
    if unit is None:
        return (other.year - one.year) * 12 + other.month - one.month
    return (other - one) / unit


@given(st.lists(DAYS | st.builds("{}-{}".format, DAYS, DAYS), min_size=1, max_size=3))
@example(["1-7"])
@example(["0-7"])
def test_the_weekdays_that_are_shown_are_those_of_the_times(days: list[str]) -> None:
    """All of them, and no others."""
    expression = f"0 9 * * {','.join(days)}"
    words = in_words(expression)
    if is_valid(expression) and words != expression:
        described: set[int] = set()
        for first, last in re.findall(r"(\w+day)(?: through (\w+day))?", words):
            start = DAY_NAMES.index(first)
            described |= {day % 7 for day in range(start, start + 1 + (DAY_NAMES.index(last or first) - start) % 7)}
        assert described == {time.weekday() for time in next_times(expression, START, 14)}


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        pytest.param(
            "0 9 * * 1-5",
            "`0 9 * * 1-5`: at 09:00, Monday through Friday; next Mon 5 Jan 09:00, Tue 6 Jan 09:00, Wed 7 Jan 09:00",
            id="five-fields",
        ),
        pytest.param(
            "0 9 * * * 30",
            "`0 9 * * * 30`: at `09:00:30` every day; next Mon 5 Jan 09:00:30, Tue 6 Jan 09:00:30, Wed 7 Jan 09:00:30",
            id="seconds",
        ),
        pytest.param(
            "*/15 * * * *",
            "`*/15 * * * *`: every 15 minutes; next Mon 5 Jan 08:15, 08:30, 08:45",
            id="several-on-one-day",
        ),
        pytest.param(
            "0 0 1 7 *",
            "`0 0 1 7 *`: at 00:00, on day 1 of the month, only in July; "
            "next Wed 1 Jul 00:00, Thu 1 Jul 2027 00:00, Sat 1 Jul 2028 00:00",
            id="another-year",
        ),
        pytest.param(
            "@Daily",
            "`@Daily`: at 00:00 every day; next Tue 6 Jan 00:00, Wed 7 Jan 00:00, Thu 8 Jan 00:00",
            id="alias",
        ),
        pytest.param(
            "0 0 31 2 *",
            "`0 0 31 2 *`: at 00:00, on day 31 of the month, only in February; never runs",
            id="never",
        ),
        pytest.param(
            "0 9 15W * *",
            "`0 9 15W * *`: the state manager's version of croniter decides when it fires",
            id="versions-disagree",
        ),
        pytest.param("at nine", "`at nine`: the state manager rejects this schedule", id="no-schedule"),
    ],
)
def test_a_schedule_is_shown_with_its_next_times(expression: str, said: str) -> None:
    """In words, with three times."""
    assert plain(schedule_words(expression, CLOCK)) == said


def test_times_are_the_state_managers() -> None:
    """Also when the clocks change: Berlin's went forward on 29 March 2026 at 2:00."""
    clock = Clock(datetime(2026, 3, 28, 22, tzinfo=ZoneInfo("UTC")), ZoneInfo("Europe/Berlin"))
    assert clock.next_times("30 8 * * *") == "Sun 29 Mar 08:30, Mon 30 Mar 08:30, Tue 31 Mar 08:30"
    # 23:00 there, so that the next 22:30 is tomorrow's.
    assert clock.next_times("30 22 * * *").startswith("Sun 29 Mar 22:30, ")
