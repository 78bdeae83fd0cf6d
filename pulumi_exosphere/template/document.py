"""Inputs to and from the API: the body of the PUT, and the state manager's documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_exosphere.template import structure, triggers

from .normalise import normalise
from .sections import SECTIONS
from .walk import Node, walk

RETIRED = "__retired__"
"""Identifier, name and namespace of the only node of a retired graph; nobody registers it."""


def to_body(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The body of the PUT for Inputs that are all known: nodes in the order of the walk, and only given sections."""
    nodes = inputs["nodes"]
    body: dict[str, Any] = {
        "secrets": dict(inputs["secrets"]),
        "nodes": [{"identifier": identifier, **nodes[identifier]} for identifier in _in_order(nodes)],
    }
    body |= {section: inputs[section] for section in SECTIONS if section in inputs}
    if "triggers" in body:
        body["triggers"] = [triggers.to_wire(key, trigger) for key, trigger in inputs["triggers"].items()]
    return body


def _in_order(nodes: Mapping[str, Any]) -> Iterable[str]:
    """The identifiers in the order of the walk, followed by those that it doesn't reach."""
    links_of = {
        identifier: Node(
            [name for name in node["next_nodes"] if name in nodes], node["unites"] and node["unites"]["identifier"], {}
        )
        for identifier, node in nodes.items()
    }
    roots = structure.root_nodes(links_of)
    return dict.fromkeys([*walk(links_of, roots[0], parents=False).order, *nodes]) if len(roots) == 1 else nodes


def from_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of the listing, or the answer to a GET or PUT, as Inputs.

    Secrets have their names and empty values. Sections, name and namespace are present if the document has them; the
    sections of a GET are wrong (always the defaults).
    """
    nodes = {node["identifier"]: node for node in document["nodes"]}
    props = {**document, "nodes": nodes, "secrets": dict.fromkeys(document.get("secrets") or (), "")}
    if document.get("triggers") is not None:
        props["triggers"] = dict(map(triggers.from_wire, document["triggers"]))
    return normalise(props)


def retired() -> dict[str, Any]:
    """The body of the PUT that retires a graph: it can't run, and has no schedules and no secrets."""
    node = {"identifier": RETIRED, "node_name": RETIRED, "namespace": RETIRED, "inputs": {}}
    return {"secrets": {}, "nodes": [{**node, "next_nodes": [], "unites": None}]}


def is_retired(graph: Mapping[str, Any]) -> bool:
    """Whether Inputs, or a document, are those of a retired graph."""
    nodes = graph.get("nodes")
    if isinstance(nodes, dict):
        return list(nodes) == [RETIRED]
    return isinstance(nodes, list) and [node.get("identifier") for node in nodes] == [RETIRED]
