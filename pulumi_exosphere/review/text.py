"""Sentences whose own words and foreign text are kept apart until they are rendered; values and escaping.

Text from a program, a server or the engine is a `Code`; the rest is ours. Each renderer escapes a `Code` for its
format, so foreign text is never read as markup.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pulumi_exosphere.template.references import OPENING, STORE, PlaceholderError, references

from .graph_state import Leaf
from .values import SECRET, Hidden

LONGEST = 120
"""Characters of one identifier or value that are shown at most; an ellipsis stands for the others."""
_BEFORE = 30
"""Characters that are shown before the first difference of two long values."""


@dataclass(frozen=True)
class Code:
    """Foreign text: one line of printable characters."""

    text: str


Words = tuple[str | Code, ...]
"""A sentence, or a part of one."""

_QUOTED = re.compile(r"""`([^`]+)`|(?<!\w)'([^'`]+)'(?!\w)|(?<!\w)"([^"`]+)"(?!\w)""")
_LETTERS = r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
_WORD = re.compile(rf"{_LETTERS}|\d{{1,6}}|\d\d:\d\d")
"""A word that no markup reads as a mention, a link or an emoji."""
_TOKEN = re.compile(r"(\(?)(.*?)((?:[,;.!?)]*:)?[,;.!?)]*)")
"""A word and the punctuation around it: at most one colon, because two could enclose the name of an emoji."""


def visible(text: str, limit: int = LONGEST) -> str:
    """Return the beginning of the text as one printable line.

    Other characters, direction marks and line ends among them, are spelled as Python spells them.
    """
    shown = _printable(text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def shortened(text: str, limit: int = LONGEST) -> str:
    """Return the text as one printable line, with the middle cut out if it is long."""
    end = limit // 2 - 1
    if len(text) <= limit and len(shown := _printable(text)) <= limit:
        return shown
    return f"{_printable(text[: limit - end])[: limit - end - 1]}…{_printable(text[-end:])[-end:]}"


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(text: str) -> str:
    return text.encode("unicode_escape").decode()


def code(text: str, limit: int = LONGEST) -> Code:
    """Return foreign text as a `Code`; the empty one as ``""``, because it must be visible."""
    return Code(shortened(text, limit) or '""')


def prose(text: str, limit: int = 600) -> Words:
    """Return a foreign message as a sentence: plain words stay words, everything else is a `Code`."""
    found: list[str | Code] = []
    shown, end = visible(" ".join(text[: 4 * limit].split()), limit), 0
    for quoted in _QUOTED.finditer(shown):
        found += [*_words(shown[end : quoted.start()]), Code(quoted[quoted.lastindex or 0])]
        end = quoted.end()
    return _joined([*found, *_words(shown[end:])])


def _words(text: str) -> Iterator[str | Code]:
    """Yield unquoted text: plain words as they are, each run of anything else as one `Code`."""
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
    """Join neighbours of one kind."""
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
    """Return ``a, b and c``; of many items the first ones and how many more."""
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
    """Return the same for identifiers."""
    return listed([(code(identifier, 60),) for identifier in identifiers], last, most)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 graph``, ``2 graphs``, ``5,000 graphs``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def value_words(value: Leaf) -> Words:
    """Return a value, or why it can't be shown; a placeholder reads as what it refers to."""
    if isinstance(value, Hidden):
        return (code("[secret]") if value is SECRET else "a value that is known only during the update",)
    text = value.strip()
    if text.startswith(OPENING) and text.endswith("}}") and text.count(OPENING) == text.count("}}") == 1:
        try:
            [reference] = references(text)
        except PlaceholderError:
            return (code(value),)
        if reference.identifier == STORE:
            return ("store key ", code(reference.field, 60))
        return (code(reference.identifier, 60), "'s output ", code(reference.field, 60))
    return (code(value),)


def changed_words(new: Leaf, old: Leaf) -> tuple[Words, Words]:
    """Return two different values in words that differ too; long ones are cut around their first difference."""
    words = value_words(new), value_words(old)
    if isinstance(new, Hidden) or isinstance(old, Hidden):
        return words
    looks = [unicodedata.normalize("NFKC", plain(side)) for side in words]
    if looks[0] != looks[1] and max(len(_printable(new)), len(_printable(old))) <= LONGEST:
        return words
    start = next(
        (i for i, pair in enumerate(zip(new, old, strict=False)) if pair[0] != pair[1]), min(len(new), len(old))
    )
    for spelled in (_printable, _escaped):
        sides = [_around(side, start, max(len(new), len(old)), spelled) for side in (new, old)]
        if len({unicodedata.normalize("NFKC", side) for side in sides}) > 1:
            break
    return (Code(sides[0] or '""'),), (Code(sides[1] or '""'),)


def _around(text: str, start: int, longest: int, spelled: Callable[[str], str]) -> str:
    """Return the text from a little before ``start`` on; more before it if the longer of two texts ends soon."""
    begin = max(0, min(start - _BEFORE, longest - LONGEST))
    before = ("…" if begin else "") + spelled(text[begin:start])[-(LONGEST - 20) :]
    after, room = spelled(text[start : start + LONGEST]), LONGEST - len(before)
    return before + (after if len(after) <= room else after[: room - 1] + "…")


_MARKUP = re.compile(r"([\\`*_\[\]<>|~#@])")


def markdown(words: Words) -> str:
    """Return the sentence in GitHub's Markdown; a `Code` is a code span, which contains no markup, mention or link."""
    return "".join(_span(part.text) if isinstance(part, Code) else _MARKUP.sub(r"\\\1", part) for part in words)


def in_html(words: Words) -> str:
    """Return the sentence as HTML, which is also needed in a comment's ``<summary>``."""
    return "".join(
        f"<code>{html.escape(part.text)}</code>" if isinstance(part, Code) else html.escape(part, quote=False)
        for part in words
    )


def plain(words: Words) -> str:
    """Return the sentence as text without colours."""
    return "".join(f"`{part.text}`" if isinstance(part, Code) else part for part in words)


def fence(text: str, language: str = "") -> str:
    """Return a code block that no line of the text can close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def _span(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    # Markdown removes one space on both sides, and text that starts or ends with a backtick needs one.
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"
