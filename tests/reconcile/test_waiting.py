from __future__ import annotations

import math

import pytest

from pulumi_exosphere.reconcile.waiting import FACTOR, FIRST_LOOK, RECENT, UNKNOWN_PACE, Pace, looks


def test_two_looks_find_a_small_graph_judged() -> None:
    """Its validation takes 40 ms at the most, and nothing is known of the pace when the first graph is sent."""
    assert Pace().first_look == UNKNOWN_PACE
    assert UNKNOWN_PACE + FACTOR * UNKNOWN_PACE > 0.04


def test_the_next_look_comes_after_the_longest_of_the_last_validations() -> None:
    """Not before it could be judged, and soon after."""
    pace = Pace()
    for took in (0.02, 0.03, 0.01):
        pace.learn(took)
    assert 0.03 < pace.first_look < FIRST_LOOK


@pytest.mark.parametrize("took", [1.0, math.inf], ids=["a big graph", "timestamps that can't be read"])
def test_no_first_look_is_late(took: float) -> None:
    """One graph that took its time doesn't keep small ones waiting."""
    pace = Pace()
    pace.learn(took)
    assert pace.first_look == FIRST_LOOK


def test_a_slow_verdict_is_forgotten() -> None:
    """Only the last ones count."""
    pace = Pace()
    for took in (1.0, *[0.001] * RECENT):
        pace.learn(took)
    assert pace.first_look < 0.01


def test_the_last_look_is_at_the_deadline() -> None:
    """Also where no time is left at all."""
    assert list(looks(0.0)) == [1]
