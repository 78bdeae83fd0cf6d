from __future__ import annotations

from pulumi_exosphere.review.escape import plain
from pulumi_exosphere.review.gather import review
from pulumi_exosphere.review.preview import read
from tests.review.documents import CLOCK, graph, recorded, reviewed, step

RETRIES = {"graph": "shared/nightly", "max_retries": 5}
NIGHTS = {"graph": "shared/nightly", "expression": "0 3 * * *"}


def test_what_a_refresh_found_of_a_graph_that_is_not_declared_is_told() -> None:
    """What somebody changed in the pieces that this stack has of it."""
    [one] = review(read(recorded("drifted-elsewhere")), CLOCK).graphs
    assert [plain(change.words).partition("; were up to 5")[0] for change in one.drift] == [
        "retries are now up to 1, exponential: after 2 s",
        "schedule `*/15 * * * *` is removed",
    ]


def test_a_piece_that_is_as_it_was_is_not_told() -> None:
    """Such a one has no further step."""
    found = reviewed(
        step("refresh", NIGHTS, NIGHTS, name="nights", kind="CronTrigger"),
        step("refresh", RETRIES, RETRIES, name="retries", kind="RetryPolicy"),
        step("update", {**RETRIES, "max_retries": 1}, RETRIES, name="retries", kind="RetryPolicy"),
    )
    assert [len(one.drift) for one in found.graphs] == [1]


def test_a_graph_that_is_not_declared_may_be_gone() -> None:
    """A section has gone with its graph; a schedule may have gone alone."""
    gone = [
        step("refresh", RETRIES, RETRIES, name="retries", kind="RetryPolicy"),
        step("create", None, RETRIES, name="retries", kind="RetryPolicy"),
    ]
    [one] = reviewed(*gone).graphs
    assert (one.gone, one.drift) == (True, [])


def test_a_folded_piece_is_told_with_its_graph_alone() -> None:
    """Which holds it too."""
    scheduled = graph(namespace="shared", name="nightly", triggers={"0 3 * * *": {}})
    bare = {**scheduled, "triggers": {}}
    found = reviewed(
        step("refresh", scheduled, scheduled),
        step("refresh", NIGHTS, NIGHTS, name="nights", kind="CronTrigger"),
        step("update", bare, scheduled),
        step("create", None, NIGHTS, name="nights", kind="CronTrigger"),
    )
    assert [[plain(change.words) for change in one.drift] for one in found.graphs] == [
        ["schedule `0 3 * * *` is removed"]
    ]
