from __future__ import annotations

from datetime import datetime

import pytest

from pulumi_exosphere.template import cron

START = datetime(2026, 1, 15, 10, 0)  # noqa: DTZ001 - as the state manager's times are


@pytest.mark.parametrize(
    ("expression", "valid"),
    [
        ("0 9 * * 1-5", True),
        (" 0  9 * * * ", True),
        ("0 9 * * * 30", True),
        ("0 9 * * * 30 2030", True),
        ("@HOURLY", True),
        ("@weekly", True),
        ("5-1 0 1 1 *", True),
        ("0 0 31 2 *", True),
        ("0 0 * * L5", True),
        ("", False),
        ("* * * *", False),
        ("0 9 * * 1-5 extra", False),
        ("0 24 * * *", False),
        ("*/0 * * * *", False),
        ("@reboot", False),
        ("TZ=UTC 0 9 * * *", False),
        ("H H * * *", False),
    ],
)
def test_valid(expression: str, valid: bool) -> None:
    """Five fields, six with seconds, seven with years, and the aliases in any case; nothing else."""
    assert cron.is_valid(expression) is valid


@pytest.mark.parametrize(
    ("expression", "never"),
    [
        ("0 9 * * *", False),
        ("0 0 29 2 *", False),
        ("0 0 1 1 * 0 2030", False),
        ("0 0 31 2 *", True),
        ("0 0 31 4,6 *", True),
        ("0 0 1 1 * 0 2020", True),
        ("0 0 29 2 * 0 2027", True),
    ],
)
def test_never(expression: str, never: bool) -> None:
    """Days that no month has, and years that are over, never fire."""
    assert cron.never_fires(expression, START) is never


def test_never_is_from_now_on() -> None:
    """Without a time, "never" means from now on."""
    assert cron.never_fires("0 0 1 1 * 0 2020")
    assert not cron.never_fires(f"0 0 1 1 * 0 {datetime.now().year + 1}")  # noqa: DTZ005 - as above


def test_next_times() -> None:
    """The next times come in order, after the start and not at it."""
    assert [time.isoformat() for time in cron.next_times("0 10 * * *", START, 2)] == [
        "2026-01-16T10:00:00",
        "2026-01-17T10:00:00",
    ]


def test_a_schedule_that_ends_has_fewer_times() -> None:
    """If there are fewer times than requested, the existing ones are returned."""
    assert len(cron.next_times("0 0 1 1 * 0 2027,2028", START, 5)) == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0 0 * * 0", "@weekly", True),
        ("0 0 * * 7", "0 0 * * sun", True),
        ("*/1 * * * *", "* * * * *", True),
        ("0 9 * * 1-5", "0  9 * * mon-fri", True),
        ("0 9 * * *", "0 9 * * * 0", True),
        ("0 9 * * *", "0 9 * * * 0 *", True),
        ("0 0 1-31 * 1", "@daily", True),
        ("0 9 * * 1#2", "0 9 * * mon#2", True),
        ("*/15 * * * *", "0,15,30,45 * * * *", True),
        ("0 9 * * *", "0 9 * * * 30", False),
        ("0 9 * * 1#2", "0 9 * * 1", False),
        ("0 9 1 * 1", "0 9 1 * *", False),
        ("0 0 1 1 *", "0 0 1 1 * 0 2030", False),
    ],
)
def test_canonical(one: str, other: str, same: bool) -> None:
    """Two spellings of one schedule are distinguished from two schedules."""
    assert (cron.canonical(one) == cron.canonical(other)) is same


@pytest.mark.parametrize(
    ("expression", "certain"),
    [
        ("0 9 15W * *", "0 9 15 * *"),
        ("0 9 * * 7 0", "0 9 * * 0 0"),
        ("0 9 * * 5-7 0", "0 9 * * 5-6,0 0"),
        ("0 23/2 * * *", "0 23 * * *"),
        ("59/5,1 * * * *", "59,1 * * * *"),
        ("R(5-10)/2 * * * *", "5-10/2 * * * *"),
        ("0 0 r * *", "0 0 * * *"),
        ("0 9 * * 7", "0 9 * * 7"),
        ("0 0 10W,15W * *", "0 0 10W,15W * *"),
        ("0 22/2 * mar fri", "0 22/2 * mar fri"),
        ("@daily", "@daily"),
    ],
)
def test_what_all_versions_agree_on(expression: str, certain: str) -> None:
    """Parts that versions of croniter read differently are replaced by ones that all read alike."""
    assert cron.certain(expression) == certain
    assert bool(cron.disputes(expression)) is (certain != expression)


def test_validity_does_not_depend_on_chance() -> None:
    """A random day in February fires, although croniter may choose the 30th; a nearest weekday is always accepted."""
    assert not any(cron.never_fires("0 0 R 2 *") for _ in range(20))
    assert cron.is_acceptable("0 9 15W * *")
