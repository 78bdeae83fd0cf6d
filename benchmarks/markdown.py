"""What the sections of the page are made of."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence


def paragraph(text: str) -> str:
    """A paragraph, its lines filled; its end an empty line."""
    return textwrap.fill(" ".join(text.split()), 118, break_long_words=False, break_on_hyphens=False) + "\n\n"


def bullets(items: Iterable[str]) -> str:
    """A list of points."""
    return "".join(f"- {textwrap.indent(paragraph(item).rstrip(), '  ').lstrip()}\n" for item in items) + "\n"


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (names, ["---"] * len(names), *rows)) + "\n"
