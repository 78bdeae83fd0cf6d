from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.review.diagram import (
    LABEL,
    LONGEST,
    MOST_LINKS,
    MOST_NODES,
    diagram,
    distinct,
    label,
    left_out,
)
from pulumi_exosphere.review.graph_review import GraphReview
from tests.review.documents import graph, node, reviewed, step


def drawn(old: dict[str, Any] | None, new: dict[str, Any] | None, op: str = "update") -> list[str]:
    """Return the lines of the diagram."""
    return diagram(one(old, new, op)).splitlines()


def one(old: dict[str, Any] | None, new: dict[str, Any] | None, op: str = "update") -> GraphReview:
    """Return the only graph."""
    states = (None if nodes is None else graph(nodes) for nodes in (old, new))
    return reviewed(step(op, *states)).graphs[0]


BEFORE = {"a": node("b"), "b": node("c"), "c": node()}
AFTER = {"a": node("x"), "x": node("c"), "c": node(runs="Other")}


def test_what_happens_to_a_node_shows_by_sign_and_shape() -> None:
    """And by colour, which not everyone can see."""
    assert drawn(BEFORE, AFTER)[1:5] == [
        '  n0["a<br/>Run"]:::same',
        '  n1(["#65279;#43;#65279; x<br/>Run"]):::added',
        '  n2{{"#65279;#126;#65279; c<br/>Other"}}:::changed',
        '  n3[/"\u2212 b<br/>Run"/]:::removed',
    ]


def test_what_happens_to_a_link_shows_by_line_and_label() -> None:
    """Thick is added, dotted removed."""
    assert drawn(BEFORE, AFTER)[5:9] == [
        '  n0 ==>|"#65279;#43;#65279;"| n1',
        '  n1 ==>|"#65279;#43;#65279;"| n2',
        '  n0 -.->|"removed"| n3',
        '  n3 -.->|"removed"| n2',
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (None, "ALL_DONE", '  n0 ==o|"#65279;#43;#65279; unites"| n1'),
        ("ALL_DONE", None, '  n0 -.-o|"unites, removed"| n1'),
        ("ALL_DONE", "ALL_DONE", '  n0 --o|"unites"| n1'),
        ("ALL_DONE", "ALL_SUCCESS", '  n0 --o|"#65279;#126;#65279; unites"| n1'),
    ],
)
def test_waiting_has_lines_of_its_own(old: str | None, new: str | None, line: str) -> None:
    """From the node whose branches it waits for."""
    before, after = (
        {"a": node("b"), "b": node(unites=strategy and {"identifier": "a", "strategy": strategy})}
        for strategy in (old, new)
    )
    assert line in drawn(before, after)


def test_a_node_of_another_namespace_says_so() -> None:
    """The graph's own namespace isn't repeated."""
    assert '  n0(["#65279;#43;#65279; a<br/>Run · shared"]):::added' in drawn(
        None, {"a": node(namespace="shared")}, "create"
    )


def test_long_chains_go_downwards() -> None:
    """From left to right they would be too small to read."""
    short, long = ({f"n{i}": node(f"n{i + 1}" if i < last else "") for i in range(last + 1)} for last in (3, 6))
    assert drawn(None, short, "create")[0] == "flowchart LR"
    assert drawn(None, long, "create")[0] == "flowchart TD"


def test_of_a_big_graph_what_changes_is_drawn() -> None:
    """Together with the neighbours."""
    old = {f"n{i}": node(f"n{i + 1}" if i < 999 else "") for i in range(1000)}
    new = {**old, "n500": node("n501", runs="Other")}
    lines = drawn(old, new)
    assert [line.split("<br/>")[0] for line in lines[1:4]] == [
        '  n0["n499',
        '  n1{{"#65279;#126;#65279; n500',
        '  n2["n501',
    ]
    assert left_out(one(old, new)) == "997 nodes of 1,000 not drawn."


def layered(width: int) -> dict[str, Any]:
    """Return nodes in two rows, each of the first leading to each of the second."""
    second = {f"b{number}": node() for number in range(width)}
    return {**{f"a{number}": node(" ".join(second)) for number in range(width)}, **second}


def test_a_diagram_stays_small() -> None:
    """Mermaid rejects more than 500 links, and nobody can read so many."""
    lines = drawn(None, layered(50), "create")
    assert sum("==>" in line for line in lines) == MOST_LINKS
    assert sum(":::added" in line for line in lines) == MOST_NODES


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (12, ""),
        (13, "19 links of 169 not drawn."),
        (50, "40 nodes of 100 not drawn. 350 links of 500 between the drawn nodes not drawn."),
    ],
)
def test_what_is_not_drawn_is_counted(width: int, said: str) -> None:
    """Of the links only those between drawn nodes are counted."""
    assert left_out(one(None, layered(width), "create")) == said


def test_nothing_is_drawn_of_no_nodes() -> None:
    """Of a graph of another program only the attachments are known."""
    assert drawn({}, {}) == []


HOSTILE = st.text(alphabet=st.sampled_from('ab `"#;%{}[]()<>|\\@:&-.1~*_üé'), min_size=1)


@given(HOSTILE)
def test_a_label_contains_no_sign(text: str) -> None:
    """Nothing ends the label, starts a directive, a style or Markdown, or is an entity."""
    shown = label(text)
    assert not re.search(r"[^A-Za-z0-9 x\x80-\U0010ffff]", re.sub(r"#\d+;|(?<=[a-z0-9])[_-](?=[a-z0-9])", "x", shown))
    decoded = re.sub(r"#(\d+);", lambda sign: chr(int(sign[1])), shown)
    assert decoded.replace("\ufeff", "").replace("\xa0", " ") == text.replace("`", "\u02cb")


def test_everyday_identifiers_stay_readable_in_the_source() -> None:
    """An e-mail shows the source; a sign inside a word needs no code."""
    assert label("load-orders_v2 nightly") == "load-orders_v2 nightly"


@given(st.lists(st.text("ab_\n", max_size=8).map(lambda text: text * 12), unique=True, max_size=8))
def test_names_that_are_cut_stay_different(names: list[str]) -> None:
    """Even if they begin and end alike."""
    short = distinct(names)
    assert len(set(short.values())) == len(names)
    assert all(len(text) <= LABEL for text in short.values())


def test_a_cut_name_keeps_both_ends() -> None:
    """Long names of one graph often begin alike."""
    long = "daily-report-of-all-orders-and-returns-by-region"
    assert distinct([long, f"{long}-eu"]) == {
        long: "daily-report-of-all-…d-returns-by-region",
        f"{long}-eu": "daily-report-of-all-…eturns-by-region-eu",
    }


def test_a_diagram_is_never_longer_than_mermaid_takes() -> None:
    """If long names consist of signs, fewer nodes are drawn and the others counted."""
    names = [f"{'*' * 30}{number}{'_' * 30}" for number in range(MOST_NODES)]
    whole = one(None, {name: node(runs=name) for name in names}, "create")
    assert len(diagram(whole)) < LONGEST
    assert left_out(whole) == "30 nodes of 60 not drawn."
