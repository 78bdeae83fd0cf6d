"""The state manager's walk through a graph, which decides what is connected, what is a cycle and who is a parent.

It goes depth first from the root in the order of ``next_nodes``, and expands each node once, at the first arrival:

- Every arrival adds the *parents for children* of the node it comes from to the parents of the node it comes to.
- An ordinary node's children get the parents of its own first arrival, and itself.
- A uniting node whose target was visited before has, instead of the arrival's, the target's parents so far and the
  target; its children get the same, and not the uniting node.
- A uniting node that comes before its target waits, and **is never expanded**: when the target is expanded, the waiting
  node gets what the target's children get, and the walk doesn't go on from it.

Sets of nodes are bits of an integer, numbered in the order of the visit: the rule above as it stands, at some hundred
nanoseconds a link, where copying a set at every link would be quadratic in the length of a chain. (A test compares the
two.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Node(NamedTuple):
    """One node; what isn't known, or has a fault already, is left out."""

    next_nodes: Sequence[str]
    """Identifiers, trimmed, in the program's order."""

    unites: str | None
    """The identifier that it unites; None where it unites none."""

    inputs: Mapping[str, Any]
    """By field; values may be anything."""

    whole: bool = True
    """False where links may be missing here, so that nothing can be said about the way through the graph."""


TOO_DEEP = 1000
"""The state manager recurses, and answers 400 to a chain of this many nodes; about 960 pass."""


@dataclass
class Walk:
    """What a walk came across."""

    number: dict[str, int] = field(default_factory=dict)
    """The place of each visited node in the order of the visit."""
    order: list[str] = field(default_factory=list)
    """The visited nodes in that order."""
    depth: int = 0
    """How many nodes the deepest way down has."""
    loops: list[tuple[str, str]] = field(default_factory=list)
    """Links that lead back up the way they came: from, to."""
    parent: dict[str, str] = field(default_factory=dict)
    """From which node each visited one was first come to; the root from none."""
    waiting: dict[str, list[str]] = field(default_factory=dict)
    """Targets that were never expanded, and who waits for them."""
    unexpanded: list[str] = field(default_factory=list)
    """Uniting nodes that were come to before their target, so that the walk doesn't go on from them."""
    parents: dict[str, int] = field(default_factory=dict)
    """Of each node its parents, as bits; all zero where they weren't asked for."""

    def is_parent(self, one: str, other: str) -> bool:
        """True where ``one`` is a parent of ``other``, both visited."""
        return bool(self.parents[other] >> self.number[one] & 1)

    def parents_of(self, identifier: str, most: int | None = None) -> list[str]:
        """The parents of a visited node, those first that were visited last; no more than ``most``."""
        bits, found = self.parents[identifier], list[str]()
        while bits and len(found) != most:
            highest = bits.bit_length() - 1
            found.append(self.order[highest])
            bits ^= 1 << highest
        return found

    def way(self, start: str, end: str) -> list[str]:
        """The nodes from ``start`` down to ``end``, which the walk came to by way of it."""
        way = [end]
        while way[-1] != start:
            way.append(self.parent[way[-1]])
        return way[::-1]


def walk(nodes: Mapping[str, Node], root: str, *, parents: bool = True) -> Walk:
    """Walks from the root, as the state manager does; ``next_nodes`` and ``unites`` have to name nodes.

    It ends early where the way gets `TOO_DEEP`, as the state manager's does. Without ``parents`` those stay empty.
    """
    result = Walk()
    result.parents = parents_so_far = dict.fromkeys(nodes, 0)
    number, order, parent, waiting = result.number, result.order, result.parent, result.waiting
    above: set[str] = set()
    stack: list[tuple[str, int, Iterator[str]]] = []

    def visit(identifier: str, arriving: int) -> None:
        """Takes a node for visited, and expands it unless it has to wait."""
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
