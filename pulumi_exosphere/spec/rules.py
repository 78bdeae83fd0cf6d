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
    from collections.abc import Iterable, Iterator, Mapping


def body_faults(body: Mapping[str, Any], *, update: bool = False) -> list[Fault]:
    """What the state manager refuses with 400 in a PUT's body whose shape is right (see `shape.GraphBody`).

    Only the first group of rules that is broken, since the state manager looks no further. It looks at the names of
    secrets last, but for an ``update`` of a stored graph together with the first groups.
    """
    for group in _groups(body, update=update):
        if found := [fault for fault in group if fault is not None]:
            return found
    return []


def _groups(body: Mapping[str, Any], *, update: bool) -> Iterator[Iterable[Fault | None]]:
    nodes = {node["identifier"]: _node(node) for node in body["nodes"]}
    nearest = Nearest(nodes)
    secrets = list(secret_names(body["secrets"]))
    early = secrets if update else []
    duplicates = list(links.duplicates([node["identifier"] for node in body["nodes"]]))
    yield [*(duplicates or links.next_nodes(nodes, nearest)), *early]
    yield links.unites(nodes, nearest)
    roots = links.roots(nodes)
    yield [links.root_count(nodes, roots)]
    walked = walk(nodes, roots[0])
    yield [links.too_deep(walked)]
    yield links.unreached_targets(walked)
    yield links.unconnected(nodes, walked)
    yield links.loops(walked)
    store = body.get("store_config") or {}
    yield inputs(nodes, walked, {*store.get("required_keys", ()), *store.get("default_values", ())}, nearest)
    yield secrets


def _node(node: Mapping[str, Any]) -> Node:
    unites = node.get("unites")
    return Node(node.get("next_nodes") or (), unites["identifier"] if unites else None, node["inputs"])


def secret_names(secrets: Iterable[str]) -> Iterator[Fault]:
    """No secret has an empty name."""
    if "" in secrets:
        yield Fault("secrets", "a secret has an empty name; give it one", "empty_secret_name")
