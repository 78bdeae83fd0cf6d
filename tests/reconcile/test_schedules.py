"""Moments at which an upsert would collide with schedules that are being created, or that fire."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from pulumi_exosphere.reconcile.schedules import ROWS, rows_take, until_fired, until_made


def at(hour: int, minute: int, second: int) -> datetime:
    """A time on a Wednesday, as the server's Date header gives it."""
    return datetime(2026, 1, 14, hour, minute, second, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("expression", "hour", "minute"),
    [
        ("0 9 * * 1-5", 9, 0),
        ("0 9 * * 1-5", 3, 30),  # 9:00 in India
        ("0 9 * * 1-5", 3, 15),  # in Nepal
        ("0 9 * * 1-5", 16, 0),  # in Alaska
        ("*/5 * * * *", 1, 25),
        ("0 9 * * * 30", 9, 1),  # Due within the minute before, fired at its end.
        ("@hourly", 5, 45),
        ("0 5 15W * *", 5, 0),  # Versions of croniter disagree.
    ],
)
def test_a_minute_in_which_it_may_fire(expression: str, hour: int, minute: int) -> None:
    """The moment begins shortly before second 0 and ends when the schedules have fired, in any time zone."""
    assert until_fired([expression], at(hour, minute, 1)) > 0
    before = (hour, minute - 1) if minute else (hour - 1, 59)
    assert until_fired([expression], at(*before, 58)) > until_fired([expression], at(hour, minute, 1))


@pytest.mark.parametrize(
    ("expression", "hour", "minute", "second"),
    [("0 9 * * 1-5", 9, 1, 1), ("0 9 * * 1-5", 9, 0, 30), ("7 * * * *", 9, 15, 0), ("0 0 1 6 *", 9, 0, 0)],
)
def test_a_moment_in_which_nothing_fires(expression: str, hour: int, minute: int, second: int) -> None:
    """If nothing fires, there is no wait."""
    assert until_fired([expression], at(hour, minute, second)) == 0


def test_any_of_several() -> None:
    """One that fires is enough."""
    assert until_fired(["7 * * * *", "* * * * *"], at(9, 0, 0)) > 0
    assert until_fired([], at(9, 0, 0)) == 0


@pytest.mark.parametrize("written", ["2026-01-14T09:00:30.000", "2026-01-14T14:30:30.000", "2026-01-13T21:15:30"])
def test_rows_of_what_was_written_just_now(written: str) -> None:
    """Rows may not exist yet, whatever time zone the server writes its times in."""
    assert until_made(written, at(9, 0, 30)) >= ROWS
    assert until_made(written, at(9, 0, 40)) == 0


def test_a_time_that_cant_be_read() -> None:
    """A time that can't be read implies no wait."""
    assert until_made("", at(9, 0, 30)) == 0


def test_a_slow_server_is_waited_for_longer() -> None:
    """The rows take longer if the validation did, but not for ever."""
    assert rows_take(0.02) == ROWS
    assert ROWS < rows_take(0.5) < rows_take(1.0) < rows_take(60.0) == rows_take(600.0)
