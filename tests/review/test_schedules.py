from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pulumi_exosphere.review.escape import plain
from pulumi_exosphere.review.schedules import Clock, schedule_words
from tests.review.documents import CLOCK


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        pytest.param(
            "0 9 * * 1-5",
            "`0 9 * * 1-5`: At 09:00, Monday through Friday; next Mon 5 Jan 09:00, Tue 6 Jan 09:00, Wed 7 Jan 09:00",
            id="five-fields",
        ),
        pytest.param(
            "0 9 * * * 30",
            "`0 9 * * * 30`: At `09:00:30`; next Mon 5 Jan 09:00:30, Tue 6 Jan 09:00:30, Wed 7 Jan 09:00:30",
            id="seconds",
        ),
        pytest.param(
            "*/15 * * * *",
            "`*/15 * * * *`: Every 15 minutes; next Mon 5 Jan 08:15, 08:30, 08:45",
            id="several-on-one-day",
        ),
        pytest.param(
            "0 0 1 7 *",
            "`0 0 1 7 *`: At 00:00, on day 1 of the month, only in July; "
            "next Wed 1 Jul 00:00, Thu 1 Jul 2027 00:00, Sat 1 Jul 2028 00:00",
            id="another-year",
        ),
        pytest.param(
            "@Daily",
            "`@Daily`: At 00:00; next Tue 6 Jan 00:00, Wed 7 Jan 00:00, Thu 8 Jan 00:00",
            id="alias",
        ),
        pytest.param(
            "0 0 31 2 *",
            "`0 0 31 2 *`: At 00:00, on day 31 of the month, only in February; never comes true",
            id="never",
        ),
        pytest.param("at nine", "`at nine`: no schedule that the state manager takes", id="no-schedule"),
    ],
)
def test_a_schedule_is_said_with_its_next_times(expression: str, said: str) -> None:
    """In words, and three times."""
    assert plain(schedule_words(expression, CLOCK)) == said


def test_times_are_the_state_managers() -> None:
    """Its zone decides, over a change of the clocks too: Berlin's went forward on 29 March 2026 at 2."""
    clock = Clock(datetime(2026, 3, 28, 22, tzinfo=ZoneInfo("UTC")), ZoneInfo("Europe/Berlin"))
    assert clock.next_times("30 8 * * *") == "Sun 29 Mar 08:30, Mon 30 Mar 08:30, Tue 31 Mar 08:30"
    # 23:00 there, so that the next 22:30 is tomorrow's.
    assert clock.next_times("30 22 * * *").startswith("Sun 29 Mar 22:30, ")
