"""The comment in GitHub's Markdown; if it is too long, blocks fold and then get shorter, the longest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol
from urllib.parse import quote

from .compare import Mark
from .diagram import LEGEND, diagram, left_out
from .gather import Review
from .graph_review import Fate, GraphReview
from .node_sentences import Change
from .outline import (
    FATES,
    Item,
    Section,
    changed_items,
    headline,
    message_items,
    others_words,
    sections,
    summary_words,
    title_words,
    zone_words,
)
from .preview import Diagnostic
from .schedules import Clock
from .text import Words, counted, fence, in_html, markdown

LIMIT = 65_536
"""GitHub accepts comments shorter than this, in characters. Here bytes are counted, which are never fewer."""


class Level(IntEnum):
    """The amount of a block that is shown."""

    OPEN = 0
    """Everything, visible at once."""
    FOLDED = 1
    """Everything, below a line that opens it; removals stay visible."""
    SHORT = 2
    """The first items of each list, without the diagram."""
    SHORTER = 3
    """Fewer items."""
    LINE = 4
    """One line."""


class Block(Protocol):
    """A part of a comment, in several lengths."""

    def at(self, level: Level) -> str:
        """Return the block's text; one line at `Level.LINE`."""


def fit(head: str, blocks: Sequence[Block], *, start: Level, reserved: int = 0) -> str:
    """Return head and blocks in less than `LIMIT` minus ``reserved`` bytes, whatever the blocks are."""
    room = LIMIT - 200 - size(head) - reserved
    levels = [start] * len(blocks)
    texts = [block.at(start) for block in blocks]
    total = sum(size(text) + 2 for text in texts)
    heap = [(-size(text), number) for number, text in enumerate(texts)]
    heapq.heapify(heap)
    while total > room and heap:
        length, number = heapq.heappop(heap)
        if levels[number] is Level.LINE:
            continue
        levels[number] = Level(levels[number] + 1)
        texts[number] = blocks[number].at(levels[number])
        total += length + size(texts[number])
        heapq.heappush(heap, (-size(texts[number]), number))
    shown, used = [], 0
    for text in texts:
        used += size(text) + 2
        if used > room:
            break
        shown.append(text)
    missing = [f"- and {len(texts) - len(shown):,} more"] if len(shown) < len(texts) else []
    return _joined([head, *shown, *missing])


def size(text: str) -> int:
    """Return the number of bytes."""
    return len(text.encode())


def _joined(parts: Sequence[str]) -> str:
    """Join parts with an empty line between them, except between the lines of one list."""
    text = ""
    for part in (part for part in parts if part):
        both_lines = part.startswith("- ") and text.rpartition("\n")[2].startswith("- ") and "\n" not in part
        text += f"{'' if not text else chr(10) if both_lines else chr(10) * 2}{part}"
    return text + "\n"


MARKER = "<!-- pulumi-exosphere review"
"""The beginning of the comment's first line, by which the next comment finds the one to replace."""
_MANY = 3
"""Graphs up to which none is folded."""
_MOST_ITEMS = {Level.OPEN: 200, Level.FOLDED: 200, Level.SHORT: 20, Level.SHORTER: 5}


def comment(review: Review, clock: Clock) -> str:
    """Return the comment, within GitHub's limit for every preview."""
    # Each stack has a line of its own; two hyphens would end the HTML comment.
    stack = quote(review.stack[:200], errors="replace").replace("--", "%2D%2D")
    summary = f"**{markdown(summary_words(review))}** {markdown(others_words(review))}".rstrip()
    head = f"{MARKER} {stack} -->\n### {markdown(title_words(review))}\n\n{summary}"
    blocks: list[_Said | _Graph] = []
    if review.errors:
        blocks.append(_Said("Errors", review.errors))
    blocks += [_Graph(graph) for graph in review.graphs]
    if review.diagnostics:
        blocks.append(_Said("About the stack", review.diagnostics))
    start = Level.OPEN if len(review.graphs) <= _MANY else Level.FOLDED
    legend, times = f"\n<sub>{LEGEND}</sub>\n", zone_words(review, clock)
    zone = f"\n<sub>{markdown(times)}</sub>\n" if times else ""
    text = fit(head, blocks, start=start, reserved=size(legend + zone))
    return text + (legend if "```mermaid" in text else "") + zone


@dataclass(frozen=True)
class _Said:
    """Messages that are not about one graph."""

    title: str
    diagnostics: Sequence[Diagnostic]

    def at(self, level: Level) -> str:
        if level is Level.LINE:
            return f"- {self.title}: {counted(len(self.diagnostics), 'message')}"
        # Errors are never folded.
        return f"#### {self.title}\n\n" + _list(message_items(self.diagnostics), level)


@dataclass(frozen=True)
class _Graph:
    """One graph."""

    graph: GraphReview

    def at(self, level: Level) -> str:
        details = headline(self.graph)
        words: Words = (f"{FATES[self.graph.fate][0]}: ", *self.graph.named)
        if level is Level.LINE:
            return f"- {markdown(words)}{', ' + details if details else ''}"
        if level is Level.OPEN:
            return f"#### {markdown(words)}\n\n{self._body(level, self.graph.changes)}".rstrip()
        removals = [change for change in self.graph.changes if change.mark is Mark.REMOVED]
        others = [change for change in self.graph.changes if change.mark is not Mark.REMOVED]
        summary = f"<b>{in_html(words)}</b>{', ' + details if details else ''}"
        folded = f"<details><summary>{summary}</summary>\n\n{self._body(level, others)}\n\n</details>"
        # What is removed is never folded.
        return f"{folded}\n\n{_list(changed_items(removals), level)}".rstrip()

    def _body(self, level: Level, changes: Sequence[Change]) -> str:
        shown = (_section(section, level) for section in sections(self.graph, changes))
        return "\n\n".join([*self._diagram(level), *shown])

    def _diagram(self, level: Level) -> Iterator[str]:
        if level >= Level.SHORT:
            yield "<sub>Shortened: the comment would be too long.</sub>"
            return

        source = diagram(self.graph)
        if source:
            drawn = fence(source, "mermaid")
            # A diagram without changes, or of a graph that is removed as a whole, is folded.
            plain = self.graph.fate is Fate.RETIRED or not self.graph.comparison.differs
            yield f"<details><summary>Diagram</summary>\n\n{drawn}\n\n</details>" if plain else drawn
        if missing := left_out(self.graph):
            yield f"<sub>{missing}</sub>"


def _section(section: Section, level: Level) -> str:
    title = f"**{section.title}**\n\n" if section.title else ""
    return title + _list(section.items, level)


def _list(items: Sequence[Item], level: Level) -> str:
    most = _MOST_ITEMS[level]
    lines = [_line(item, level) for item in items[:most]]
    if len(items) > most:
        lines.append(f"- and {len(items) - most:,} more")
    return "\n".join(lines)


def _line(item: Item, level: Level) -> str:
    line = f"- {markdown(item.words)}"
    if not item.body or level >= Level.SHORT:
        return line
    block = f"<details><summary>in full</summary>\n\n{fence(item.body, 'text')}\n\n</details>"
    return line + "\n\n" + "\n".join(f"  {row}" if row else "" for row in block.split("\n"))
