"""The parts that the page's sections are made of."""

from __future__ import annotations

import re
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


def with_sections(page: str, sections: Iterable[str]) -> str:
    """Return the page with each section in place of the one that has its heading, or after the others."""
    blocks = {block.partition("\n")[0]: block for block in re.split(r"^(?=##? )", page, flags=re.MULTILINE) if block}
    for section in sections:
        blocks[section.partition("\n")[0]] = section
    return "\n".join(block.rstrip() + "\n" for block in blocks.values())
