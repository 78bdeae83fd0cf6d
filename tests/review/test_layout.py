from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.review.layout import BESIDE, BETWEEN_LAYERS, Layout, Place, layout

SIZES = st.dictionaries(st.text("abcdefghij", min_size=1, max_size=2), st.tuples(st.floats(1, 200), st.floats(1, 200)))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], list[tuple[str, str]]]:
    """Draw nodes of any size, with links, circles and links from a node to itself."""
    sizes = draw(SIZES)
    nodes = st.sampled_from(sorted(sizes) or [""])
    return sizes, draw(st.lists(st.tuples(nodes, nodes), max_size=30)) if sizes else []


def apart(one: Place, other: Place) -> bool:
    """Return whether two rectangles don't overlap."""
    return (
        abs(one.along - other.along) > (one.length + other.length) / 2 - 0.01
        or abs(one.across - other.across) > (one.breadth + other.breadth) / 2 - 0.01
    )


@given(graphs())
def test_no_node_covers_another(given: tuple[dict[str, tuple[float, float]], list[tuple[str, str]]]) -> None:
    """And all of them are inside the drawing."""
    sizes, links = given
    found = layout(sizes, links)
    assert found.nodes.keys() == sizes.keys()
    assert all(apart(one, other) for one, other in combinations(found.nodes.values(), 2))
    for place in found.nodes.values():
        assert -0.01 <= place.along - place.length / 2 <= place.along + place.length / 2 <= found.length + 0.01
        assert -0.01 <= place.across - place.breadth / 2 <= place.across + place.breadth / 2 <= found.breadth + 0.01


@given(graphs())
def test_links_lead_onwards(given: tuple[dict[str, tuple[float, float]], list[tuple[str, str]]]) -> None:
    """Without circles, through every layer between their ends."""
    sizes, links = given
    onwards = [link for link in links if link[0] < link[1]]
    found = layout(sizes, onwards)
    for start, end in onwards:
        route = [found.nodes[start], *found.bends[start, end], found.nodes[end]]
        assert all(one.along < other.along for one, other in pairwise(route))


def test_a_link_passes_beside_the_nodes_between_its_ends() -> None:
    """Not through them."""
    sizes = dict.fromkeys("abc", (10.0, 10.0))
    found = layout(sizes, [("a", "b"), ("b", "c"), ("a", "c")])
    [bend] = found.bends["a", "c"]
    assert bend.along == found.nodes["b"].along == 10 + BETWEEN_LAYERS + 5
    assert abs(bend.across - found.nodes["b"].across) == BESIDE + 5


def test_lines_that_need_not_cross_do_not() -> None:
    """For any order of the nodes."""
    found = layout(dict.fromkeys("abcd", (10.0, 10.0)), [("a", "d"), ("b", "c")])
    assert (found.nodes["a"].across < found.nodes["b"].across) == (found.nodes["d"].across < found.nodes["c"].across)


def test_a_branch_is_centred() -> None:
    """Between its next nodes."""
    found = layout(dict.fromkeys("abc", (10.0, 10.0)), [("a", "b"), ("a", "c")])
    assert found.nodes["a"].across == (found.nodes["b"].across + found.nodes["c"].across) / 2


def test_of_nothing_there_is_nothing() -> None:
    """The drawing has no size."""
    assert layout({}, []) == Layout({}, {}, 0, 0)
