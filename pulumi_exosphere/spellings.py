"""Recognise a value in a text, however an ordinary tool has encoded it there.

JSON, YAML, a shell, a URL or HTML escape some characters of a value, and quote, wrap or indent the others; base64 and
hex replace all of them. So escapes are undone, encoded parts are decoded, and only letters and digits are compared.
"""

from __future__ import annotations

import binascii
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from urllib.parse import unquote

SHORTEST = 4
"""Letters and digits of the shortest value that is searched for in a text."""
PIECE = 8
"""Letters and digits of the shortest piece of a value that is recognised, if it has some of both."""
LONG_PIECE = 12
"""The same for a piece that is all letters, or all digits."""

_DEPTH = 3
"""The most encodings inside each other that are undone in a text, such as base64 of JSON that contains base64."""
_ESCAPED = 5
"""The most escapes of escapes that are undone, such as JSON inside JSON inside a URL."""
_SAMPLE = 5
_STEP = PIECE - _SAMPLE + 1
"""A text that has a piece of a value has one of the value's samples: `_SAMPLE` characters, `_STEP` apart."""
_FEW = 50
"""For so many strings, looking for each of them in a text is faster than comparing them with every part of the text."""
_ESCAPE = re.compile(r"((?:\\+x[0-9a-fA-F]{2})+)|\\+(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[abfnrtv])")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_COMPARED = re.compile(r"[\W_]+")
_QUOTING = re.compile(r"[\s\"'`\\]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_HEX = re.compile(r"[0-9a-fA-F]{8,}")
_READABLE = re.compile("[\t\n\r -~\x80-\ufffc\U00010000-\U0010ffff]{4,}")
_WORD = re.compile(r"\S{20,}")
_KINDS = tuple(re.compile(rf"\S*[{kind}]") for kind in ("A-Z", "a-z", "0-9"))
_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
_HEX_TOKEN = re.compile(r"[0-9a-f]{32,}")
_BETWEEN = "\0"


class Reading:
    """A text as values are looked for in it: without escapes, and with everything that is encoded in it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __contains__(self, form: str) -> bool:
        return form in self.letters.text or form in self.unquoted.text

    @cached_property
    def letters(self) -> Compared:
        """Its letters and digits."""
        return Compared(_BETWEEN.join(map(_letters_and_digits, self._readings)))

    @cached_property
    def unquoted(self) -> Compared:
        """Everything except its spaces, quotes and backslashes."""
        return Compared(_BETWEEN.join(map(_unquoted, self._readings)))

    @cached_property
    def _readings(self) -> list[str]:
        return list(_readings(self._text))


class Compared:
    """A text in which strings of a few lengths are looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._parts: dict[int, set[str]] = {}

    def contained(self, strings: AbstractSet[str], *lengths: int) -> set[str]:
        """Return those of ``strings`` that the text contains; each has one of these lengths."""
        if len(strings) <= _FEW:
            return {string for string in strings if string in self.text}
        return {part for length in lengths for part in strings & self._of_length(length)}

    def _of_length(self, length: int) -> set[str]:
        if length not in self._parts:
            ends = range(length, len(self.text) + 1)
            self._parts[length] = {self.text[end - length : end] for end in ends}
        return self._parts[length]


class Finder:
    """Find values in texts, and pieces of them. What that takes grows with the text, not with the number of values.

    Args:
        values: What to look for.
        ordinary: They are most likely ordinary: only pieces of keys and tokens in them are recognised.
    """

    def __init__(self, values: Iterable[str], *, ordinary: bool = False) -> None:
        self._lengths = (LONG_PIECE,) if ordinary else (PIECE, LONG_PIECE)
        self._whole: dict[str, dict[int, dict[str, str]]] = {}
        self._divided: list[tuple[str, str]] = []  # What is recognised in pieces, and its value.
        self._symbols = False
        for value in values:
            found = _forms(value)
            for form in found:
                same_start = self._whole.setdefault(form[:_SAMPLE], {})
                same_start.setdefault(len(form), {}).setdefault(form, value)
                self._symbols = self._symbols or not form.isalnum()
            self._divided += ((form, value) for form in (_tokens(value) if ordinary else found))

    def find(self, text: Reading, not_in: Reading | None = None, shortest: int = SHORTEST) -> Iterator[str]:
        """Yield the values that ``text`` contains and ``not_in`` doesn't, as soon as they are found.

        A value that is shorter than ``shortest``, as it is compared, doesn't count.
        """
        if self._whole:
            for compared in (text.letters, text.unquoted) if self._symbols else (text.letters,):
                for form, value in self._found(compared):
                    if len(form) >= shortest and not (not_in and form in not_in):
                        yield value

    def _found(self, compared: Compared) -> Iterator[tuple[str, str]]:
        for start in compared.contained(self._whole.keys(), SHORTEST, _SAMPLE):
            yield from self._longer(compared.text, start)
        if compared.contained(self._samples, _SAMPLE):
            for piece in compared.contained(self._pieces.keys(), *self._lengths):
                if len(piece) == LONG_PIECE or len(set(map(str.isdecimal, piece))) == 2:
                    yield piece, self._pieces[piece]

    def _longer(self, text: str, start: str) -> Iterator[tuple[str, str]]:
        for at in re.finditer(f"(?={re.escape(start)})", text):
            for length, same_length in self._whole[start].items():
                found = text[at.start() : at.start() + length]
                if found in same_length:
                    yield found, same_length[found]

    @cached_property
    def _samples(self) -> set[str]:
        return {form[at : at + _SAMPLE] for form, _ in self._divided for at in range(0, len(form) - _SAMPLE + 1, _STEP)}

    @cached_property
    def _pieces(self) -> dict[str, str]:
        """The pieces of the values: made once a text has a sample, which few have."""
        return {
            form[end - length : end]: value
            for form, value in reversed(self._divided)
            for length in self._lengths
            for end in range(length, len(form) + 1)
        }


def _forms(value: str) -> list[str]:
    """Return ``value`` as it is compared, and what is encoded in it; none that is too short to search for."""
    plain = _unescaped(value)
    whole = _form(plain)
    decoded = dict.fromkeys(_form(part) for part in _decoded(plain) if len(_folded(part)) >= PIECE)
    return [*([whole] if len(whole) >= SHORTEST else []), *(form for form in decoded if len(form) >= PIECE)]


def _tokens(value: str) -> Iterator[str]:
    """Yield the keys and tokens in ``value``, as they are compared: long runs as no name, path or address has them."""
    for word in _WORD.findall(value):
        mixed_until = min(found.end() if (found := kind.match(word)) else 0 for kind in _KINDS)
        for run in _TOKEN.finditer(word):
            if run.start() < mixed_until:
                yield _letters_and_digits(run[0])
        yield from _HEX_TOKEN.findall(word)


def _form(text: str) -> str:
    """Return the form in which a value is compared: its letters and digits, unless most of it is something else."""
    folded = _folded(text)
    letters, unquoted = _NOT_COMPARED.sub("", folded), _QUOTING.sub("", folded)
    return letters if len(letters) >= max(SHORTEST, len(unquoted) / 2) else unquoted


def _letters_and_digits(text: str) -> str:
    return _NOT_COMPARED.sub("", _folded(text))


def _unquoted(text: str) -> str:
    return _QUOTING.sub("", _folded(text))


def _folded(text: str) -> str:
    """Return the text without differences of case, of composed and decomposed letters, and of widths."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKD", text.casefold())


def _readings(text: str) -> Iterator[str]:
    """Yield the text without escapes, then everything encoded in it, then everything encoded in that."""
    for _ in range(_DEPTH):
        plain = _unescaped(text)
        yield plain
        text = _BETWEEN.join(_decoded(plain))
        if not text:
            return
    yield _unescaped(text)


def _unescaped(text: str) -> str:
    for _ in range(_ESCAPED):
        before = text
        if "%" in text:
            text = unquote(text)
        if "&" in text:
            text = html.unescape(text)
        if "\\" in text:
            text = _ESCAPE.sub(_character, text)
        if text == before:
            break
    # JSON writes a character beyond the first 65,536 as two escapes.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(text) else text


def _character(escape: re.Match[str]) -> str:
    """Return the character that an escape encodes; a space for a control character, which isn't compared."""
    if escape[1]:
        data = bytes.fromhex(re.sub(r"[\\x]", "", escape[1]))
        try:
            return data.decode()
        except UnicodeDecodeError:
            return data.decode("latin-1")
    code = int(escape[2] or escape[3] or "20", 16)
    return chr(code) if code < 0x110000 else " "


def _decoded(text: str) -> list[str]:
    """Return the readable parts of what base64 and hex in ``text`` encode."""
    dense = _QUOTING.sub("", text)
    # Slashes encode a byte that no text contains, so the runs stay apart.
    runs = "".join([run + "/" * (8 - len(run) % 4) for run in _BASE64.findall(dense)])
    runs = runs.replace("-", "+").replace("_", "/")
    # The text before an encoded part may look like a part of it.
    found = [binascii.a2b_base64(runs[skipped:] + "/" * skipped) for skipped in range(4)] if runs else []
    for run in _HEX.findall(dense):
        found += [bytes.fromhex(run[skipped : len(run) - (len(run) - skipped) % 2]) for skipped in range(2)]
    # UTF-16 has a zero beside each character of ASCII.
    return _READABLE.findall(b"\xff".join(found).replace(b"\0", b"").decode("utf-8", "replace")) if found else []
