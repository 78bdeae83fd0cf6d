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
    """The fault of a node whose identifier another node has."""
    return Fault(path, f"two nodes have the identifier '{identifier}'; give each its own", "duplicate_identifier")


def next_nodes(nodes: Mapping[str, Node], nearest: Nearest) -> Iterator[Fault]:
    """Every one of ``next_nodes`` is a node of the graph."""
    known = nodes.keys()
    for identifier, node in nodes.items():
        if known >= set(node.next_nodes):
            continue
        for name in node.next_nodes:
            if name not in known:
                yield Fault(
                    f"nodes.{identifier}.next_nodes",
                    f"'{name}' is no node of this graph{nearest(name)}; name one that is, or leave it out",
                    "unknown_next_node",
                )


def unites(nodes: Mapping[str, Node], nearest: Nearest) -> Iterator[Fault]:
    """The target of ``unites`` is a node of the graph, and another one."""
    for identifier, node in nodes.items():
        target = node.unites
        if target is None:
            continue
        path = f"nodes.{identifier}.unites.identifier"
        if target not in nodes:
            message = f"'{target}' is no node of this graph{nearest(target)}; name one that comes before '{identifier}'"
            yield Fault(path, message, "unites_unknown")
        if target == identifier:
            message = f"'{identifier}' can't unite itself; name a node that comes before it"
            yield Fault(path, message, "unites_self")


def root_nodes(nodes: Mapping[str, Node]) -> list[str]:
    """The nodes that nothing comes before: that no ``next_nodes`` name, and that unite nothing."""
    named: set[str] = set()
    for node in nodes.values():
        named.update(node.next_nodes)
    return [identifier for identifier, node in nodes.items() if node.unites is None and identifier not in named]


def root_count(nodes: Mapping[str, Node], found: Sequence[str]) -> list[Fault]:
    """Exactly one node has nothing before it."""
    if len(found) == 1:
        return []
    if not nodes:
        message = "a graph needs at least one node; give it one"
    elif not found:
        message = "there is no node to start at: next_nodes name every node, or it unites; let nothing come before one"
    else:
        message = (
            f"a graph starts at one node, and {len(found)} have nothing before them: {listed(found)}; "
            "name all but one of them in the next_nodes of another node"
        )
    return [Fault("nodes", message, "root_count")]


def too_deep(walked: Walk) -> list[Fault]:
    """No way down is so long that the state manager's recursion ends."""
    if walked.depth < TOO_DEEP:
        return []
    message = (
        f"a chain of {TOO_DEEP} nodes is too deep for the state manager, which refuses some from about 960 on; "
        "split the graph, or let nodes follow side by side"
    )
    return [Fault("nodes", message, "too_deep")]


def unreached_targets(walked: Walk) -> Iterator[Fault]:
    """The target of every ``unites`` is come to, by a way that doesn't wait for it."""
    for target, waiters in walked.waiting.items():
        for waiter in waiters:
            message = (
                f"'{waiter}' waits for '{target}', which the walk from the root never gets through; "
                f"let '{target}' be reached without passing '{waiter}' or another node that waits"
            )
            yield Fault(f"nodes.{waiter}.unites", message, "unites_unreached")


def unconnected(nodes: Mapping[str, Node], walked: Walk) -> Iterator[Fault]:
    """Every node is come to. Where one isn't, what it leads to is left out: connecting the one connects the others."""
    root = walked.order[0]
    missed = {identifier for identifier in nodes if identifier not in walked.number}
    for waiter in walked.unexpanded if missed else ():
        for name in nodes[waiter].next_nodes:
            if name in missed:
                missed -= _led_to(name, nodes, missed)
                # Where the target is never reached that is the fault, and this follows from it.
                if nodes[waiter].unites not in walked.waiting:
                    yield _behind_waiting(name, waiter, nodes[waiter].unites)
    inside = {name for identifier in missed for name in nodes[identifier].next_nodes}
    # First those that nothing inside leads to: they are where a piece begins.
    for identifier in sorted((name for name in nodes if name in missed), key=inside.__contains__):
        if identifier in missed:
            missed -= _led_to(identifier, nodes, missed)
            message = f"no way leads here from '{root}'; name it in the next_nodes of a node that can be reached"
            yield Fault(f"nodes.{identifier}", message, "not_connected")


def _led_to(start: str, nodes: Mapping[str, Node], within: set[str]) -> set[str]:
    """``start`` and all that its next_nodes lead to, as far as it is ``within``."""
    found, left = {start}, [start]
    while left:
        following = within.intersection(nodes[left.pop()].next_nodes) - found
        found |= following
        left.extend(following)
    return found


def _behind_waiting(missed: str, waiter: str, target: str | None) -> Fault:
    message = (
        f"the state manager comes to '{waiter}' before '{target}', which it unites, and doesn't go on from there to "
        f"'{missed}'; order next_nodes so that the way to '{target}' comes first"
    )
    return Fault(f"nodes.{missed}", message, "not_connected")


def loops(walked: Walk) -> Iterator[Fault]:
    """No link leads back to a node that the way came through."""
    targets: dict[str, list[str]] = {}
    for start, back in walked.loops:
        targets.setdefault(start, []).append(back)
    for start, (back, *others) in targets.items():
        way = chained([*walked.way(back, start), back])
        verb = "does" if len(others) == 1 else "do"
        too = f", and so {verb} {listed(others)}" if others else ""
        message = f"'{back}' comes again: {way}{too}; take out one of the links"
        yield Fault(f"nodes.{start}.next_nodes", message, "cycle")


def body_faults(body: Mapping[str, Any], *, update: bool = False) -> list[Fault]:
    """What the state manager refuses with 400 in a PUT's body whose shape is right (see `shape.GraphBody`).

    Only the first group of rules that is broken, since the state manager looks no further. It looks at the names of
    secrets last, but for an ``update`` of a stored graph together with the first groups.
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
    """The faults of each group of rules in the state manager's order, but for the names of secrets.

    Who reads on after a group with faults gets those of the later groups that don't merely follow from it. Links that
    aren't known (`Node.whole`) leave the way through the graph out, and without ``store_keys`` those aren't judged.
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
    yield list(inputs(nodes, walked, store_keys, nearest))


def _node(node: Mapping[str, Any]) -> Node:
    unites = node.get("unites")
    return Node(node.get("next_nodes") or (), unites["identifier"] if unites else None, node["inputs"])


def secret_names(secrets: Collection[str]) -> list[Fault]:
    """No secret has an empty name."""
    return [Fault("secrets", "a secret has an empty name; give it one", "empty_secret_name")] if "" in secrets else []
