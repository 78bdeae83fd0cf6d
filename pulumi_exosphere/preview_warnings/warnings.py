"""The warnings of a preview: what may go wrong with a graph, each in one sentence that says what to do."""

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
"""Warnings of one kind about one graph at the most."""

WHEN_QUIET = "Deploy it when no run is under way"


@dataclass(frozen=True)
class Facts:
    """A graph as the engine took it in a preview."""

    inputs: Mapping[str, Any]
    """Normalised; unknown leaves are `spec.UNKNOWN`."""
    connection: Mapping[str, Any] | None
    changes: bool
    """Whether the update would send it."""
    shown_secrets: Sequence[tuple[str | None, str]]
    """Where a secret stands that the state manager lists in clear: the node's identifier, if it is a node, and what."""

    @property
    def graph(self) -> str:
        """The graph, as messages name it."""
        return graph_label(self.inputs["name"], self.inputs["namespace"])

    @property
    def node_namespaces(self) -> set[str]:
        """The namespaces that its nodes come from, as far as they are known."""
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
    """What is to be told of one graph."""

    risks: list[str] = field(default_factory=list)
    """What the program can put right."""
    notices: list[str] = field(default_factory=list)
    """What comes with the update as it is."""

    def __add__(self, other: Warnings) -> Warnings:
        """Both."""
        return Warnings(self.risks + other.risks, self.notices + other.notices)


def standing_warnings(facts: Facts, namesakes: Mapping[str, set[str]]) -> Warnings:
    """What can be told of a graph by itself, and beside the program's earlier graphs of the same name.

    Args:
        facts: The graph.
        namesakes: The schedules of those others, by namespace.
    """
    inputs = dict(facts.inputs)
    if isinstance(inputs.get("triggers"), dict):
        inputs["triggers"] = dict(sorted(inputs["triggers"].items()))  # The engine's order is its own.
    risks = [f"{facts.graph}, {fault}" for fault in template.advice(inputs)]
    risks += [
        f"{about(facts.graph, [identifier] if identifier else [])}: {what} is a secret, and the state manager shows it "
        "in clear to whoever can list the graph. Give it in `secrets`, or say with `pulumi.Output.unsecret(...)` that "
        "it may be seen"
        for identifier, what in facts.shown_secrets
    ]
    for namespace, expressions in namesakes.items():
        if shared := sorted(facts.expressions & expressions):
            risks.append(
                f"{facts.graph} has the name and the schedule ({listed(shared)}) of the one in namespace "
                f"'{namespace}', and the state manager keeps schedules by name: only the graph that is "
                "written last would run by it. Give one of them another name"
            )
    return Warnings(_cut(facts, risks))


def registry_warnings(facts: Facts, listings: Listings, elsewhere: Listings) -> Warnings:
    """What the registered nodes say against a graph.

    Args:
        facts: The graph.
        listings: The registered nodes of the namespaces that its nodes come from.
        elsewhere: Those of others, to look in for what was meant.
    """
    found = judged(facts.inputs, listings)
    said = sentences(facts.inputs, found, {**listings, **elsewhere})
    return Warnings(_cut(facts, [f"{about(facts.graph, identifiers)}: {sentence}" for identifiers, sentence in said]))


def live_warnings(facts: Facts, document: Mapping[str, Any] | None) -> Warnings:
    """What an update does to the runs of the version that is live."""
    if document is None or facts.inputs["nodes"] is UNKNOWN or template.is_retired(document):
        return Warnings()
    old, new, notices = template.from_document(document)["nodes"], facts.inputs["nodes"], []
    if removed := sorted(old.keys() - new.keys()):
        notices.append(
            f"{about(facts.graph, removed)}: the update takes {'it' if len(removed) == 1 else 'them'} out, and a run "
            f"that gets there meanwhile fails. {WHEN_QUIET}"
        )
    if template.judged_by_previous(old, new):
        notices.append(
            f"{facts.graph} has to be sent twice, since the state manager judges an update's placeholders by the nodes "
            f"of the version before: it is INVALID for a moment, and a run that goes on just then fails. {WHEN_QUIET}"
        )
    return Warnings([], notices)


def _cut(facts: Facts, texts: list[str]) -> list[str]:
    if len(texts) <= SHOWN:
        return texts
    more = f"{facts.graph} has {len(texts) - SHOWN} more faults of this kind. Correct those above to see them"
    return [*texts[:SHOWN], more]
