"""The content of a review and its order, for every format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .attachments import Place
from .compare import Mark
from .gather import Review
from .graph_review import Fate, GraphReview
from .graph_state import GraphState
from .node_sentences import Change
from .preview import Diagnostic, is_stack, kind
from .retries import retry_words
from .schedules import Clock, schedule_words
from .text import Words, code, counted, prose, value_words, visible

_PREFIX = re.compile(r"^\S+ resource '[^']*' has a problem: ")
"""The engine's words before an error of `check`."""
_SUBJECT = re.compile(r"^graph '[^']*' in namespace '[^']*'(?:, (?=node|\S+[.:])|: )")
"""The beginning of our messages, which a reader can infer from where the message stands."""
_MOST_LINES = 40
_LONGEST_LINE = 200


FATES = {
    Fate.RETIRED: ("Retired", Mark.REMOVED),
    Fate.REPLACED: ("Replaced", Mark.CHANGED),
    Fate.TAKEN_OVER: ("Taken over", Mark.CHANGED),
    Fate.LEFT: ("Leaves the stack", Mark.CHANGED),
    Fate.CHANGED: ("Changed", Mark.CHANGED),
    Fate.NEW: ("New", Mark.ADDED),
    Fate.SAME: ("Unchanged", Mark.SAME),
}
"""The heading and the mark of each."""


def message_words(diagnostic: Diagnostic) -> Words:
    """Return the message on one line: of several lines the first and the last, which in a traceback has the error."""
    lines = _lines(diagnostic)
    words = prose(lines[0]) if lines else ("(no text)",)
    return (*words, " ... ", *prose(lines[-1])) if len(lines) > 1 else words


def with_resource(diagnostic: Diagnostic) -> Words:
    """Return the same, preceded by the resource that it is about."""
    urn = diagnostic.urn
    if is_stack(urn):
        return message_words(diagnostic)
    return (code(urn.name, 60), f" ({kind(urn)}): " if kind(urn) else ": ", *message_words(diagnostic))


def in_full(diagnostic: Diagnostic) -> str:
    """Return all lines of a message, long ones cut; empty if the sentence contains them all."""
    lines = _lines(diagnostic)
    if len(lines) < 3:
        return ""
    kept = lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES // 2], "...", *lines[-_MOST_LINES // 2 :]]
    return "\n".join(visible(line, _LONGEST_LINE) for line in kept)


def _lines(diagnostic: Diagnostic) -> list[str]:
    message = _PREFIX.sub("", diagnostic.message)
    if kind(diagnostic.urn) == "Graph":
        message = _SUBJECT.sub("", message)
    return [line for line in message.splitlines() if line.strip()]


_DONE = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}


def title_words(review: Review) -> Words:
    """Return the title, with the stack."""
    return ("Exosphere graphs of ", code(review.stack, 200)) if review.stack else ("Exosphere graphs",)


def summary_words(review: Review) -> Words:
    """Return ``1 graph is retired, 2 change; 1 warning.``, and whether the preview is incomplete."""
    failed = f"The preview failed: {counted(len(review.errors), 'error')}. " if review.errors else ""
    return (f"{failed}{_graphs(review)}{_warnings(review)}.",)


def zone_words(review: Review, clock: Clock) -> Words:
    """Return ``Times are in UTC.``; empty if no schedule is shown."""
    if not any(graph.shows_times for graph in review.graphs):
        return ()
    zone = code(str(clock.zone), 100)
    if clock.told:
        return ("Times are in ", zone, ".")
    return ("Times are in ", zone, " (an assumption: name the state manager's zone with ", code("--timezone"), ").")


def others_words(review: Review) -> Words:
    """Return ``Other resources: 3 created, 1 updated.``; empty if nothing happens to them."""
    parts = [f"{review.others[op]:,} {done}" for op, done in _DONE.items() if review.others[op]]
    if review.other_warnings:
        parts.append(counted(review.other_warnings, "warning"))
    return (f"Other resources: {', '.join(parts)}.",) if parts else ()


def _graphs(review: Review) -> str:
    numbers = [
        (len(review.of(Fate.RETIRED)), "is retired", "are retired"),
        (len(review.of(Fate.REPLACED)), "is replaced", "are replaced"),
        (len(review.of(Fate.TAKEN_OVER)), "is taken over", "are taken over"),
        (len(review.of(Fate.LEFT)), "leaves the stack", "leave the stack"),
        (len(review.of(Fate.CHANGED)), "changes", "change"),
        (len(review.of(Fate.NEW)), "is new", "are new"),
    ]
    parts = [(number, one if number == 1 else more) for number, one, more in numbers if number]
    if not parts:
        return "No graph changes before the error" if review.errors else "No graph changes"
    first, *rest = parts
    said = [f"{counted(first[0], 'graph')} {first[1]}", *(f"{number:,} {what}" for number, what in rest)]
    return ", ".join(said) + (" before the error" if review.errors else "")


def _warnings(review: Review) -> str:
    return f"; {counted(review.warnings, 'warning')}" if review.warnings else ""


_OPS = {"create": "new", "update": "changed", "replace": "created again", "delete": "removed"}


@dataclass(frozen=True)
class Item:
    """One line of a list."""

    words: Words
    mark: Mark = Mark.SAME
    body: str = ""
    """A longer text that belongs to it, usually empty."""


@dataclass(frozen=True)
class Section:
    """A list with a title; the list of changes has none."""

    title: str
    items: tuple[Item, ...]


def headline(graph: GraphReview) -> str:
    """Return ``3 changes (1 removal), 1 warning``."""
    warnings = len(graph.warnings)
    drift = counted(len(graph.drift), "change outside Pulumi", "changes outside Pulumi") if graph.drift else ""
    removals = sum(change.mark is Mark.REMOVED for change in graph.changes)
    changes = counted(len(graph.changes), "change") + (f" ({counted(removals, 'removal')})" if removals else "")
    parts = [
        "" if graph.fate in {Fate.RETIRED, Fate.LEFT, Fate.SAME} or _same(graph) else changes,
        drift,
        counted(warnings, "warning") if warnings else "",
    ]
    return ", ".join(part for part in parts if part)


def _same(graph: GraphReview) -> bool:
    return graph.taken_over is not None and not graph.taken_over.differs


def sections(graph: GraphReview, changes: Iterable[Change]) -> Iterator[Section]:
    """Yield the lists about a graph that have items, the given changes first."""
    found = [
        Section("", changed_items(changes)),
        Section("Warnings", _said(graph.warnings)),
        Section("Changed outside Pulumi", _drift(graph)),
        Section("Unchanged", tuple(Item(words) for words in _unchanged(graph))),
        Section("Attachments", tuple(_attachments(graph))),
        Section("Notes", _said(one for one in graph.diagnostics if one not in graph.warnings)),
    ]
    return (section for section in found if section.items)


def changed_items(changes: Iterable[Change]) -> tuple[Item, ...]:
    """Return an item for each change."""
    return tuple(Item(change.words, change.mark) for change in changes)


def message_items(diagnostics: Iterable[Diagnostic]) -> tuple[Item, ...]:
    """Return an item for each message that isn't listed under its graph."""
    return tuple(Item(with_resource(diagnostic), body=in_full(diagnostic)) for diagnostic in diagnostics)


def _said(diagnostics: Iterable[Diagnostic]) -> tuple[Item, ...]:
    return tuple(Item(message_words(diagnostic), body=in_full(diagnostic)) for diagnostic in diagnostics)


def _drift(graph: GraphReview) -> tuple[Item, ...]:
    gone = (Item(("the graph was retired or is gone",), Mark.REMOVED),) if graph.gone else ()
    return gone + changed_items(graph.drift)


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
    return ("; moves to the state manager at ", *here, "; what it set at ", *there, " stays there")
