from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.template import structure
from pulumi_exosphere.template.walk import TOO_DEEP, Node, Walk, walk
from tests.template.plain_walk import PlainWalk


def graph(**nodes: str) -> dict[str, Node]:
    """Return nodes from ``a="b c"`` (next nodes) and ``d="e <b"`` (that unites ``b``)."""
    made = {}
    for name, text in nodes.items():
        words = text.split()
        unites = next((word[1:] for word in words if word.startswith("<")), None)
        made[name] = Node([word for word in words if not word.startswith("<")], unites, {})
    return made


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Node]:
    """Graphs with one root: half of them have links in one direction only, the others may have cycles."""
    names = [str(number) for number in range(draw(st.integers(1, 9)))]
    one_way = draw(st.booleans())
    made: dict[str, Node] = {}
    for place, name in enumerate(names):
        following = names[place + 1 if one_way else 1 :]
        next_nodes = draw(st.lists(st.sampled_from(following), unique=True, max_size=4)) if following else []
        others = [other for other in names if other != name] if place else []
        made[name] = Node(next_nodes, draw(st.sampled_from([None, None, None, *others])), {})
    for orphan in structure.root_nodes(made)[1:]:
        before = made[draw(st.sampled_from(names[: names.index(orphan)]))]
        assert isinstance(before.next_nodes, list)
        before.next_nodes.insert(draw(st.integers(0, 4)), orphan)
    return {name: made[name] for name in draw(st.permutations(names))}


def broken(nodes: Mapping[str, Node], walked: Walk) -> str | None:
    """Return the first rule about reachability that is broken, in the order of `structure`."""
    for group in (structure.unreached_targets(walked), structure.unconnected(nodes, walked), structure.loops(walked)):
        for fault in group:
            return fault.rule
    return None


@given(graphs())
def test_it_agrees_with_the_plain_walk(nodes: dict[str, Node]) -> None:
    """The walk breaks the same rules, and finds the same parents, as the plainly written rules."""
    (root,) = structure.root_nodes(nodes)
    walked, plain = walk(nodes, root), PlainWalk(nodes, root)
    assert broken(nodes, walked) == plain.rule
    assert {name: set(walked.parents_of(name)) for name in walked.number} == plain.parents
    assert {(one, other) for one in walked.number for other in walked.number if walked.is_parent(one, other)} == {
        (one, other) for other, parents in plain.parents.items() for one in parents
    }


@given(graphs())
def test_without_parents_it_goes_the_same_way(nodes: dict[str, Node]) -> None:
    """Leaving out the parents changes nothing else."""
    (root,) = structure.root_nodes(nodes)
    walked, bare = walk(nodes, root), walk(nodes, root, parents=False)
    walked.parents = bare.parents
    assert bare == walked


@pytest.mark.parametrize(
    ("nodes", "of", "expected"),
    [
        (graph(a="b c", b="d", c="d", d="e", e=""), "e", "a b d"),
        (graph(a="c b", b="d", c="d", d="e", e=""), "e", "a c d"),
        (graph(a="b c", b="d", c="d", d="e", e=""), "d", "a b c"),
        (graph(a="b u", b="c", c="", u="v <b", v=""), "u", "a b"),
        (graph(a="b u", b="c", c="", u="v <b", v=""), "v", "a b"),
        (graph(a="u b", b="c", c="", u="<b"), "u", "a b"),
        (graph(a="b u c", b="", c="u", u="<b"), "u", "a b c"),
    ],
    ids=["diamond", "diamond-other-order", "several-ways", "unites", "below-unites", "waits", "later-arrivals-add"],
)
def test_parents(nodes: dict[str, Node], of: str, expected: str) -> None:
    """The parents depend on the order of the walk, and on what is united."""
    walked = walk(nodes, "a")
    assert walked.parents_of(of) == expected.split()[::-1]
    assert walked.parents_of(of, 1) == expected.split()[-1:]


def test_it_does_not_go_on_from_a_node_that_waits() -> None:
    """A node that is reached before its target gets parents, but its children aren't visited."""
    walked = walk(graph(a="u b", b="", u="v <b", v=""), "a")
    assert walked.order == ["a", "u", "b"]


@pytest.mark.parametrize("length", [TOO_DEEP - 1, TOO_DEEP, 5 * TOO_DEEP])
def test_a_long_chain_ends_the_walk(length: int) -> None:
    """The walk ends at the depth at which the state manager's recursion would."""
    nodes = {str(place): Node([str(place + 1)] if place < length else [], None, {}) for place in range(1, length + 1)}
    assert walk(nodes, "1").depth == min(length, TOO_DEEP)
