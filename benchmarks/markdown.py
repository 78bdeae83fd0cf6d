"""The parts that the page's sections are made of."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence


def paragraph(text: str) -> str:
    """Return a paragraph with its lines filled, and an empty line after it."""
    return textwrap.fill(" ".join(text.split()), 118, break_long_words=False, break_on_hyphens=False) + "\n\n"


def bullets(items: Iterable[str]) -> str:
    """Return a list of points."""
    return "".join(f"- {textwrap.indent(paragraph(item).rstrip(), '  ').lstrip()}\n" for item in items) + "\n"


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (names, ["---"] * len(names), *rows)) + "\n"
