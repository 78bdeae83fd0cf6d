"""The review of a live graph that a stack takes over: it knows only the paths that differ."""

from __future__ import annotations

import pytest

from pulumi_exosphere.review import markdown
from pulumi_exosphere.review.command import holds
from pulumi_exosphere.review.compare import Mark
from pulumi_exosphere.review.diagram import texts
from pulumi_exosphere.review.graph_review import Fate
from pulumi_exosphere.template.take_over import TakeOver
from tests.review.documents import CLOCK, graph, node, reviewed, said, step

LABEL = "graph 'report' in namespace 'analytics'"
NODES = {"extract": node("a.b new"), "a.b": node(), "a": node(), "new": node()}
FOUND = TakeOver(
    overwritten=("nodes.extract.inputs.source", "nodes.a.b.inputs.x", "retry_policy.max_retries"),
    removed=("nodes.audit", "triggers.0 9 * * *"),
    added=("nodes.new",),
)


def test_taken_over() -> None:
    """Paths are listed, removals first; a removed schedule counts as one; and nothing is repeated."""
    found = reviewed(step("create", None, graph(NODES)), diagnostics=[said(FOUND.sentence(LABEL))])
    [one] = found.graphs
    assert one.fate is Fate.TAKEN_OVER
    assert one.diagnostics == []
    assert [change.mark for change in one.changes] == [Mark.REMOVED] * 2 + [Mark.CHANGED] * 3 + [Mark.ADDED]
    assert {reason for reason in ("overwrite", "delete", "warning", "replace") if holds(reason, found)} == {
        "overwrite",
        "delete",
        "warning",
    }
    comment = markdown.comment(found, CLOCK)
    assert "1 graph is taken over" in comment
    assert "schedule `0 9 * * *` is removed" in comment
    assert "`retry_policy.max_retries` is overwritten" in comment
    assert "exists already and is taken over" not in comment


def test_diagram() -> None:
    """The diagram marks the nodes that are added, changed and removed, whatever dots their names contain."""
    [one] = reviewed(step("create", None, graph(NODES)), diagnostics=[said(FOUND.sentence(LABEL))]).graphs
    assert one.comparison.nodes == {
        "extract": Mark.CHANGED,
        "a.b": Mark.CHANGED,
        "new": Mark.ADDED,
        "a": Mark.SAME,
        "audit": Mark.REMOVED,
    }
    drawn = [lines[0] for _, lines in texts(one, list(one.comparison.nodes))]
    assert "− audit" in drawn  # noqa: RUF001  # a minus sign
    assert "```mermaid" in markdown.comment(
        reviewed(step("create", None, graph(NODES)), diagnostics=[said(FOUND.sentence(LABEL))]), CLOCK
    )


def test_unchanged() -> None:
    """A graph that doesn't differ is taken over too, and doesn't fail a job."""
    same = said(TakeOver(secrets=True).sentence(LABEL), severity="info")
    found = reviewed(step("create", None, graph(NODES)), diagnostics=[same])
    [one] = found.graphs
    assert (one.fate, one.comparison.differs) == (Fate.TAKEN_OVER, False)
    assert not any(holds(reason, found) for reason in ("overwrite", "delete", "warning"))
    assert "doesn't differ, except for the values of its secrets" in markdown.comment(found, CLOCK)


def test_more_than_the_preview_names() -> None:
    """The review says that there are more."""
    many = TakeOver(overwritten=tuple(f"nodes.a.inputs.x{number}" for number in range(150)))
    [one] = reviewed(step("create", None, graph(NODES)), diagnostics=[said(many.sentence(LABEL))]).graphs
    assert one.changes[-1].words == ("and more: the preview doesn't name all paths",)


def test_moved() -> None:
    """A graph whose address changes is compared with the one that the new state manager has, not with state."""
    here, there = ({**graph({"a": node()}), "state_manager": f"http://{host}"} for host in ("here", "there"))
    found = reviewed(step("update", here, there), diagnostics=[said(FOUND.sentence(LABEL))])
    [one] = found.graphs
    assert one.fate is Fate.TAKEN_OVER
    assert holds("overwrite", found)
    comment = markdown.comment(found, CLOCK)
    assert "moves to the state manager at `http://there`" in comment
    assert "`retry_policy.max_retries` is overwritten" in comment


@pytest.mark.parametrize("severity", ["warning", "info"])
def test_own_graph_under_another_name(severity: str) -> None:
    """A renamed resource is this stack's own graph, and compared with its state."""
    found = reviewed(
        step("create", None, graph(NODES), name="renamed"),
        step("delete", graph(NODES), None),
        diagnostics=[said(FOUND.sentence(LABEL), severity=severity, of=said("")["urn"].replace("report", "renamed"))],
    )
    assert [one.fate for one in found.graphs] == [Fate.CHANGED]
    assert not holds("overwrite", found)
