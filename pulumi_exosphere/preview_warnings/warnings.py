"""The warnings of a preview about one graph, each with what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import graph_label
from pulumi_exosphere.template import UNKNOWN
from pulumi_exosphere.template.messages import listed
from pulumi_exosphere.template.sections import is_unknown_expression

from .messages import Listings, about, judged, sentences

SHOWN = 20
"""At most so many warnings of one kind about one graph."""

WHEN_QUIET = "Deploy it while nothing is running"


@dataclass(frozen=True)
class Facts:
    """A graph as the engine accepted it in a preview."""

    inputs: Mapping[str, Any]
    """Normalised; unknown leaves are `UNKNOWN`."""
    connection: Mapping[str, Any] | None
    changes: bool
    """Whether the update would send it."""
    created: bool
    """Whether the resource is new to the stack."""
    shown_secrets: Sequence[tuple[str | None, str]]
    """Secrets that the state manager shows in plain text: the node's identifier, if any, and the field."""

    @property
    def graph(self) -> str:
        """The graph, as messages name it."""
        return graph_label(self.inputs["name"], self.inputs["namespace"])

    @property
    def node_namespaces(self) -> set[str]:
        """The namespaces of its nodes, as far as they are known."""
        nodes = {} if self.inputs["nodes"] is UNKNOWN else self.inputs["nodes"]
        return {node["namespace"] for node in nodes.values() if node is not UNKNOWN} - {UNKNOWN}

    @property
    def expressions(self) -> set[str]:
        """Its schedules, as far as they are known."""
        triggers = self.inputs.get("triggers")
        if not isinstance(triggers, dict):
            return set()
        return {key for key, it in triggers.items() if it is not UNKNOWN and not is_unknown_expression(key)}


@dataclass(frozen=True)
class Warnings:
    """The warnings about one graph."""

    risks: list[str] = field(default_factory=list)
    """Problems that a change of the program solves."""
    notices: list[str] = field(default_factory=list)
    """Consequences of the update as it is."""
    remarks: list[str] = field(default_factory=list)
    """Lines that warn of nothing."""

    def __add__(self, other: Warnings) -> Warnings:
        """Both."""
        return Warnings(self.risks + other.risks, self.notices + other.notices, self.remarks + other.remarks)


def standing_warnings(facts: Facts, namesakes: Mapping[str, set[str]]) -> Warnings:
    """Warnings about the graph itself, and about the program's earlier graphs of the same name.

    Args:
        facts: The graph.
        namesakes: The schedules of those others, by namespace.
    """
    inputs = dict(facts.inputs)
    if isinstance(inputs.get("triggers"), dict):
        inputs["triggers"] = dict(sorted(inputs["triggers"].items()))  # The engine has an order of its own.
    risks = [f"{facts.graph}, {fault}" for fault in template.advice(inputs)]
    risks += [
        f"{about(facts.graph, [identifier] if identifier else [])}: {what} is a secret, but the state manager shows it "
        "in plain text to everyone who can list the graph. Put it into `secrets`, or wrap it in "
        "`pulumi.Output.unsecret(...)` if everyone may see it"
        for identifier, what in facts.shown_secrets
    ]
    for namespace, expressions in namesakes.items():
        if shared := sorted(facts.expressions & expressions):
            risks.append(
                f"{facts.graph} has the same name and schedule ({listed(shared)}) as the one in namespace "
                f"'{namespace}', but the state manager keeps schedules by name: only the graph that is written last "
                "would run. Give one of them another name"
            )
    return Warnings(_cut(facts, risks))


def registry_warnings(facts: Facts, listings: Listings, elsewhere: Listings) -> Warnings:
    """Warnings about the graph's registered nodes.

    Args:
        facts: The graph.
        listings: The registered nodes of the namespaces of its nodes.
        elsewhere: Those of other namespaces, to find nodes that are registered there.
    """
    found = judged(facts.inputs, listings)
    said = sentences(facts.inputs, found, {**listings, **elsewhere})
    return Warnings(_cut(facts, [f"{about(facts.graph, identifiers)}: {sentence}" for identifiers, sentence in said]))


def live_warnings(facts: Facts, document: Mapping[str, Any] | None) -> Warnings:
    """Warnings about runs in flight of the live version."""
    if document is None or facts.inputs["nodes"] is UNKNOWN or template.is_retired(document):
        return Warnings()
    old, new, notices = template.from_document(document)["nodes"], facts.inputs["nodes"], []
    if removed := sorted(old.keys() - new.keys()):
        notices.append(
            f"{about(facts.graph, removed)}: the update removes {'it' if len(removed) == 1 else 'them'}, so runs in "
            f"flight that reach {'it' if len(removed) == 1 else 'them'} fail. {WHEN_QUIET}"
        )
    if template.judged_by_previous(old, new):
        notices.append(
            f"{facts.graph} must be sent twice, because the state manager judges an update's placeholders by the nodes "
            f"of the previous version: it is INVALID for a moment, and runs in flight may fail. {WHEN_QUIET}"
        )
    return Warnings([], notices)


def _cut(facts: Facts, texts: list[str]) -> list[str]:
    if len(texts) <= SHOWN:
        return texts
    more = f"{facts.graph} has {len(texts) - SHOWN} more problems of this kind. Correct those above to see them"
    return [*texts[:SHOWN], more]
