from __future__ import annotations

from typing import Any

import pytest

from tests.review.documents import UNKNOWN, graph, node, sentences

BEFORE = {"a": node("b"), "b": node("c"), "c": node()}


def changed(**nodes: Any) -> dict[str, Any]:
    """Return the nodes with some of them replaced; None removes one."""
    return {key: value for key, value in {**BEFORE, **nodes}.items() if value is not None}


@pytest.mark.parametrize(
    ("after", "said"),
    [
        pytest.param(
            changed(b=node("x"), x=node("c")),
            ["new node `x` runs `Run`, after `b`", "`c` now runs after `x`, no longer after `b`"],
            id="inserted",
        ),
        pytest.param(
            changed(a=node("c"), b=None),
            ["node `b` (`Run`) is removed", "`c` now runs after `a`, no longer after `b`"],
            id="removed",
        ),
        pytest.param(changed(b=node()), ["`c` no longer runs after `b`: it is first now"], id="cut-loose"),
        pytest.param(changed(a=node("b c")), ["`c` now runs after `a`"], id="linked-once-more"),
        pytest.param(changed(c=node(runs="Other")), ["`c` now runs `Other`, was `Run`"], id="another-node"),
        pytest.param(
            changed(c=node(namespace="shared")),
            ["`c` now takes its node from namespace `shared`, was `analytics`"],
            id="another-namespace",
        ),
        pytest.param(
            changed(c=node(inputs={"x": "${{ b.outputs.rows }}", "y": "", "z": "${{store.key}}"})),
            [
                "`c`: new input `x`: `b`'s output `rows`",
                '`c`: new input `y`: `""`',
                "`c`: new input `z`: store key `key`",
            ],
            id="inputs",
        ),
        pytest.param(
            changed(c=node(inputs={"x": UNKNOWN, "y": "[secret]"})),
            ["`c`: new input `x`: a value that is known only during the update", "`c`: new input `y`: `[secret]`"],
            id="inputs-that-cannot-be-shown",
        ),
        pytest.param(
            changed(c=node(inputs={"x": "${{ a.outputs.x }} and ${{ b.outputs.x }}", "y": "${{ broken"})),
            ["`c`: new input `x`: `${{ a.outputs.x }} and ${{ b.outputs.x }}`", "`c`: new input `y`: `${{ broken`"],
            id="inputs-of-more-than-one-placeholder",
        ),
        pytest.param(
            changed(c=node(unites={"identifier": "a", "strategy": "ALL_SUCCESS"})),
            ["`c` now waits until every branch from `a` has succeeded"],
            id="unites",
        ),
        pytest.param(
            changed(c=node(next_nodes=UNKNOWN)),
            ["which nodes run after `c` is known only during the update"],
            id="unknown-links",
        ),
        pytest.param(changed(c=None, b=node("d"), d=node()), ["`c` is now called `d`"], id="renamed"),
    ],
)
def test_what_changes_is_described(after: dict[str, Any], said: list[str]) -> None:
    """One sentence for each change, and none for its consequences."""
    assert sentences(graph(BEFORE), graph(after)) == said


def test_the_order_of_next_nodes_is_shown() -> None:
    """It determines whose outputs a node can refer to."""
    old, new = (graph({"a": node(order), "b": node(), "c": node()}) for order in ("b c", "c b"))
    assert sentences(old, new) == ["`a` starts its next nodes in another order: `c` then `b`"]


def test_the_order_is_shown_where_a_link_comes_too() -> None:
    """The order of the next nodes that stay, even renamed ones."""
    old = graph({"a": node("b c"), "b": node(), "c": node(runs="Other")})
    new = graph({"a": node("c x d"), "c": node(runs="Other"), "x": node(), "d": node(runs="Third")})
    assert sentences(old, new) == [
        "`a` starts its next nodes in another order: `c`, `x` then `d`",
        "`b` is now called `x`",
        "new node `d` runs `Third`, after `a`",
    ]


@pytest.mark.parametrize(
    ("links", "why"),
    [
        (UNKNOWN, "known only during the update"),
        ([UNKNOWN], "known only during the update"),
        ("[secret]", "secret and can't be shown"),
        (["c", "[secret]"], "secret and can't be shown"),
    ],
)
def test_links_that_cannot_be_shown_are_not_compared(links: object, why: str) -> None:
    """None of them counts as added or removed, and no node as first."""
    hiding = graph(changed(a=node() | {"next_nodes": links}, d=node(runs="Other")))
    assert sentences(graph(BEFORE), hiding) == [f"which nodes run after `a` is {why}", "new node `d` runs `Other`"]
    assert sentences(hiding, graph(BEFORE)) == [
        "node `d` (`Other`) is removed",
        "which nodes ran after `a` can't be shown, so its links aren't compared",
    ]


def test_what_any_node_may_follow_is_not_said_to_be_first() -> None:
    """Another node's link is removed, but an unknown one may be added."""
    unknown = node() | {"next_nodes": UNKNOWN}
    old, new = graph({"a": node("b"), "b": node()}), graph({"a": node(), "b": node(), "c": unknown})
    assert sentences(old, new) == [
        "`b` no longer runs after `a`",
        "new node `c` runs `Run`; what runs after it is known only during the update",
    ]


def test_waiting_no_longer_is_shown() -> None:
    """The branches are named."""
    waits = {"identifier": "a", "strategy": "ALL_DONE"}
    old, new = (graph({"a": node("b"), "b": node(unites=unites)}) for unites in (waits, None))
    assert sentences(old, new) == ["`b` no longer waits for the branches from `a`"]


def test_removed_and_changed_inputs_are_shown() -> None:
    """A changed input with both values."""
    old = graph({"a": node(inputs={"x": "1", "y": "2"})})
    new = graph({"a": node(inputs={"x": "3"})})
    assert sentences(old, new) == ["`a`: input `x` is now `3`, was `1`", "`a`: input `y` is removed"]


def test_what_may_be_the_same_secret_is_no_change() -> None:
    """A preview can't show it; a rotated secret has a new revision."""
    both = graph({"a": node(inputs={"x": "[secret]"})})
    assert sentences(both, both) == [
        "nothing that can be shown: the value of a secret input or of a connection changes"
    ]


@pytest.mark.parametrize(("nodes", "why"), [("[secret]", "[secret]"), (UNKNOWN, "[known after the update]")])
def test_nodes_that_cannot_be_shown_at_all_are_shown(nodes: str, why: str) -> None:
    """None of them counts as removed."""
    assert sentences(graph(BEFORE), graph() | {"nodes": nodes}) == [f"the nodes can't be shown: `{why}`"]


def test_a_node_elsewhere_in_the_graph_is_not_taken_for_renamed() -> None:
    """A removed and an added node may run the same without being the same."""
    old, new = graph({"a": node("b"), "b": node()}), graph({"c": node("a"), "a": node()})
    assert not any("is now called" in sentence for sentence in sentences(old, new))


def test_two_nodes_of_one_content_are_not_taken_for_renamed() -> None:
    """Which of them became which can't be known."""
    old = graph({"a": node("b c"), "b": node(), "c": node()})
    new = graph({"a": node("d e"), "d": node(), "e": node()})
    assert not any("is now called" in sentence for sentence in sentences(old, new))
