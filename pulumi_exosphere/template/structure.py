"""The rules about identifiers and links, and all rules in the order in which the state manager applies them (400)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from .messages import Fault, Nearest, chained, listed
from .references import inputs
from .walk import TOO_DEEP, Node, Walk, walk


def duplicate_identifiers(identifiers: Sequence[str]) -> Iterator[Fault]:
    """Identifiers are unique."""
    seen: set[str] = set()
    for identifier in identifiers:
        if identifier in seen:
            yield duplicate(f"nodes.{identifier}", identifier)
        seen.add(identifier)


def duplicate(path: str, identifier: str) -> Fault:
    """The problem of a node whose identifier another node has."""
    return Fault(path, f"two nodes have the identifier '{identifier}'; give each its own", "duplicate_identifier")


def next_nodes(nodes: Mapping[str, Node], nearest: Nearest) -> Iterator[Fault]:
    """Every identifier in ``next_nodes`` is that of a node of the graph."""
    known = nodes.keys()
    for identifier, node in nodes.items():
        if known >= set(node.next_nodes):
            continue
        for name in node.next_nodes:
            if name not in known:
                yield Fault(
                    f"nodes.{identifier}.next_nodes",
                    f"'{name}' isn't a node of this graph{nearest(name)}; name one that is, or leave it out",
                    "unknown_next_node",
                )


def unites(nodes: Mapping[str, Node], nearest: Nearest) -> Iterator[Fault]:
    """The target of ``unites`` is another node of the graph."""
    for identifier, node in nodes.items():
        target = node.unites
        if target is None:
            continue
        path = f"nodes.{identifier}.unites.identifier"
        if target not in nodes:
            message = f"'{target}' isn't a node of this graph{nearest(target)}; name one that runs before this one"
            yield Fault(path, message, "unites_unknown")
        if target == identifier:
            message = f"'{identifier}' can't unite itself; name a node that runs before it"
            yield Fault(path, message, "unites_self")


def root_nodes(nodes: Mapping[str, Node]) -> list[str]:
    """The nodes without a predecessor: no ``next_nodes`` names them, and they unite nothing."""
    named: set[str] = set()
    for node in nodes.values():
        named.update(node.next_nodes)
    return [identifier for identifier, node in nodes.items() if node.unites is None and identifier not in named]


def root_count(nodes: Mapping[str, Node], found: Sequence[str]) -> list[Fault]:
    """Exactly one node has no predecessor."""
    if len(found) == 1:
        return []
    if not nodes:
        message = "a graph needs at least one node; give it one"
    elif not found:
        message = (
            "a graph needs exactly one start node, but every node has a predecessor or unites; remove the start node "
            "from all next_nodes"
        )
    else:
        message = (
            f"a graph needs exactly one start node, but {len(found)} nodes have no predecessor: {listed(found)}; "
            "add all but one of them to the next_nodes of another node"
        )
    return [Fault("nodes", message, "root_count")]


def too_deep(walked: Walk) -> list[Fault]:
    """No path is too long for the state manager's recursion."""
    if walked.depth < TOO_DEEP:
        return []
    message = (
        f"a chain of {TOO_DEEP} nodes is too deep for the state manager, whose limit is about 960; split the graph, or "
        "run nodes side by side"
    )
    return [Fault("nodes", message, "too_deep")]


def unreached_targets(walked: Walk) -> Iterator[Fault]:
    """The target of every ``unites`` is reached by a path that doesn't wait for it."""
    for target, waiters in walked.waiting.items():
        for waiter in waiters:
            message = (
                f"'{waiter}' waits for '{target}', but no path from the start node reaches '{target}' without passing "
                f"'{waiter}' or another node that waits; add one"
            )
            yield Fault(f"nodes.{waiter}.unites", message, "unites_unreached")


def unconnected(nodes: Mapping[str, Node], walked: Walk) -> Iterator[Fault]:
    """Every node is reached. Of an unreached group only the first node is reported, since it connects the others."""
    root = walked.order[0]
    missed = {identifier for identifier in nodes if identifier not in walked.number}
    for waiter in walked.unexpanded if missed else ():
        for name in nodes[waiter].next_nodes:
            if name in missed:
                missed -= _led_to(name, nodes, missed)
                # A target that is never reached is reported itself, and this follows from it.
                if nodes[waiter].unites not in walked.waiting:
                    yield _behind_waiting(name, waiter, nodes[waiter].unites)
    inside = {name for identifier in missed for name in nodes[identifier].next_nodes}
    # First those that no unreached node leads to: each begins a group.
    for identifier in sorted((name for name in nodes if name in missed), key=inside.__contains__):
        if identifier in missed:
            missed -= _led_to(identifier, nodes, missed)
            message = f"can't be reached from '{root}'; add it to the next_nodes of a node that can"
            yield Fault(f"nodes.{identifier}", message, "not_connected")


def _led_to(start: str, nodes: Mapping[str, Node], within: set[str]) -> set[str]:
    """``start`` and all nodes of ``within`` that its next_nodes lead to."""
    found, left = {start}, [start]
    while left:
        following = within.intersection(nodes[left.pop()].next_nodes) - found
        found |= following
        left.extend(following)
    return found


def _behind_waiting(missed: str, waiter: str, target: str | None) -> Fault:
    message = (
        f"the state manager reaches '{waiter}' before '{target}', which it unites, and doesn't continue to '{missed}'; "
        f"order next_nodes so that the path to '{target}' comes first"
    )
    return Fault(f"nodes.{missed}", message, "not_connected")


def loops(walked: Walk) -> Iterator[Fault]:
    """No link leads back to a node on the path to it."""
    targets: dict[str, list[str]] = {}
    for start, back in walked.loops:
        targets.setdefault(start, []).append(back)
    for start, (back, *others) in targets.items():
        way = chained([*walked.way(back, start), back])
        verb = "does" if len(others) == 1 else "do"
        too = f", and so {verb} {listed(others)}" if others else ""
        message = f"'{back}' is part of a cycle: {way}{too}; remove one of the links"
        yield Fault(f"nodes.{start}.next_nodes", message, "cycle")


_ABOVE_ALL = "\0"
"""The identifier of a node that leads to all others; no graph has it."""


def certain_loops(nodes: Mapping[str, Node]) -> Iterator[Fault]:
    """Cycles that don't depend on where the walk begins, nor on links that aren't known.

    Links from nodes that unite, or may do so, are left out, since the walk doesn't always follow them.
    """
    known = {
        identifier: Node(
            [] if node.unites or node.may_unite else [name for name in node.next_nodes if name in nodes], None, {}
        )
        for identifier, node in nodes.items()
    }
    return loops(walk({**known, _ABOVE_ALL: Node(list(known), None, {})}, _ABOVE_ALL, parents=False))


def body_faults(body: Mapping[str, Any], *, update: bool = False) -> list[Fault]:
    """The problems for which the state manager rejects a PUT's body with 400; the body's shape is right.

    Only those of the first group of rules that is broken, as the state manager stops there. It checks the names of
    secrets last, but in an ``update`` of a stored graph together with the first groups.
    """
    nodes = {node["identifier"]: _node(node) for node in body["nodes"]}
    duplicates = list(duplicate_identifiers([node["identifier"] for node in body["nodes"]]))
    store = body.get("store_config") or {}
    declared = {*store.get("required_keys", ()), *store.get("default_values", ())}
    unnamed = secret_names(body["secrets"])
    groups = rule_groups(nodes, duplicates, declared)
    first = (next(groups) or next(groups)) + (unnamed if update else [])
    return first or next(filter(None, groups), unnamed)


def rule_groups(
    nodes: Mapping[str, Node], duplicates: list[Fault], store_keys: Collection[str] | None
) -> Iterator[list[Fault]]:
    """The problems of each group of rules, in the state manager's order, except for the names of secrets.

    Groups after one with problems contain only problems that don't follow from it: without all links (`Node.whole`)
    the walk isn't judged, except for cycles, and without ``store_keys`` references to the store aren't.
    """
    nearest = Nearest(nodes)
    yield duplicates
    following = list(next_nodes(nodes, nearest))
    yield following
    targets = list(unites(nodes, nearest))
    yield targets
    walked = None
    if not (duplicates or following or targets) and all(node.whole for node in nodes.values()):
        roots = root_nodes(nodes)
        yield root_count(nodes, roots)
        if len(roots) == 1:
            walked = walk(nodes, roots[0])
            deep = too_deep(walked)
            yield deep
            unreached = [] if deep else list(unreached_targets(walked))
            yield unreached
            missed = [] if deep else list(unconnected(nodes, walked))
            yield missed
            yield list(loops(walked))
            if deep or unreached or missed:
                walked = None
        elif roots:
            yield list(certain_loops(nodes))
    else:
        yield list(certain_loops(nodes))
    yield list(inputs(nodes, walked, store_keys, nearest))


def _node(node: Mapping[str, Any]) -> Node:
    unites = node.get("unites")
    return Node(node.get("next_nodes") or (), unites["identifier"] if unites else None, node["inputs"])


def secret_names(secrets: Collection[str]) -> list[Fault]:
    """No secret has an empty name."""
    return [Fault("secrets", "a secret has an empty name; give it one", "empty_secret_name")] if "" in secrets else []
