from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.live import seconds_between
from pulumi_exosphere.reconcile.run import Run
from pulumi_exosphere.reconcile.waiting import FACTOR, FIRST_LOOK, RECENT, Cancelled, Pace, cancelled, looks
from tests.support.hooks_driver import Resource
from tests.support.wanted import report


def test_two_looks_find_a_small_graph_judged() -> None:
    """Two looks are enough for a validation of 40 ms, although nothing is known of the pace at first."""
    first = Pace().first_look
    assert 0.04 < first + FACTOR * first < 0.05


PARALLEL = 12


@pytest.mark.parametrize("at_once", [PARALLEL, 1], ids=["at once", "one after another"])
@pytest.mark.parametrize(("validation", "most"), [(0.0, 3.0), (0.05, 3.5), (0.2, 3.5), (1.0, 5.5)])
def test_requests_for_each_created_graph(
    state_manager: LocalStateManager, validation: float, most: float, at_once: int
) -> None:
    """However long a validation takes, a created graph takes little more than its upsert and one look.

    Nothing is known of the state manager when the run begins.
    """
    state_manager.faults.validation_delay = validation
    config = {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}
    graphs = [Resource(config) for _ in range(PARALLEL if validation < 1 or at_once > 1 else 5)]
    graphs[0].begin()
    checked = [graph.check(report(name=f"graph-{n}")) for n, graph in enumerate(graphs)]
    state_manager.clear_requests()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda it: it[0].provider.create(it[1]), zip(graphs, checked, strict=True)))
    sent = [request.method for request in state_manager.requests if "/graph/" in request.path]
    assert sent.count("PUT") == len(graphs)
    assert len(sent) <= most * len(graphs)


def test_a_scout_that_never_returns_holds_up_nobody() -> None:
    """If the graph that is looked at often isn't validated in time, the others look for themselves."""
    pace = Pace()
    scout = pace.looks(60.0)
    next(scout)
    assert next(pace.looks(0.02)) == 1
    scout.close()
    assert next(pace.looks(60.0)) == 1


def test_cancelled_while_another_graph_is_looked_at() -> None:
    """A cancelled run doesn't wait for what that shows."""
    pace = Pace()
    scout = pace.looks(60.0)
    next(scout)
    cancelled.set()
    try:
        with pytest.raises(Cancelled):
            next(pace.looks(60.0))
    finally:
        cancelled.clear()


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
