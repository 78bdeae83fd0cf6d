"""The rules of a graph in the order in which the state manager goes through them: what it answers 400 to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere.spec import links
from pulumi_exosphere.spec.fault import Fault
from pulumi_exosphere.spec.inputs import inputs
from pulumi_exosphere.spec.node import Node
from pulumi_exosphere.spec.walk import walk
from pulumi_exosphere.spec.wording import Nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping


def body_faults(body: Mapping[str, Any], *, update: bool = False) -> list[Fault]:
    """What the state manager refuses with 400 in a PUT's body whose shape is right (see `shape.GraphBody`).

    Only the first group of rules that is broken, since the state manager looks no further. It looks at the names of
    secrets last, but for an ``update`` of a stored graph together with the first groups.
    """
    nodes = {node["identifier"]: _node(node) for node in body["nodes"]}
    duplicates = list(links.duplicates([node["identifier"] for node in body["nodes"]]))
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
    following = list(links.next_nodes(nodes, nearest))
    yield following
    targets = list(links.unites(nodes, nearest))
    yield targets
    walked = None
    if not (duplicates or following or targets) and all(node.whole for node in nodes.values()):
        roots = links.roots(nodes)
        yield links.root_count(nodes, roots)
        if len(roots) == 1:
            walked = walk(nodes, roots[0])
            deep = links.too_deep(walked)
            yield deep
            unreached = [] if deep else list(links.unreached_targets(walked))
            yield unreached
            missed = [] if deep else list(links.unconnected(nodes, walked))
            yield missed
            yield list(links.loops(walked))
            if deep or unreached or missed:
                walked = None
    yield list(inputs(nodes, walked, store_keys, nearest))


def _node(node: Mapping[str, Any]) -> Node:
    unites = node.get("unites")
    return Node(node.get("next_nodes") or (), unites["identifier"] if unites else None, node["inputs"])


def secret_names(secrets: Collection[str]) -> list[Fault]:
    """No secret has an empty name."""
    return [Fault("secrets", "a secret has an empty name; give it one", "empty_secret_name")] if "" in secrets else []
