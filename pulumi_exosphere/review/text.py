"""Sentences of our own words and of other people's text, kept apart until they are rendered; values and escaping.

What a program, a server or the engine wrote is a `Code`; the rest is ours. A renderer escapes the former for its
format, so that nobody's text is taken for markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pulumi_exosphere.template.references import OPENING, STORE, PlaceholderError, references

from .graph_state import Leaf
from .values import SECRET, Hidden

LONGEST = 120
"""Characters that are shown of one identifier or value; the rest is cut off, visibly."""


@dataclass(frozen=True)
class Code:
    """Text that isn't ours: one line, and only characters that print."""

    text: str


Words = tuple[str | Code, ...]
"""A sentence, or a part of one."""

_QUOTED = re.compile(r"""`([^`]+)`|(?<!\w)'([^'`]+)'(?!\w)|(?<!\w)"([^"`]+)"(?!\w)""")
_LETTERS = r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
_WORD = re.compile(rf"{_LETTERS}|\d{{1,6}}|\d\d:\d\d")
"""A word that means the same in any markup: no mention, no link, no emoji."""
_TOKEN = re.compile(r"(\(?)(.*?)((?:[,;.!?)]*:)?[,;.!?)]*)")
"""A word, with the punctuation around it: one colon at the most, since between two could be an emoji's name."""


def visible(text: str, limit: int = LONGEST) -> str:
    """One line of what prints: anything else, direction marks and line ends included, is spelt as Python spells it."""
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text[: limit + 1]
    )
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def code(text: str, limit: int = LONGEST) -> Code:
    """Text that isn't ours; the empty one as ``""``, so that it can be seen."""
    return Code(visible(text, limit) or '""')


def prose(text: str, limit: int = 600) -> Words:
    """A message that isn't ours, as a sentence: plain words stay words, whatever else it holds is a `Code`."""
    found: list[str | Code] = []
    shown, end = visible(" ".join(text[: 4 * limit].split()), limit), 0
    for quoted in _QUOTED.finditer(shown):
        found += [*_words(shown[end : quoted.start()]), Code(quoted[quoted.lastindex or 0])]
        end = quoted.end()
    return _joined([*found, *_words(shown[end:])])


def _words(text: str) -> Iterator[str | Code]:
    """What isn't quoted: words as they are, anything else a code, of which neighbours are one."""
    codes: list[str] = []
    for position, token in enumerate(text.split(" ")):
        parts = _TOKEN.fullmatch(token)
        opening, word, closing = parts.groups() if parts else ("", token, "")
        # A number before a full stop or a parenthesis could be the marker of a list.
        plain = not word or (_WORD.fullmatch(word) and not (word.isdecimal() and closing[:1] in {".", ")"}))
        if codes and (plain or opening):
            yield Code(" ".join(codes))
            codes.clear()
        if position and not codes:
            yield " "
        yield opening
        if plain:
            yield word
        else:
            codes.append(word)
        if codes and closing:
            yield Code(" ".join(codes))
            codes.clear()
        yield closing
    if codes:
        yield Code(" ".join(codes))


def _joined(parts: Iterable[str | Code]) -> Words:
    """Neighbours of one kind in one piece."""
    joined: list[str | Code] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, str) and isinstance(last, str):
            joined[-1] = last + part
        elif isinstance(part, Code) and isinstance(last, Code):
            joined[-1] = Code(last.text + part.text)
        elif part:
            joined.append(part)
    return tuple(joined)


def listed(items: Sequence[Words], last: str = "and", most: int = 6) -> Words:
    """``a, b and c``; of many the first ones and how many more."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append((f"{len(items) - most:,} more",))
    found: Words = ()
    for number, item in enumerate(shown):
        if number:
            found += (f" {last} " if number == len(shown) - 1 else ", ",)
        found += item
    return found


def names(identifiers: Iterable[str], last: str = "and", most: int = 6) -> Words:
    """The same of identifiers."""
    return listed([(code(identifier, 60),) for identifier in identifiers], last, most)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 graph``, ``2 graphs``, ``5,000 graphs``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def value_words(value: Leaf) -> Words:
    """A value, or why it can't be shown; a string that is one placeholder as what it stands for."""
    if isinstance(value, Hidden):
        return (code("[secret]") if value is SECRET else "something only known during the update",)
    text = value.strip()
    if text.startswith(OPENING) and text.endswith("}}") and text.count(OPENING) == text.count("}}") == 1:
        try:
            [reference] = references(text)
        except PlaceholderError:
            return (code(value),)
        if reference.identifier == STORE:
            return ("the store's ", code(reference.field, 60))
        return (code(reference.identifier, 60), "'s output ", code(reference.field, 60))
    return (code(value),)


_MARKUP = re.compile(r"([\\`*_\[\]<>|~#@])")


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
