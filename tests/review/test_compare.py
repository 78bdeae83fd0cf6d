from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.review.compare import Mark, compare, walk
from pulumi_exosphere.review.graph_state import GraphState, Node, graph_state
from pulumi_exosphere.review.values import UNKNOWN
from tests.review.documents import graph, node

NAMES = st.sampled_from("abcdef")
NODES = st.dictionaries(
    NAMES, st.builds(Node, st.sampled_from("XY"), st.just("n"), next_nodes=st.lists(NAMES, max_size=3).map(tuple))
)


def state(**nodes: object) -> GraphState:
    """Return a graph of these nodes."""
    return graph_state(graph(nodes))


def test_nodes_come_in_the_order_of_the_walk() -> None:
    """From the root, depth first, the removed ones last."""
    found = compare(state(old=node()), state(z=node("b a"), a=node(), b=node("c"), c=node()))
    assert list(found.nodes) == ["z", "b", "c", "a", "old"]


@given(NODES)
def test_a_walk_comes_to_every_node_once(nodes: dict[str, Node]) -> None:
    """Also with circles and links to missing nodes."""
    assert sorted(walk(nodes)) == sorted(nodes)


@given(NODES, NODES)
def test_nothing_differs_from_itself(one: dict[str, Node], other: dict[str, Node]) -> None:
    """And the comparison of two graphs is the reverse of the reversed one."""
    assert not compare(GraphState(nodes=one), GraphState(nodes=one)).differs
    there, back = (compare(GraphState(nodes=a), GraphState(nodes=b)) for a, b in ((one, other), (other, one)))
    turned = {Mark.ADDED: Mark.REMOVED, Mark.REMOVED: Mark.ADDED}
    assert back.nodes == {key: turned.get(mark, mark) for key, mark in there.nodes.items()}
    assert back.links == {key: turned.get(mark, mark) for key, mark in there.links.items()}


def test_links_and_waiting_are_distinguished() -> None:
    """A link that is removed, one that stays, one that is added, and a changed strategy."""
    waits = [{"identifier": "a", "strategy": strategy} for strategy in ("ALL_SUCCESS", "ALL_DONE")]
    old, new = (
        state(a=node("b c"), b=node(), c=node(unites=waits[0])),
        state(a=node("b"), b=node("c"), c=node(unites=waits[1])),
    )
    found = compare(old, new)
    assert found.links == {("a", "b"): Mark.SAME, ("b", "c"): Mark.ADDED, ("a", "c"): Mark.REMOVED}
    assert found.unites == {("a", "c"): Mark.CHANGED}


@pytest.mark.parametrize(
    ("after", "mark"),
    [("c b", Mark.CHANGED), ("c b d", Mark.CHANGED), ("c", Mark.SAME), ("b d c", Mark.SAME), ("d b c", Mark.SAME)],
)
def test_a_node_whose_next_nodes_change_places_changes(after: str, mark: Mark) -> None:
    """Regardless of nodes added or removed among them, which only change links."""
    nodes = {key: node() for key in "bcd"}
    assert compare(state(a=node("b c"), **nodes), state(a=node(after), **nodes)).nodes["a"] is mark


def test_unknown_nodes_are_not_compared() -> None:
    """No previous node counts as removed."""
    assert not compare(state(a=node()), graph_state(graph() | {"nodes": UNKNOWN})).nodes


def test_links_that_are_not_known_are_not_compared() -> None:
    """The known ones are drawn as they will be, and a node with such links doesn't count as renamed."""
    links: list[tuple[object, dict[tuple[str, str], Mark]]] = [(UNKNOWN, {}), ([UNKNOWN, "b"], {("a", "b"): Mark.SAME})]
    rest = {"b": node(), "c": node()}
    for next_nodes, known in links:
        old, new = state(a=node("b c"), **rest), state(a=node() | {"next_nodes": next_nodes}, **rest)
        found = compare(old, new)
        assert found.links == known
        assert found.nodes == {"a": Mark.CHANGED, "b": Mark.SAME, "c": Mark.SAME}
    assert not compare(state(b=node()), state(x=node() | {"next_nodes": UNKNOWN})).renamed
