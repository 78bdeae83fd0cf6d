from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.live import seconds_between
from pulumi_exosphere.reconcile.run import Run
from pulumi_exosphere.reconcile.waiting import FACTOR, FIRST_LOOK, RECENT, Cancelled, Pace, cancelled, looks


def test_two_looks_find_a_small_graph_judged() -> None:
    """Two looks are enough for a validation of 40 ms, although nothing is known of the pace at first."""
    first = Pace().first_look
    assert 0.04 < first + FACTOR * first < 0.045


def test_the_next_look_comes_after_the_longest_of_the_last_validations() -> None:
    """The next look comes soon after the validation could be finished, and not before."""
    pace = Pace()
    for took in (0.02, 0.03, 0.01):
        pace.learn(took)
    assert 0.03 < pace.first_look < FIRST_LOOK


@pytest.mark.parametrize("took", [1.0, math.inf], ids=["a big graph", "timestamps that can't be read"])
def test_no_first_look_is_late(took: float) -> None:
    """One slow graph doesn't delay the looks at small ones."""
    pace = Pace()
    pace.learn(took)
    assert pace.first_look == FIRST_LOOK


def test_a_slow_verdict_is_forgotten() -> None:
    """Only the most recent validations count."""
    pace = Pace()
    for took in (1.0, *[0.001] * RECENT):
        pace.learn(took)
    assert pace.first_look < 0.01


@pytest.mark.parametrize("timeout", [0.0, 0.01], ids=["no time at all", "less than until the first look"])
def test_the_last_look_is_at_the_deadline(timeout: float) -> None:
    """The last look is at the deadline, however late the first one would be."""
    assert list(looks(timeout, first=3600.0)) == [1]


def test_times_that_cant_be_compared_are_far_apart() -> None:
    """Times that can't be compared are only a hint for the next look, and no error."""
    assert seconds_between("2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00.123") == math.inf
    assert seconds_between("", "2026-01-31T12:00:00.123") == math.inf


def test_a_cancelled_run_waits_for_no_turn() -> None:
    """A hook that waits for another one with the same graph ends at once, however long the other one takes."""
    run, key = Run(), GraphKey("http://host", "analytics", "daily")

    def take_turn() -> None:
        with run.alone_with(key):
            pass

    with ThreadPoolExecutor(1) as pool, run.alone_with(key):
        waiting = pool.submit(take_turn)
        cancelled.set()
        try:
            with pytest.raises(Cancelled):
                waiting.result(20)
        finally:
            cancelled.clear()


def test_a_turn_within_a_turn() -> None:
    """A hook that has the graph keeps it, even in a cancelled run, so that it can finish what it began."""
    run, key = Run(), GraphKey("http://host", "analytics", "daily")
    cancelled.set()
    try:
        with run.alone_with(key), run.alone_with(key):
            pass
    finally:
        cancelled.clear()
