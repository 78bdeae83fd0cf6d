"""A graph's diagram as SVG, for a page that needs neither scripts nor a network."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from .compare import Mark
from .diagram import downwards, drawn_links, drawn_nodes, texts
from .graph_review import GraphReview
from .layout import Layout, Place, layout
from .text import plain

CLASSES = {Mark.ADDED: "added", Mark.CHANGED: "changed", Mark.REMOVED: "removed", Mark.SAME: "same"}
STYLE = """
svg { font: 13px ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
svg .shape { stroke-width: 1.5; } svg .link { fill: none; stroke-width: 1.5; }
svg text { text-anchor: middle; dominant-baseline: central; fill: var(--text); } svg .runs { fill: var(--soft); }
svg .same .shape { fill: var(--same); } svg .same { stroke: var(--line); } svg text { stroke: none; }
svg .added .shape { fill: var(--added); } svg .added { stroke: var(--green); }
svg .added .shape, svg .added.link { stroke-width: 3; }
svg .changed .shape { fill: var(--changed); } svg .changed { stroke: var(--yellow); }
svg .removed .shape { fill: var(--removed); } svg .removed { stroke: var(--red); stroke-dasharray: 6 4; }
svg .changed.link { stroke: var(--line); } svg .end { stroke: none; }
svg .end.added { fill: var(--green); } svg .end.removed { fill: var(--red); }
svg .end.same, svg .end.changed { fill: var(--line); }
svg .over { paint-order: stroke; stroke: var(--page); stroke-width: 4; stroke-dasharray: none; font-size: 11px; }
"""
"""For a page that sets the colours: page, text, soft, line, same, and for each mark its fill and its line."""
_LETTER, _LINE = 8.0, 19.0
"""Pixels of a letter in the widest of the fonts, and of a line."""
_MARGIN = 6.0
_SLANT = 14.0
_UNITES = {Mark.ADDED: "+ unites", Mark.CHANGED: "~ unites", Mark.REMOVED: "unites, removed", Mark.SAME: "unites"}


def drawing(graph: GraphReview) -> str:
    """Return the diagram as an ``<svg>`` element; empty if there is nothing to draw."""
    identifiers = drawn_nodes(graph)
    if not identifiers:
        return ""
    labels = dict(zip(identifiers, texts(graph, identifiers), strict=True))
    links = drawn_links(graph.comparison, identifiers)
    turned = downwards(graph.comparison, identifiers)
    boxes = {identifier: _box(lines) for identifier, (_, lines) in labels.items()}
    sizes = {one: (height, width) if turned else (width, height) for one, (width, height) in boxes.items()}
    found = layout(sizes, [(start, end) for start, end, _, _ in links])
    parts = [_link(found, start, end, mark, unites=unites, turned=turned) for start, end, mark, unites in links]
    parts += [_node(found.nodes[one], mark, lines, turned=turned) for one, (mark, lines) in labels.items()]
    width, height = (found.breadth, found.length) if turned else (found.length, found.breadth)
    room = 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Diagram of {html.escape(plain(graph.named))}" '
        f'width="{width + room:.0f}" height="{height + room:.0f}" '
        f'viewBox="{-_MARGIN:.0f} {-_MARGIN:.0f} {width + room:.0f} {height + room:.0f}">{"".join(parts)}</svg>'
    )


def _width(text: str) -> float:
    """Return the width in letters: an East Asian one or an emoji takes two, a combining mark none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _box(lines: Sequence[str]) -> tuple[float, float]:
    return max(map(_width, lines)) * _LETTER + 2 * _SLANT + 12, len(lines) * _LINE + 14


def _node(place: Place, mark: Mark, lines: Sequence[str], *, turned: bool) -> str:
    x, y, width, height = _turned(place, turned=turned)
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    corners = {
        Mark.CHANGED: [
            (left, y),
            (left + _SLANT, top),
            (right - _SLANT, top),
            (right, y),
            (right - _SLANT, bottom),
            (left + _SLANT, bottom),
        ],
        Mark.REMOVED: [(left + _SLANT, top), (right, top), (right - _SLANT, bottom), (left, bottom)],
    }
    if mark in corners:
        points = " ".join(f"{one:.1f},{other:.1f}" for one, other in corners[mark])
        shape = f'<polygon class="shape" points="{points}"/>'
    else:
        radius = height / 2 if mark is Mark.ADDED else 3
        shape = (
            f'<rect class="shape" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'rx="{radius:.1f}"/>'
        )
    first = y - _LINE * (len(lines) - 1) / 2
    written = "".join(
        f'<text class="{"runs" if number else "name"}" x="{x:.1f}" y="{first + number * _LINE:.1f}">'
        f"{html.escape(line)}</text>"
        for number, line in enumerate(lines)
    )
    return f'<g class="{CLASSES[mark]}">{shape}{written}</g>'


def _link(found: Layout, start: str, end: str, mark: Mark, *, unites: bool, turned: bool) -> str:
    """Return the line, with an arrow or a round end; none from a node to itself, which no valid graph has."""
    if start == end:
        return ""
    one, other = found.nodes[start], found.nodes[end]
    # Two links between the same nodes stay apart.
    aside = 10.0 if unites else 0.0
    onwards = 1 if one.along <= other.along else -1
    points = [
        (one.along + onwards * one.length / 2, one.across + aside),
        *((bend.along, bend.across + aside) for bend in found.bends[start, end]),
        (other.along - onwards * (other.length / 2 + 8), other.across + aside),
    ]
    path = f"M{_point(points[0], turned=turned)}"
    for (along, across), (next_along, next_across) in pairwise(points):
        middle = (along + next_along) / 2
        curve = [(middle, across), (middle, next_across), (next_along, next_across)]
        path += "C" + " ".join(_point(point, turned=turned) for point in curve)
    tip = points[-1]
    if unites:
        x, y = _point((tip[0] + onwards * 3, tip[1]), turned=turned).split(",")
        ending = f'<circle class="end {CLASSES[mark]}" cx="{x}" cy="{y}" r="5"/>'
    else:
        sides = [(tip[0] + onwards * 8, tip[1]), (tip[0], tip[1] - 5), (tip[0], tip[1] + 5)]
        triangle = " ".join(_point(point, turned=turned) for point in sides)
        ending = f'<polygon class="end {CLASSES[mark]}" points="{triangle}"/>'
    line = f'<path class="link {CLASSES[mark]}" d="{path}"/>{ending}'
    if not unites:
        return line
    (along, across), (next_along, next_across) = points[-2:]
    x, y = _point(((along + next_along) / 2, (across + next_across) / 2 + 8), turned=turned).split(",")
    return f'{line}<text class="over" x="{x}" y="{y}">{_UNITES[mark]}</text>'


def _turned(place: Place, *, turned: bool) -> tuple[float, float, float, float]:
    """Return centre, width and height."""
    if turned:
        return place.across, place.along, place.breadth, place.length
    return place.along, place.across, place.length, place.breadth


def _point(point: tuple[float, float], *, turned: bool) -> str:
    x, y = reversed(point) if turned else point
    return f"{x:.1f},{y:.1f}"
