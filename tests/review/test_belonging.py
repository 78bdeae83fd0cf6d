from __future__ import annotations

import pytest

from pulumi_exosphere.review.gather import review
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.terminal import text
from pulumi_exosphere.spec.sections import FOLDED
from tests.review.documents import CLOCK, UNKNOWN, graph, recorded, reviewed, step, urn

US, EU = "https://us", "https://eu"


def told(name: str) -> list[str]:
    """The lines about the graphs of a recorded preview, without what tells when schedules come."""
    lines = text(review(read(recorded(name)), CLOCK), CLOCK).splitlines()[1:]
    return [line.split("; next ")[0].strip() for line in lines if line and not line.startswith("Schedules are in")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("inlined", ["`nights` (CronTrigger, removed; the graph keeps it)"], id="to-the-argument"),
        pytest.param("inlined-streamed", ["`nights` (CronTrigger, removed; the graph keeps it)"], id="streaming"),
        pytest.param("outlined", ["`mornings` (CronTrigger, new)"], id="from-the-argument"),
        pytest.param(
            "attachment-renamed",
            ["`late` (CronTrigger, new)", "`nights` (CronTrigger, removed; the graph keeps it)"],
            id="renamed",
        ),
    ],
)
def test_a_piece_that_only_moves_changes_no_graph(name: str, said: list[str]) -> None:
    """The graph's inputs stay the same, so that a preview has no step for it."""
    assert told(name) == ["No graph changes.", "`analytics/report` unchanged", "Declared beside the graph", *said]
    assert "Schedules are in" not in text(review(read(recorded(name)), CLOCK), CLOCK)


def test_a_piece_that_leaves_the_stack_may_stay_live() -> None:
    """With `retain_on_delete`, which only a piece given by id may have."""
    kept = "`retries` (RetryPolicy, removed; the graph keeps it)"
    assert told("forgotten") == ["No graph changes.", "`shared/nightly` unchanged", "Declared beside the graph", kept]


def test_a_piece_that_goes_to_another_state_manager_stays_at_the_old_one() -> None:
    """It is new there, and where it comes from nothing is taken away."""
    moved = "goes to the state manager at `https://eu.example.com`, and what it set at `https://exosphere.example.com`"
    assert told("moved-elsewhere") == [
        "1 graph changes.",
        "~ `shared/nightly` changed: 2 changes",
        "+ retries: up to 5, exponential: after 2 s, 4 s, 8 s, 16 s and 32 s",
        "+ new schedule `*/15 * * * *`: Every 15 minutes",
        "Declared beside the graph",
        f"`quarters` (CronTrigger, changed; {moved} stays there)",
        f"`retries` (RetryPolicy, changed; {moved} stays there)",
    ]


def test_a_known_schedule_is_told_beside_one_that_is_not_known_yet() -> None:
    """Each by itself."""
    assert told("unknown-schedule")[3:5] == [
        "+ new schedule `0 12 * * *`: At 12:00",
        "~ a schedule is only known during the update",
    ]
    unknown = {"expression": UNKNOWN, "graph": "analytics/report"}
    steps = [step("create", None, unknown, name=name, kind="CronTrigger") for name in ("a", "b")]
    [one] = reviewed(*steps).graphs
    assert one.new is not None
    assert one.new.unknown_triggers == 2


def test_a_piece_may_be_kept_where_an_expression_is_not_known_yet() -> None:
    """Of one that is deleted beside it, as of one whose own expression isn't known any more, nothing is lost yet."""
    known, unknown = ({"expression": text, "graph": "analytics/report"} for text in ("0 3 * * *", UNKNOWN))
    [updated] = reviewed(step("update", known, unknown, name="nights", kind="CronTrigger")).graphs
    assert ([one.lost for one in updated.attachments], updated.loses) == ([False], False)
    found = reviewed(
        step("delete", known, None, name="nights", kind="CronTrigger"),
        step("create", None, unknown, name="whenever", kind="CronTrigger"),
    )
    assert "`nights` (CronTrigger, removed; the graph may keep it)" in text(found, CLOCK)


def test_a_graph_that_is_looked_up_owns_nothing() -> None:
    """`Graph.get` only looks: a piece of such a graph sends itself, and so changes the graph."""
    given = {"expression": "0 3 * * *", "graph": "analytics/report"}
    looked_up = {"dependencies": [urn("report")], "propertyDependencies": {"graph": [urn("report")]}}
    [one] = reviewed(step("delete", given, None, name="nights", kind="CronTrigger", **looked_up)).graphs
    assert [attachment.lost for attachment in one.attachments] == [True]


def test_a_piece_may_be_deleted_with_something_else() -> None:
    """That makes no owner of a graph that is looked up, and takes none from a piece that is folded and says so."""
    given = {"expression": "0 3 * * *", "graph": "analytics/report"}
    bucket = urn("bucket", "aws:s3/bucket:Bucket")
    state = {"propertyDependencies": {"graph": [urn("report")]}, "deletedWith": bucket}
    lost, kept, unsaid = (
        reviewed(step("delete", given, None, name="nights", kind="CronTrigger", **more)).graphs[0]
        for more in (
            state,
            {**state, "outputs": {**given, FOLDED: True}},
            {"dependencies": [urn("g"), bucket], "deletedWith": bucket},
        )
    )
    assert (lost.resource, lost.loses) == ("", True)
    assert (kept.resource, kept.loses) == ("report", False)
    assert (unsaid.resource, unsaid.loses) == ("", True)


def test_what_a_piece_depends_on_otherwise_is_not_its_graph() -> None:
    """Only what its argument `graph` comes from."""
    given = {"expression": "0 3 * * *", "graph": "analytics/report"}
    state = {"dependencies": [urn("a")], "propertyDependencies": {"graph": []}, "deletedWith": urn("a")}
    [one] = reviewed(step("delete", given, None, name="nights", kind="CronTrigger", **state)).graphs
    assert (one.resource, [attachment.lost for attachment in one.attachments]) == ("", [True])


def test_a_secret_value_of_a_piece_may_change_unseen() -> None:
    """So the graph isn't called unchanged."""
    given = {"graph": "analytics/report", "default_values": {"token": "[secret]"}, "required_keys": []}
    found = reviewed(step("update", given, given, name="store", kind="StoreConfig"))
    assert [one.fate.value for one in found.graphs] == ["changed"]


def test_pieces_of_one_name_at_two_state_managers_belong_to_two_graphs() -> None:
    """What goes at one isn't kept by the other."""
    gone, made = ({"expression": "0 3 * * *", "graph": "a/g", "state_manager": address} for address in (US, EU))
    found = reviewed(
        step("delete", gone, None, name="old", kind="CronTrigger"),
        step("create", None, made, name="new", kind="CronTrigger"),
    )
    lost = {graph.state.state_manager: [one.lost for one in graph.attachments] for graph in found.graphs}
    assert lost == {US: [True], EU: [False]}


def test_a_piece_goes_with_the_graph_of_its_own_state_manager() -> None:
    """Where the program declares graphs of one name on two of them."""
    steps = [step("create", None, graph(state_manager=address), name=address) for address in (US, EU)]
    piece = {"expression": "0 3 * * *", "graph": "analytics/report", "state_manager": EU}
    found = reviewed(*steps, step("create", None, piece, name="nights", kind="CronTrigger"))
    assert {one.resource: len(one.attachments) for one in found.graphs} == {US: 0, EU: 1}
