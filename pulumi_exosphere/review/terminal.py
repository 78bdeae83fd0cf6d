"""The comment as text, with colours in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from .compare import Mark
from .gather import Review
from .graph_review import Fate, GraphReview
from .outline import (
    FATES,
    Item,
    headline,
    message_items,
    others_words,
    sections,
    summary_words,
    title_words,
    zone_words,
)
from .schedules import Clock
from .text import Code, Words, code, names, plain

_STYLES = {Mark.ADDED: "green", Mark.CHANGED: "yellow", Mark.REMOVED: "red", Mark.SAME: ""}


@dataclass(frozen=True)
class Line:
    """One line and its style, as rich calls it."""

    words: Words = ()
    style: str = ""
    indent: int = 0


def text(review: Review, clock: Clock) -> str:
    """Return the comment without colours."""
    return "".join(f"{' ' * line.indent}{plain(line.words)}".rstrip() + "\n" for line in lines(review, clock))


def show(review: Review, clock: Clock, stream: TextIO) -> None:
    """Write the comment, with colours if the stream is a terminal and rich (of the extra ``cli``) is installed."""
    try:
        from rich.console import Console
        from rich.padding import Padding
        from rich.text import Text
    except ImportError:
        stream.write(text(review, clock))
        return
    if not stream.isatty():
        stream.write(text(review, clock))
        return
    console = Console(file=stream, highlight=False)
    for line in lines(review, clock):
        shown = Text(style=line.style)
        for part in line.words:
            shown.append(part.text, style="bold") if isinstance(part, Code) else shown.append(part)
        # Padding would swallow an empty line.
        console.print(Padding(shown, (0, 0, 0, line.indent), expand=False) if line.words else "")


def lines(review: Review, clock: Clock) -> Iterator[Line]:
    """Yield the lines, in the order of the comment."""
    yield Line(title_words(review), "bold")
    yield Line(summary_words(review), "bold")
    if others := others_words(review):
        yield Line(others)
    if review.errors:
        yield from _titled("Errors", message_items(review.errors), "bold red")
    for graph in review.graphs:
        yield from _graph(graph)
    if review.diagnostics:
        yield from _titled("About the stack", message_items(review.diagnostics), "bold")
    if zone := zone_words(review, clock):
        yield Line()
        yield Line(zone, "dim")


def _graph(graph: GraphReview) -> Iterator[Line]:
    title, mark = FATES[graph.fate]
    summary = headline(graph)
    yield Line()
    yield Line(
        (f"{mark.value} ", *graph.named, f" {title.lower()}{': ' + summary if summary else ''}"),
        f"bold {_STYLES[mark]}",
    )
    if graph.fate is not Fate.RETIRED and graph.comparison.differs:
        yield from _nodes(graph)
    for section in sections(graph, graph.changes):
        if section.title:
            yield from _titled(section.title, section.items, "bold", 2)
        else:
            yield from _items(section.items, 2)


def _nodes(graph: GraphReview) -> Iterator[Line]:
    """Yield every node with its next nodes, in place of the diagram."""
    for identifier, mark in graph.comparison.nodes.items():
        state = graph.old if mark is Mark.REMOVED else graph.new
        following = state.nodes[identifier].next_nodes if state else ()
        arrow: Words = (" -> ", *names(following, "and")) if following else ()
        yield Line((f"{mark.value} ", code(identifier), *arrow), _STYLES[mark], 4)


def _titled(title: str, items: Sequence[Item], style: str, indent: int = 0) -> Iterator[Line]:
    yield Line((title,), style, indent)
    yield from _items(items, indent + 2)


def _items(items: Sequence[Item], indent: int) -> Iterator[Line]:
    for item in items:
        sign = "" if item.mark is Mark.SAME else f"{item.mark.value} "
        yield Line((sign, *item.words), _STYLES[item.mark], indent)
        for row in item.body.splitlines():
            yield Line((row,), "dim", indent + 2)
