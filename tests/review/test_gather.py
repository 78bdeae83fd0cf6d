from __future__ import annotations

import pytest

from pulumi_exosphere.review.command import holds
from pulumi_exosphere.review.gather import Review, review
from pulumi_exosphere.review.graph_review import Fate
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.terminal import text
from pulumi_exosphere.review.text import plain
from pulumi_exosphere.template.sections import FOLDED
from tests.review.documents import CLOCK, UNKNOWN, graph, node, recorded, reviewed, said, step, urn

US, EU = "https://us", "https://eu"


def told(name: str) -> list[str]:
    """Return the lines about the graphs of a recorded preview, without the next runs of schedules."""
    lines = text(review(read(recorded(name)), CLOCK), CLOCK).splitlines()[1:]
    return [line.split("; next ")[0].strip() for line in lines if line and not line.startswith("Times are in")]


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
    """The graph's inputs stay the same, so a preview has no step for it."""
    assert told(name) == ["No graph changes.", "`analytics/report` unchanged", "Attachments", *said]
    assert "Times are in" not in text(review(read(recorded(name)), CLOCK), CLOCK)


def test_a_piece_that_leaves_the_stack_may_stay_live() -> None:
    """With `retain_on_delete`, which only a piece given by id may have."""
    kept = "`retries` (RetryPolicy, removed; the graph keeps it)"
    assert told("forgotten") == ["No graph changes.", "`shared/nightly` unchanged", "Attachments", kept]


def test_a_piece_that_goes_to_another_state_manager_stays_at_the_old_one() -> None:
    """It is new there, and nothing is removed from the old one."""
    moved = "moves to the state manager at `https://eu.example.com`; what it set at `https://exosphere.example.com`"
    assert told("moved-elsewhere") == [
        "1 graph changes.",
        "~ `shared/nightly` changed: 2 changes",
        "+ retries: up to 5, exponential: after 2 s, 4 s, 8 s, 16 s and 32 s",
        "+ new schedule `*/15 * * * *`: every 15 minutes",
        "Attachments",
        f"`quarters` (CronTrigger, changed; {moved} stays there)",
        f"`retries` (RetryPolicy, changed; {moved} stays there)",
    ]


def test_a_known_schedule_is_shown_beside_one_that_is_not_known_yet() -> None:
    """Each by itself."""
    assert told("unknown-schedule")[3:5] == [
        "+ new schedule `0 12 * * *`: at 12:00 every day",
        "~ a schedule is known only during the update",
    ]
    unknown = {"expression": UNKNOWN, "graph": "analytics/report"}
    steps = [step("create", None, unknown, name=name, kind="CronTrigger") for name in ("a", "b")]
    [one] = reviewed(*steps).graphs
    assert one.new is not None
    assert one.new.unknown_triggers == 2


def test_a_piece_may_be_kept_where_an_expression_is_not_known_yet() -> None:
    """A deleted piece, or one whose own expression becomes unknown, may still be kept."""
    known, unknown = ({"expression": text, "graph": "analytics/report"} for text in ("0 3 * * *", UNKNOWN))
    [updated] = reviewed(step("update", known, unknown, name="nights", kind="CronTrigger")).graphs
    assert ([one.lost for one in updated.attachments], updated.loses) == ([False], False)
    found = reviewed(
        step("delete", known, None, name="nights", kind="CronTrigger"),
        step("create", None, unknown, name="whenever", kind="CronTrigger"),
    )
    assert "`nights` (CronTrigger, removed; the graph may keep it)" in text(found, CLOCK)


def test_a_graph_that_is_looked_up_owns_nothing() -> None:
    """`Graph.get` only reads: a piece of such a graph is sent by itself, and so changes the graph."""
    given = {"expression": "0 3 * * *", "graph": "analytics/report"}
    looked_up = {"dependencies": [urn("report")], "propertyDependencies": {"graph": [urn("report")]}}
    [one] = reviewed(step("delete", given, None, name="nights", kind="CronTrigger", **looked_up)).graphs
    assert [attachment.lost for attachment in one.attachments] == [True]


def test_a_piece_may_be_deleted_with_something_else() -> None:
    """This doesn't make a looked-up graph its owner, and a piece marked as folded keeps its owner."""
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
    """Only the argument `graph` counts."""
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
    """A piece removed at one isn't kept by the other."""
    gone, made = ({"expression": "0 3 * * *", "graph": "a/g", "state_manager": address} for address in (US, EU))
    found = reviewed(
        step("delete", gone, None, name="old", kind="CronTrigger"),
        step("create", None, made, name="new", kind="CronTrigger"),
    )
    lost = {graph.state.state_manager: [one.lost for one in graph.attachments] for graph in found.graphs}
    assert lost == {US: [True], EU: [False]}


def test_a_piece_goes_with_the_graph_of_its_own_state_manager() -> None:
    """Even if the program declares graphs of the same name on two of them."""
    steps = [step("create", None, graph(state_manager=address), name=address) for address in (US, EU)]
    piece = {"expression": "0 3 * * *", "graph": "analytics/report", "state_manager": EU}
    found = reviewed(*steps, step("create", None, piece, name="nights", kind="CronTrigger"))
    assert {one.resource: len(one.attachments) for one in found.graphs} == {US: 0, EU: 1}


RETRIES = {"graph": "shared/nightly", "max_retries": 5}
NIGHTS = {"graph": "shared/nightly", "expression": "0 3 * * *"}


def test_what_a_refresh_found_of_a_graph_that_is_not_declared_is_shown() -> None:
    """The changes of the pieces that belong to this stack."""
    [one] = review(read(recorded("drifted-elsewhere")), CLOCK).graphs
    assert [plain(change.words).partition("; were up to 5")[0] for change in one.drift] == [
        "retries are now up to 1, exponential: after 2 s",
        "schedule `*/15 * * * *` (every 15 minutes) is removed",
    ]


def test_a_piece_that_is_as_it_was_is_not_shown() -> None:
    """It has no further step."""
    found = reviewed(
        step("refresh", NIGHTS, NIGHTS, name="nights", kind="CronTrigger"),
        step("refresh", RETRIES, RETRIES, name="retries", kind="RetryPolicy"),
        step("update", {**RETRIES, "max_retries": 1}, RETRIES, name="retries", kind="RetryPolicy"),
    )
    assert [len(one.drift) for one in found.graphs] == [1]


def test_a_graph_that_is_not_declared_may_be_gone() -> None:
    """A section disappears only with its graph; a schedule may disappear alone."""
    gone = [
        step("refresh", RETRIES, RETRIES, name="retries", kind="RetryPolicy"),
        step("create", None, RETRIES, name="retries", kind="RetryPolicy"),
    ]
    [one] = reviewed(*gone).graphs
    assert (one.gone, one.drift) == (True, [])


def test_a_folded_piece_is_shown_with_its_graph_alone() -> None:
    """The graph contains it too."""
    scheduled = graph(namespace="shared", name="nightly", triggers={"0 3 * * *": {}})
    bare = {**scheduled, "triggers": {}}
    found = reviewed(
        step("refresh", scheduled, scheduled),
        step("refresh", NIGHTS, NIGHTS, name="nights", kind="CronTrigger"),
        step("update", bare, scheduled),
        step("create", None, NIGHTS, name="nights", kind="CronTrigger"),
    )
    assert [[plain(change.words) for change in one.drift] for one in found.graphs] == [
        ["schedule `0 3 * * *` (at 03:00 every day) is removed"]
    ]


SCHEDULE = {"expression": "0 3 * * *", "graph": "analytics/report"}
US, EU = "https://us", "https://eu"
SCHEDULED = graph(triggers={"0 3 * * *": {"type": "CRON"}})


def fates(found: Review) -> dict[str, Fate]:
    """Return the fate of each graph."""
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
def test_the_fate_of_each_graph_is_shown(name: str, fate: dict[str, Fate]) -> None:
    """From previews of the real CLI."""
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


def test_a_replacement_in_several_steps_is_one() -> None:
    """The streaming form lists creation, replacement and deletion separately."""
    old, new = graph(name="old"), graph(name="new")
    parts = [step("create-replacement", old, new), step("replace", old, new), step("delete-replaced", old, None)]
    assert fates(reviewed(*parts)) == {"analytics/new": Fate.REPLACED}


def test_a_graph_created_again_under_its_own_name_is_not_replaced() -> None:
    """`pulumi up --replace` is an upsert, and retires no graph."""
    assert fates(reviewed(step("replace", graph(), graph()))) == {"analytics/report": Fate.CHANGED}


def test_a_graph_whose_resource_only_looks_another_one_up_is_retired() -> None:
    """Also in the streaming form."""
    replaced = step("replace", graph(), {"state_manager": US})
    replaced["newState"]["external"] = True
    [one] = reviewed(replaced, step("delete-replaced", graph(), None)).graphs
    assert (one.fate, one.new) == (Fate.RETIRED, None)


@pytest.mark.parametrize("name", ["declared", "declared-streamed"])
def test_a_graph_whose_resource_only_looked_one_up_is_new(name: str) -> None:
    """The looked-up graph stays and isn't shown as retired."""
    found = review(read(recorded(name)), CLOCK)
    assert [plain(change.words).split(";")[0] for change in found.graphs[0].changes] == [
        "new node `ping` runs `Ping`, first",
        "retries: up to 5, exponential: after 2 s, 4 s, 8 s, 16 s and 32 s",
        "new schedule `0 9 * * 1-5`: at 09:00, Monday through Friday",
        "new schedule `30 22 * * *`: at 22:30 every day",
    ]
    assert not holds("replace", found)
    assert not holds("delete", found)


def test_a_renamed_resource_keeps_its_graph() -> None:
    """The engine creates and deletes, but the graph stays; its other changes are shown."""
    old, new = graph({"a": node()}), graph({"a": node(runs="Other")})
    found = reviewed(step("create", None, new, name="new"), step("delete", old, None, name="old"))
    [one] = found.graphs
    assert [plain(change.words) for change in one.changes] == [
        "its resource is now called `new`, was `old`",
        "`a` now runs `Other`, was `Run`",
    ]


def test_one_name_at_two_state_managers_is_two_graphs() -> None:
    """The one that leaves the program is retired, even if a graph of its name is created elsewhere."""
    found = review(read(recorded("namesake")), CLOCK)
    assert [(one.fate, plain(one.named)) for one in found.graphs] == [
        (Fate.RETIRED, "`analytics/report` at `https://exosphere.example.com`"),
        (Fate.NEW, "`analytics/report` at `https://eu.example.com`"),
    ]


def test_a_renamed_resource_keeps_its_graph_where_no_address_is_shown() -> None:
    """As in a preview without a configured state manager."""
    new, old = (step("create", None, graph(), name="new"), step("delete", graph(state_manager=US), None, name="old"))
    assert fates(reviewed(new, old)) == {"analytics/report": Fate.CHANGED}


def test_a_graph_that_is_retained_stays_live() -> None:
    """The engine forgets it, and no hook retires it."""
    [left], [replaced] = (review(read(recorded(name)), CLOCK).graphs for name in ("left", "left-replaced"))
    assert [plain(change.words) for change in (*left.changes, *replaced.changes)] == [
        "leaves this stack and stays live: its resource has `retain_on_delete`",
        (
            "is renamed: goes live as `analytics/kept-2`, then `analytics/kept` leaves this stack and stays "
            "live: `retain_on_delete`"
        ),
    ]
    assert left.new == left.old


def test_a_graph_created_again_at_another_state_manager_is_retired_at_the_old_one() -> None:
    """With `pulumi up --replace` and a changed address, the delete goes to the address in state."""
    [one] = reviewed(step("replace", graph(state_manager=US), graph(state_manager=EU))).graphs
    assert (one.fate, [plain(change.words) for change in one.changes]) == (
        Fate.REPLACED,
        [
            (
                "is created again as `analytics/report` at `https://eu`, then "
                "`analytics/report` at `https://us` is retired"
            ),
        ],
    )


def test_a_graph_created_again_at_another_state_manager_may_be_left_at_the_old_one() -> None:
    """With `retain_on_delete`, as with a changed name."""
    before, after = graph(state_manager=US), graph(state_manager=EU)
    found = reviewed(step("replace", before, after, retainOnDelete=True))
    assert [plain(change.words) for change in found.graphs[0].changes] == [
        (
            "is created again as `analytics/report` at `https://eu`, then "
            "`analytics/report` at `https://us` leaves this stack and stays live: `retain_on_delete`"
        ),
    ]
    assert holds("replace", found)


def test_other_resources_are_counted() -> None:
    """The stack and the providers don't count."""
    kinds = ["aws:s3/bucket:Bucket", "aws:s3/bucket:Bucket", "pulumi:pulumi:Stack", "pulumi:providers:aws"]
    steps = [step("create", None, {}, name=str(number), kind=kind) for number, kind in enumerate(kinds)]
    same = step("same", {}, {}, name="x", kind="aws:s3/bucket:Bucket")
    assert reviewed(*steps, same).others == {"create": 2}


def test_attachments_are_shown_with_their_graph() -> None:
    """The graph's own changes contain theirs."""
    trigger = step("create", None, SCHEDULE, name="nights", kind="CronTrigger")
    [one] = reviewed(step("update", graph(), SCHEDULED), trigger).graphs
    assert [(a.kind, a.name, a.op) for a in one.attachments] == [("CronTrigger", "nights", "create")]


def test_a_deleted_attachment_is_lost_if_its_graph_keeps_nothing_of_it() -> None:
    """The graph is sent without it."""
    deleted = step("delete", SCHEDULE, None, name="nights", kind="CronTrigger")
    [one] = reviewed(step("update", SCHEDULED, graph()), deleted).graphs
    assert [a.lost for a in one.attachments] == [True]


def test_an_attachment_that_moves_changes_both_graphs() -> None:
    """It is removed from one and added to the other."""
    new = {**SCHEDULE, "graph": "analytics/other"}
    found = reviewed(step("update", SCHEDULE, new, name="nights", kind="CronTrigger"))
    changes = {one.id: [plain(change.words).split(";")[0] for change in one.changes] for one in found.graphs}
    assert changes == {
        "analytics/other": ["new schedule `0 3 * * *`: at 03:00 every day"],
        "analytics/report": ["schedule `0 3 * * *` (at 03:00 every day) is removed"],
    }


def test_an_attachment_of_an_unknown_graph_goes_by_what_it_depends_on() -> None:
    """If the graph's id isn't known yet."""
    folded = {"dependencies": [urn("report")], "deletedWith": urn("report")}
    trigger = step("create", None, {**SCHEDULE, "graph": UNKNOWN}, name="nights", kind="CronTrigger", **folded)
    [one] = reviewed(step("create", None, SCHEDULED), trigger).graphs
    assert len(one.attachments) == 1
    [nobody] = reviewed(step("create", None, {**SCHEDULE, "graph": UNKNOWN}, name="n", kind="CronTrigger")).graphs
    assert nobody.id == "a graph that is not known yet"


def test_warnings_stand_with_their_graph() -> None:
    """Also those about an attachment; without a step for it, under the resource's name."""
    trigger = step("create", None, SCHEDULE, name="nights", kind="CronTrigger")
    warnings = [said("one"), said("two", of=urn("nights", "CronTrigger")), said("three", of=urn("nobody"))]
    found = reviewed(step("create", None, SCHEDULED), trigger, diagnostics=warnings)
    assert {one.id: len(one.warnings) for one in found.graphs} == {"analytics/report": 2, "nobody": 1}
    assert found.warnings == 3


def test_an_unchanged_graph_is_shown_only_for_messages_about_it() -> None:
    """`--show-sames` lists all of them."""
    same = step("same", graph(), graph())
    assert fates(reviewed(same)) == {}
    assert fates(reviewed(same, diagnostics=[said("look")])) == {"analytics/report": Fate.SAME}


def test_what_was_concerns_the_stack_is_shown() -> None:
    """Warnings and our hooks' messages, but not the program's own output."""
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


def test_what_a_refresh_found_is_shown_separately() -> None:
    """The change made elsewhere, and the update that restores the program's values."""
    [one] = review(read(recorded("drifted")), CLOCK).graphs
    assert "`extract`: input `source` is now `elsewhere`, was `raw-4f1c`" in [plain(c.words) for c in one.drift]
    assert "`extract`: input `source` is now `raw-4f1c`, was `elsewhere`" in [plain(c.words) for c in one.changes]


def test_a_graph_that_is_gone_is_shown() -> None:
    """A refresh finds nothing, and the update creates it again."""
    [one] = reviewed(step("refresh", graph(), graph()), step("create", None, graph())).graphs
    assert (one.fate, one.gone) == (Fate.NEW, True)


def test_the_native_plugin_is_reviewed_like_the_python_resources() -> None:
    """Its previews have the same properties under other types."""
    before, after = graph({"a": node()}), graph({"a": node("b"), "b": node()})
    python, native = (reviewed(step("update", before, after, kind=kind)) for kind in ("Graph", "exosphere:index:Graph"))
    assert len(native.graphs) == 1
    assert [one.changes for one in native.graphs] == [one.changes for one in python.graphs]
    assert not native.others
