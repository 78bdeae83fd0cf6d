from __future__ import annotations

import pytest

from pulumi_exosphere.review.escape import plain
from pulumi_exosphere.review.fail_on import holds
from pulumi_exosphere.review.gather import Review, review
from pulumi_exosphere.review.graphs import Fate
from pulumi_exosphere.review.preview import read
from tests.review.documents import CLOCK, UNKNOWN, graph, node, recorded, reviewed, said, step, urn

SCHEDULE = {"expression": "0 3 * * *", "graph": "analytics/report"}
US, EU = "https://us", "https://eu"
SCHEDULED = graph(triggers={"0 3 * * *": {"type": "CRON"}})


def fates(found: Review) -> dict[str, Fate]:
    """What becomes of each graph."""
    return {one.id: one.fate for one in found.graphs}


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("created", {"analytics/daily-report": Fate.NEW}),
        ("changed", {"analytics/daily-report": Fate.CHANGED}),
        ("streamed", {"analytics/daily-report": Fate.CHANGED}),
        ("replaced", {"analytics/weekly-report": Fate.REPLACED}),
        ("resource-renamed", {"analytics/daily-report": Fate.CHANGED}),
        ("retired", {"analytics/daily-report": Fate.RETIRED}),
        ("elsewhere", {"shared/nightly": Fate.CHANGED}),
        ("looked-up", {"analytics/report": Fate.RETIRED}),
        ("looked-up-streamed", {"analytics/report": Fate.RETIRED}),
        ("declared", {"analytics/report": Fate.NEW}),
        ("declared-streamed", {"analytics/report": Fate.NEW}),
        ("left", {"analytics/kept": Fate.LEFT}),
        ("left-replaced", {"analytics/kept-2": Fate.REPLACED}),
        ("broken", {}),
    ],
)
def test_the_fate_of_each_graph_is_told(name: str, fate: dict[str, Fate]) -> None:
    """As the real CLI says it."""
    assert fates(review(read(recorded(name)), CLOCK)) == fate


def test_the_most_dangerous_comes_first() -> None:
    """Retired, replaced, changed, new."""
    steps = [
        step("create", None, graph(name="a"), name="a"),
        step("update", graph(name="b"), graph(name="b"), name="b"),
        step("replace", graph(name="c"), graph(name="d"), name="c"),
        step("delete", graph(name="e"), None, name="e"),
    ]
    assert [one.fate for one in reviewed(*steps).graphs] == [Fate.RETIRED, Fate.REPLACED, Fate.CHANGED, Fate.NEW]


def test_a_replacement_told_in_parts_is_one() -> None:
    """The streaming form tells the making, the replacing and the deleting."""
    old, new = graph(name="old"), graph(name="new")
    parts = [step("create-replacement", old, new), step("replace", old, new), step("delete-replaced", old, None)]
    assert fates(reviewed(*parts)) == {"analytics/new": Fate.REPLACED}


def test_a_graph_made_again_under_its_own_name_is_not_replaced() -> None:
    """`pulumi up --replace`: an upsert, and no graph is retired."""
    assert fates(reviewed(step("replace", graph(), graph()))) == {"analytics/report": Fate.CHANGED}


def test_a_graph_whose_resource_only_looks_another_one_up_is_retired() -> None:
    """Told in parts, too."""
    replaced = step("replace", graph(), {"state_manager": US})
    replaced["newState"]["external"] = True
    [one] = reviewed(replaced, step("delete-replaced", graph(), None)).graphs
    assert (one.fate, one.new) == (Fate.RETIRED, None)


@pytest.mark.parametrize("name", ["declared", "declared-streamed"])
def test_a_graph_whose_resource_only_looked_one_up_is_new(name: str) -> None:
    """What was looked up stays, and isn't called retired."""
    found = review(read(recorded(name)), CLOCK)
    assert [plain(change.words).split(";")[0] for change in found.graphs[0].changes] == [
        "new node `ping` runs `Ping`, first",
        "retries: up to 5, exponential: after 2 s, 4 s, 8 s, 16 s and 32 s",
        "new schedule `0 9 * * 1-5`: At 09:00, Monday through Friday",
        "new schedule `30 22 * * *`: At 22:30",
    ]
    assert not holds("replace", found)
    assert not holds("delete", found)


def test_a_renamed_resource_keeps_its_graph() -> None:
    """The engine creates and deletes; the graph stays, and what else changes is told."""
    old, new = graph({"a": node()}), graph({"a": node(runs="Other")})
    found = reviewed(step("create", None, new, name="new"), step("delete", old, None, name="old"))
    [one] = found.graphs
    assert [plain(change.words) for change in one.changes] == [
        "its resource is now called `new`, was `old`",
        "`a` now runs `Other`, was `Run`",
    ]


def test_one_name_at_two_state_managers_is_two_graphs() -> None:
    """The one that is left out is retired, whatever is made under its name elsewhere."""
    found = review(read(recorded("namesake")), CLOCK)
    assert [(one.fate, plain(one.named)) for one in found.graphs] == [
        (Fate.RETIRED, "`analytics/report` at `https://exosphere.example.com`"),
        (Fate.NEW, "`analytics/report` at `https://eu.example.com`"),
    ]


def test_a_renamed_resource_keeps_its_graph_where_no_address_is_said() -> None:
    """As in a preview for which no state manager is configured."""
    new, old = (step("create", None, graph(), name="new"), step("delete", graph(state_manager=US), None, name="old"))
    assert fates(reviewed(new, old)) == {"analytics/report": Fate.CHANGED}


def test_a_graph_that_is_retained_stays_live() -> None:
    """The engine forgets it, and no hook retires it."""
    [left], [replaced] = (review(read(recorded(name)), CLOCK).graphs for name in ("left", "left-replaced"))
    assert [plain(change.words) for change in (*left.changes, *replaced.changes)] == [
        "leaves this stack, and stays live: its resource has `retain_on_delete`",
        (
            "gets another name: goes live as `analytics/kept-2`, then `analytics/kept` leaves this stack, and stays "
            "live: `retain_on_delete`"
        ),
    ]
    assert left.new == left.old


def test_a_graph_made_again_at_another_state_manager_is_retired_at_the_old_one() -> None:
    """`pulumi up --replace` with a changed address: the delete goes where state says."""
    [one] = reviewed(step("replace", graph(state_manager=US), graph(state_manager=EU))).graphs
    assert (one.fate, [plain(change.words) for change in one.changes]) == (
        Fate.REPLACED,
        [
            "is made again as `analytics/report` at `https://eu`, then `analytics/report` at `https://us` is retired",
        ],
    )


def test_a_graph_made_again_at_another_state_manager_may_be_left_at_the_old_one() -> None:
    """With `retain_on_delete`, as under another name."""
    before, after = graph(state_manager=US), graph(state_manager=EU)
    found = reviewed(step("replace", before, after, retainOnDelete=True))
    assert [plain(change.words) for change in found.graphs[0].changes] == [
        (
            "is made again as `analytics/report` at `https://eu`, then `analytics/report` at `https://us` leaves this "
            "stack, and stays live: `retain_on_delete`"
        ),
    ]
    assert holds("replace", found)


def test_other_resources_are_counted() -> None:
    """The stack and the providers are none."""
    kinds = ["aws:s3/bucket:Bucket", "aws:s3/bucket:Bucket", "pulumi:pulumi:Stack", "pulumi:providers:aws"]
    steps = [step("create", None, {}, name=str(number), kind=kind) for number, kind in enumerate(kinds)]
    same = step("same", {}, {}, name="x", kind="aws:s3/bucket:Bucket")
    assert reviewed(*steps, same).others == {"create": 2}


def test_attachments_are_told_with_their_graph() -> None:
    """The graph holds what they say already."""
    trigger = step("create", None, SCHEDULE, name="nights", kind="CronTrigger")
    [one] = reviewed(step("update", graph(), SCHEDULED), trigger).graphs
    assert [(a.kind, a.name, a.op) for a in one.attachments] == [("CronTrigger", "nights", "create")]


def test_a_deleted_attachment_is_lost_if_its_graph_keeps_nothing_of_it() -> None:
    """Its graph is sent without it."""
    deleted = step("delete", SCHEDULE, None, name="nights", kind="CronTrigger")
    [one] = reviewed(step("update", SCHEDULED, graph()), deleted).graphs
    assert [a.lost for a in one.attachments] == [True]


def test_an_attachment_that_moves_changes_both_graphs() -> None:
    """It is taken from one and given to the other."""
    new = {**SCHEDULE, "graph": "analytics/other"}
    found = reviewed(step("update", SCHEDULE, new, name="nights", kind="CronTrigger"))
    changes = {one.id: [plain(change.words).split(";")[0] for change in one.changes] for one in found.graphs}
    assert changes == {
        "analytics/other": ["new schedule `0 3 * * *`: At 03:00"],
        "analytics/report": ["schedule `0 3 * * *` is removed"],
    }


def test_an_attachment_of_an_unknown_graph_goes_by_what_it_depends_on() -> None:
    """Where the graph's id isn't known yet."""
    folded = {"dependencies": [urn("report")], "deletedWith": urn("report")}
    trigger = step("create", None, {**SCHEDULE, "graph": UNKNOWN}, name="nights", kind="CronTrigger", **folded)
    [one] = reviewed(step("create", None, SCHEDULED), trigger).graphs
    assert len(one.attachments) == 1
    [nobody] = reviewed(step("create", None, {**SCHEDULE, "graph": UNKNOWN}, name="n", kind="CronTrigger")).graphs
    assert nobody.id == "a graph that isn't known yet"


def test_warnings_stand_with_their_graph() -> None:
    """Those about an attachment too; without a step for it, under the resource's name."""
    trigger = step("create", None, SCHEDULE, name="nights", kind="CronTrigger")
    warnings = [said("one"), said("two", of=urn("nights", "CronTrigger")), said("three", of=urn("nobody"))]
    found = reviewed(step("create", None, SCHEDULED), trigger, diagnostics=warnings)
    assert {one.id: len(one.warnings) for one in found.graphs} == {"analytics/report": 2, "nobody": 1}
    assert found.warnings == 3


def test_an_unchanged_graph_is_told_only_for_what_was_said_of_it() -> None:
    """`--show-sames` shows all of them."""
    same = step("same", graph(), graph())
    assert fates(reviewed(same)) == {}
    assert fates(reviewed(same, diagnostics=[said("look")])) == {"analytics/report": Fate.SAME}


def test_what_was_said_of_the_stack_is_told() -> None:
    """Warnings, and what a hook of ours told; what else a program prints isn't."""
    of_stack = urn("project-dev", "pulumi:pulumi:Stack")
    found = reviewed(
        diagnostics=[
            said("careful", of=""),
            said("exosphere: nothing was looked up", severity="info", of=of_stack),
            said("hello", severity="info", of=of_stack),
            said("deprecated", of=urn("b", "aws:s3/bucket:Bucket")),
            said("no such bucket", severity="error", of=urn("b", "aws:s3/bucket:Bucket")),
        ]
    )
    assert [one.message for one in found.diagnostics] == ["careful", "info: exosphere: nothing was looked up"[6:]]
    assert (found.other_warnings, [one.message for one in found.errors]) == (1, ["no such bucket"])


def test_what_a_refresh_found_is_told_apart() -> None:
    """What somebody changed, and what the update puts back."""
    [one] = review(read(recorded("drifted")), CLOCK).graphs
    assert "`extract`: input `source` is now `elsewhere`, was `raw-4f1c`" in [plain(c.words) for c in one.drift]
    assert "`extract`: input `source` is now `raw-4f1c`, was `elsewhere`" in [plain(c.words) for c in one.changes]


def test_a_graph_that_is_gone_is_told() -> None:
    """A refresh finds nothing, and the update makes it again."""
    [one] = reviewed(step("refresh", graph(), graph()), step("create", None, graph())).graphs
    assert (one.fate, one.gone) == (Fate.NEW, True)
