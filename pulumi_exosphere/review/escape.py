"""Sentences as Markdown, as HTML, and as labels of a Mermaid diagram, so that nobody's text is taken for markup."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from pulumi_exosphere.review.words import Code

if TYPE_CHECKING:
    from pulumi_exosphere.review.words import Words

_MARKUP = re.compile(r"([\\`*_\[\]<>|~#@])")
_SIGN = re.compile(r"[^A-Za-z0-9 ._\-\x80-\U0010ffff]|[.-](?= )")


def markdown(words: Words) -> str:
    """The sentence in GitHub's Markdown; a `Code` is a code span, in which nothing is markup, mention or link."""
    return "".join(_span(part.text) if isinstance(part, Code) else _MARKUP.sub(r"\\\1", part) for part in words)


def in_html(words: Words) -> str:
    """The sentence as HTML, for where Markdown isn't read (a ``<summary>``)."""
    return "".join(
        f"<code>{html.escape(part.text)}</code>" if isinstance(part, Code) else html.escape(part, quote=False)
        for part in words
    )


def plain(words: Words) -> str:
    """The sentence as text without colours; a `Code` holds only what prints."""
    return "".join(f"`{part.text}`" if isinstance(part, Code) else part for part in words)


def label(text: str) -> str:
    """The inside of a quoted label of a Mermaid diagram.

    Mermaid looks for directives and styles in the whole text before it reads labels, and reads labels as Markdown, so
    that every sign is spelt as a character code, and what could be the marker of a list too.
    """
    return _SIGN.sub(lambda sign: f"#{ord(sign[0])};", text)


def fence(text: str, language: str = "") -> str:
    """A code block that no line of the text can close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def _span(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    # Markdown takes away one space on both sides, which a text that starts or ends with a backtick needs anyway.
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"
