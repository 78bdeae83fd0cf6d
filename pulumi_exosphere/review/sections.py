"""What there is to say about a graph, in the order in which it is said, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_exosphere.review.compare import Mark
from pulumi_exosphere.review.graphs import Fate, GraphReview
from pulumi_exosphere.review.leaf_words import value_words
from pulumi_exosphere.review.messages import in_full, message_words
from pulumi_exosphere.review.retries import retry_words
from pulumi_exosphere.review.schedules import schedule_words
from pulumi_exosphere.review.words import Words, code, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pulumi_exosphere.review.node_words import Change
    from pulumi_exosphere.review.places import Place
    from pulumi_exosphere.review.preview import Diagnostic
    from pulumi_exosphere.review.state import GraphState

_OPS = {"create": "new", "update": "changed", "replace": "made again", "delete": "removed"}


@dataclass(frozen=True)
class Item:
    """One line of a list."""

    words: Words
    mark: Mark = Mark.SAME
    body: str = ""
    """A longer text that belongs to it; empty mostly."""


@dataclass(frozen=True)
class Section:
    """A list with a title; the changes themselves have none."""

    title: str
    items: tuple[Item, ...]


def headline(graph: GraphReview) -> str:
    """``3 changes, 1 warning``."""
    warnings = len(graph.warnings)
    drift = counted(len(graph.drift), "change outside of Pulumi", "changes outside of Pulumi") if graph.drift else ""
    parts = [
        "" if graph.fate in {Fate.RETIRED, Fate.LEFT, Fate.SAME} else counted(len(graph.changes), "change"),
        drift,
        counted(warnings, "warning") if warnings else "",
    ]
    return ", ".join(part for part in parts if part)


def sections(graph: GraphReview) -> Iterator[Section]:
    """All that there is to say."""
    found = [
        Section("", _changes(graph.changes)),
        Section("Warnings", _said(graph.warnings)),
        Section("Found changed outside of Pulumi", _drift(graph)),
        Section("Stays as it is", tuple(Item(words) for words in _unchanged(graph))),
        Section("Declared beside the graph", tuple(_attachments(graph))),
        Section("Notes", _said(one for one in graph.diagnostics if one not in graph.warnings)),
    ]
    return (section for section in found if section.items)


def _changes(changes: Iterable[Change]) -> tuple[Item, ...]:
    return tuple(Item(change.words, change.mark) for change in changes)


def _said(diagnostics: Iterable[Diagnostic]) -> tuple[Item, ...]:
    return tuple(Item(message_words(diagnostic), body=in_full(diagnostic)) for diagnostic in diagnostics)


def _drift(graph: GraphReview) -> tuple[Item, ...]:
    gone = (Item(("the graph is gone, or was retired",), Mark.REMOVED),) if graph.gone else ()
    return gone + _changes(graph.drift)


def _unchanged(graph: GraphReview) -> Iterator[Words]:
    old, new = graph.old, graph.new
    if not old or not new or graph.fate is Fate.SAME:
        return
    for expression in new.triggers or ():
        if expression in (old.triggers or ()):
            yield ("schedule ", *schedule_words(expression, graph.clock))
    if new.retry_policy is not None and new.retry_policy == old.retry_policy:
        yield ("retries: ", *retry_words(new.retry_policy))


def _attachments(graph: GraphReview) -> Iterator[Item]:
    for one in sorted(graph.attachments, key=lambda attachment: (attachment.kind, attachment.name)):
        kept = one.op == "delete" and graph.fate is not Fate.RETIRED and not one.lost
        keeps = ("; the graph may keep it" if one.unsure else "; the graph keeps it") if kept else ""
        what = f"{one.kind}, {_OPS.get(one.op, one.op)}{keeps}"
        yield Item((code(one.name), f" ({what}", *(_left(one.left, graph.state) if one.left else ()), ")"))


def _left(place: Place, graph: GraphState) -> Words:
    if place.id != graph.id:
        return ("; what it set in ", code(place.id or "?"), " stays there")
    there, here = value_words(place.address), value_words(graph.state_manager)
    return ("; goes to the state manager at ", *here, ", and what it set at ", *there, " stays there")
