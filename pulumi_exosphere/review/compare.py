"""The differences between a graph's nodes before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from .graph_state import GraphState, Node

Link = tuple[str, str]


class Mark(Enum):
    """The outcome for a node or a link."""

    ADDED = "+"
    CHANGED = "~"
    REMOVED = "-"
    SAME = " "


@dataclass(frozen=True)
class Comparison:
    """The nodes of both graphs in the order of a walk, and their links."""

    nodes: Mapping[str, Mark]
    links: Mapping[Link, Mark]
    """From a node to one of its next nodes."""
    unites: Mapping[Link, Mark]
    """From the target to the node that waits for it."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Old identifiers to new ones of nodes of which only the identifier differs."""
    uncertain: frozenset[str] = frozenset()
    """Nodes whose links aren't compared because on one side they can't all be shown."""

    @property
    def differs(self) -> bool:
        """True if anything is added, changed or removed."""
        return any(mark is not Mark.SAME for marks in (self.nodes, self.links, self.unites) for mark in marks.values())


def compare(old: GraphState | None, new: GraphState | None) -> Comparison:
    """Return the outcome for each node and link; of an unknown graph there are none."""
    hidden = any(state is not None and state.nodes_hidden for state in (old, new))
    before, after = (_in_order(state.nodes) if state and not hidden else {} for state in (old, new))
    order = [*after, *(identifier for identifier in before if identifier not in after)]
    renamed = _renamed(before, after)
    uncertain = _uncertain(before, after)
    # Links that aren't compared are drawn as they will be, as far as that is known.
    kept = {link: None for link in _links(after) if link[0] in uncertain}
    return Comparison(
        nodes={identifier: _mark(before.get(identifier), after.get(identifier), renamed) for identifier in order},
        links=_marks(_links(before, uncertain) | kept, _links(after)),
        unites=_marks(_unites(before), _unites(after)),
        renamed=renamed,
        uncertain=uncertain,
    )


def _in_order(nodes: Mapping[str, Node]) -> dict[str, Node]:
    return {identifier: nodes[identifier] for identifier in walk(nodes)}


def walk(nodes: Mapping[str, Node]) -> list[str]:
    """Return all identifiers, depth first from the nodes without predecessors, in the order of ``next_nodes``."""
    led_to = {identifier for node in nodes.values() for identifier in node.next_nodes}
    waiting = [identifier for identifier in nodes if identifier not in led_to][::-1]
    found: dict[str, None] = {}
    for start in [None, *nodes]:  # nodes in a circle have no root and come last
        if start is not None and start not in found:
            waiting.append(start)
        while waiting:
            identifier = waiting.pop()
            if identifier in nodes and identifier not in found:
                found[identifier] = None
                waiting += nodes[identifier].next_nodes[::-1]
    return list(found)


def reordered(old: Node, new: Node, renamed: Mapping[str, str]) -> bool:
    """Return whether the next nodes that a node keeps have another order, ignoring those added and removed."""
    if old.links_hidden or new.links_hidden:
        return False
    # A link to a missing node is not a link to the node that gets its name.
    links = (renamed.get(target, target) for target in old.next_nodes if target not in renamed.values())
    before, after = dict.fromkeys(links), dict.fromkeys(new.next_nodes)
    return [target for target in before if target in after] != [target for target in after if target in before]


def _mark(old: Node | None, new: Node | None, renamed: Mapping[str, str]) -> Mark:
    if old is None:
        return Mark.ADDED
    if new is None:
        return Mark.REMOVED
    return Mark.SAME if _content(old) == _content(new) and not reordered(old, new, renamed) else Mark.CHANGED


def _content(node: Node) -> tuple[object, ...]:
    return node.node_name, node.namespace, dict(node.inputs), node.unites, node.links_hidden, node.hidden


def _uncertain(before: Mapping[str, Node], after: Mapping[str, Node]) -> frozenset[str]:
    both = before.keys() & after.keys()
    return frozenset(one for one in both if before[one].links_hidden or after[one].links_hidden)


def _links(nodes: Mapping[str, Node], without: Collection[str] = ()) -> dict[Link, object]:
    kept = ((identifier, node) for identifier, node in nodes.items() if identifier not in without)
    return {(identifier, target): None for identifier, node in kept for target in node.next_nodes}


def _unites(nodes: Mapping[str, Node]) -> dict[Link, object]:
    found = ((node.unites, identifier) for identifier, node in nodes.items() if node.unites)
    return {(u.identifier, identifier): u.strategy for u, identifier in found if isinstance(u.identifier, str)}


def _marks(old: Mapping[Link, object], new: Mapping[Link, object]) -> dict[Link, Mark]:
    marks = {
        link: Mark.ADDED if link not in old else Mark.SAME if old[link] == strategy else Mark.CHANGED
        for link, strategy in new.items()
    }
    return marks | {link: Mark.REMOVED for link in old if link not in new}


def _renamed(before: Mapping[str, Node], after: Mapping[str, Node]) -> dict[str, str]:
    """Return pairs of a removed and an added node with the same content and known next nodes, if they are unique."""
    removed = _by_content((identifier, node) for identifier, node in before.items() if identifier not in after)
    added = _by_content((identifier, node) for identifier, node in after.items() if identifier not in before)
    pairs = ((removed[key], added[key]) for key in removed if key in added)
    return {old[0]: new[0] for old, new in pairs if len(old) == len(new) == 1}


def _by_content(nodes: Iterable[tuple[str, Node]]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    for identifier, node in nodes:
        if node.links_hidden:
            continue
        inputs = tuple(sorted(node.inputs.items(), key=lambda item: item[0]))
        content = (node.node_name, node.namespace, inputs, node.next_nodes)
        found.setdefault(content, []).append(identifier)
    return found
