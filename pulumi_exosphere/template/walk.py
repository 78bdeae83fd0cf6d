"""The state manager's walk through a graph, which decides which nodes are connected, form a cycle, or are parents.

It goes depth first from the root in the order of ``next_nodes``, and expands each node once, at the first arrival:

- Every arrival adds the *parents for children* of the node it comes from to the parents of the node it arrives at.
- An ordinary node's children get the parents of its own first arrival, and itself.
- A uniting node whose target was visited before gets the target's parents so far and the target instead of those of the
  arrival; its children get the same, without the uniting node.
- A uniting node that is visited before its target waits, and **is never expanded**: when the target is expanded, the
  waiting node gets what the target's children get, and the walk doesn't continue from it.

A set of nodes is an integer with one bit per node, numbered in the order of the visit. This costs some hundred
nanoseconds per link, while copying sets would be quadratic in the length of a chain. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Node(NamedTuple):
    """One node, without anything that isn't known or is already reported."""

    next_nodes: Sequence[str]
    """Identifiers, trimmed, in the program's order."""

    unites: str | None
    """The identifier that it unites, if any."""

    inputs: Mapping[str, Any]
    """By field; values may be anything."""

    whole: bool = True
    """False if links of this node may be missing, so the walk can't be judged."""

    may_unite: bool = False
    """Whether it may unite a node that isn't known."""


TOO_DEEP = 1000
"""The state manager recurses, and rejects a chain of this many nodes; about 960 pass."""


@dataclass
class Walk:
    """The result of a walk."""

    number: dict[str, int] = field(default_factory=dict)
    """The number of each visited node in the order of the visit."""
    order: list[str] = field(default_factory=list)
    """The visited nodes in that order."""
    depth: int = 0
    """The number of nodes on the longest path down."""
    loops: list[tuple[str, str]] = field(default_factory=list)
    """Links back to a node on the current path: from, to."""
    parent: dict[str, str] = field(default_factory=dict)
    """The node from which each node but the root was first visited."""
    waiting: dict[str, list[str]] = field(default_factory=dict)
    """Targets that were never expanded, and the nodes that wait for them."""
    unexpanded: list[str] = field(default_factory=list)
    """Uniting nodes that were visited before their target, so the walk doesn't continue from them."""
    parents: dict[str, int] = field(default_factory=dict)
    """The parents of each node, as bits; all zero if they weren't asked for."""

    def is_parent(self, one: str, other: str) -> bool:
        """Whether ``one`` is a parent of ``other``; both were visited."""
        return bool(self.parents[other] >> self.number[one] & 1)

    def parents_of(self, identifier: str, most: int | None = None) -> list[str]:
        """The parents of a visited node, the last visited first; at most ``most``."""
        bits, found = self.parents[identifier], list[str]()
        while bits and len(found) != most:
            highest = bits.bit_length() - 1
            found.append(self.order[highest])
            bits ^= 1 << highest
        return found

    def way(self, start: str, end: str) -> list[str]:
        """The nodes from ``start`` down to ``end``, which was visited through it."""
        way = [end]
        while way[-1] != start:
            way.append(self.parent[way[-1]])
        return way[::-1]


def walk(nodes: Mapping[str, Node], root: str, *, parents: bool = True) -> Walk:
    """Walk from the root as the state manager does; every ``next_nodes`` and ``unites`` must name a node.

    The walk ends early at a path that is `TOO_DEEP`, as the state manager's does. ``parents=False`` leaves them out.
    """
    result = Walk()
    result.parents = parents_so_far = dict.fromkeys(nodes, 0)
    number, order, parent, waiting = result.number, result.order, result.parent, result.waiting
    above: set[str] = set()
    stack: list[tuple[str, int, Iterator[str]]] = []

    def visit(identifier: str, arriving: int) -> None:
        """Mark a node as visited, and expand it unless it has to wait."""
        bit = 1 << len(number) if parents else 0
        number[identifier] = len(number)
        order.append(identifier)
        result.depth = max(result.depth, len(stack) + 1)
        node = nodes[identifier]
        target = node.unites
        if target is None:
            for_children = arriving | bit
        elif target in number:
            for_children = parents_so_far[target] | (1 << number[target] if parents else 0)
            parents_so_far[identifier] = for_children
        else:
            waiting.setdefault(target, []).append(identifier)
            result.unexpanded.append(identifier)
            return
        for waiter in waiting.pop(identifier, ()):
            parents_so_far[waiter] |= for_children
        above.add(identifier)
        stack.append((identifier, for_children, iter(node.next_nodes)))

    visit(root, 0)
    while stack and result.depth < TOO_DEEP:
        identifier, for_children, rest = stack[-1]
        for following in rest:
            parents_so_far[following] |= for_children
            if following not in number:
                parent[following] = identifier
                visit(following, for_children)
                break
            if following in above:
                result.loops.append((identifier, following))
        else:
            stack.pop()
            above.discard(identifier)
    return result
