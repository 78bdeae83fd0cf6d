"""Warnings about a graph's registered nodes: what is wrong, its consequence, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pulumi_exosphere.template import registered_nodes
from pulumi_exosphere.template.messages import Nearest, at_nodes
from pulumi_exosphere.template.registered_nodes import Finding
from pulumi_exosphere.template.sections import UNKNOWN

Listings = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The registered nodes by name, for each namespace that could be listed."""

FATAL = "the graph would fail validation"


def judged(inputs: Mapping[str, Any], listings: Listings) -> list[Finding]:
    """The findings for normalised Inputs without problems, one for each node.

    Unknown values, and nodes of namespaces that ``listings`` lacks, aren't judged.
    """
    nodes = inputs["nodes"]
    if nodes is UNKNOWN:
        return []
    nodes = {
        identifier: node if node is UNKNOWN or node["namespace"] in listings else {**node, "node_name": UNKNOWN}
        for identifier, node in nodes.items()
    }
    found = registered_nodes.findings(nodes, inputs["secrets"], listings.__getitem__)
    # An unregistered node is reported once, not also for the nodes that refer to it.
    own = [one for one in found if one.kind != "node_not_registered" or one.node == nodes[one.identifier]["node_name"]]
    return list(dict.fromkeys([*own, *registered_nodes.unknown_inputs(nodes, listings.__getitem__)]))


def sentences(
    inputs: Mapping[str, Any], found: Collection[Finding], listings: Listings
) -> Iterator[tuple[list[str], str]]:
    """The identifiers and the sentence of each finding; one that several nodes share is one sentence.

    ``listings`` may contain namespaces that the graph doesn't use, to find nodes that are registered elsewhere.
    """
    shared: dict[Finding, list[str]] = {}
    for finding in found:
        shared.setdefault(replace(finding, identifier=""), []).append(finding.identifier)
    words = _Words(inputs, listings)
    # The engine returns maps in an order of its own.
    for finding, identifiers in sorted(shared.items(), key=lambda item: sorted(item[1])):
        yield sorted(identifiers), words.sentence(finding)


class _Words:
    def __init__(self, inputs: Mapping[str, Any], listings: Listings) -> None:
        self._listings = listings
        self._secrets: Collection[str] = () if inputs["secrets"] is UNKNOWN else inputs["secrets"]
        self._nearest: dict[object, Nearest] = {}

    def sentence(self, it: Finding) -> str:
        """The problem, its consequence, and what to do."""
        node = f"node '{it.node}' in namespace '{it.namespace}'"
        if it.kind == "node_not_registered":
            return (
                f"{node} isn't registered{self._registered_as(it)}: the update would wait for it, and then fail. "
                "Start the runtime that registers it, or correct node_name or namespace"
            )
        if it.kind == "secret_missing":
            near = self._near("secrets", self._secrets, it.secret)
            return f"{node} needs the secret '{it.secret}', which isn't given{near}: {FATAL}. Add it to `secrets`"
        if it.kind == "input_missing":
            return f"{node} needs the input '{it.input}', which isn't given: {FATAL}. Add it to the node's `inputs`"
        if it.kind == "input_unknown":
            near = self._near_field(it, "inputs_schema", it.input)
            return f"{node} has no input '{it.input}'{near}: it would be ignored. Correct its name, or leave it out"
        if it.kind == "input_schema_not_string":
            return (
                f"{node} has an input '{it.input}' that isn't a string, but a graph's inputs are strings: {FATAL}. "
                "Make it a string in the node's code"
            )
        if it.kind == "output_unknown":
            near = self._near_field(it, "outputs_schema", it.output)
            return f"{node} has no output '{it.output}'{near}: {FATAL}. Correct the placeholder that refers to it"
        if it.kind == "output_schema_not_string":
            return (
                f"{node} has an output '{it.output}' that isn't a string, but placeholders need one: {FATAL}. "
                "Make it a string in the node's code"
            )
        return (
            f"a placeholder refers to '{it.node}', which isn't a node of this graph: {FATAL}. Correct the placeholder"
        )

    def _registered_as(self, it: Finding) -> str:
        """The namespace in which the node is registered, or a similar name."""
        name, namespace = it.node or "", it.namespace or ""
        others = [other for other in sorted(self._listings) if other != namespace]
        for other in others:
            if name in self._listings[other]:
                return f" (but it is in namespace '{other}')"
        near = self._near(namespace, self._listings.get(namespace, ()), name)
        if near:
            return near
        for other in others:
            if near := self._near(other, self._listings[other], name):
                return near.replace("?)", f" in namespace '{other}'?)")
        return ""

    def _near_field(self, it: Finding, schema: str, word: str | None) -> str:
        node = self._listings.get(it.namespace or "", {}).get(it.node or "", {})
        properties = (node.get(schema) or {}).get("properties") or {}
        return self._near((it.namespace, it.node, schema), properties, word)

    def _near(self, of: object, names: Collection[str], word: str | None) -> str:
        return self._nearest.setdefault(of, Nearest(names))(word or "")


def about(graph: str, identifiers: Collection[str] = ()) -> str:
    """The beginning of a message: the graph and the nodes that it is about."""
    return f"{graph}, {at_nodes(list(identifiers))}" if identifiers else graph
