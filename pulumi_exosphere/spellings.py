"""Recognise a value in a text, however an ordinary tool has encoded it there.

JSON, YAML, a shell, a URL or HTML escape some characters of a value, and quote, wrap or indent the others; base64 and
hex replace all of them. So escapes are undone, encoded parts are decoded, and only letters and digits are compared.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
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
_ESCAPE = re.compile(r"((?:\\+x[0-9a-fA-F]{2})+)|\\+(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[abfnrtv])")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_COMPARED = re.compile(r"[\W_]+")
_QUOTING = re.compile(r"[\s\"'`\\]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_HEX = re.compile(r"[0-9a-fA-F]{8,}")
_READABLE = re.compile(rb"(?:[\t\n\r -~]|[\xc2-\xf4][\x80-\xbf]{1,3}){4,}")
"""Text in UTF-8, as far as bytes alone show it."""
_TOKEN = re.compile(r"(?=\S*[A-Z])(?=\S*[a-z])(?=\S*[0-9])[A-Za-z0-9+/=_-]{20,}|[0-9a-f]{32,}")
_BETWEEN = "\0"


class Finder:
    """Find values in texts. The time it takes grows with the text, not with the number of values."""

    def __init__(self) -> None:
        self._short: dict[int, dict[str, int]] = {}
        self._long: dict[str, dict[int, dict[str, int]]] = {}
        self._symbols = False

    def add(self, forms: Iterable[str], place: int) -> None:
        """Search for these forms and pieces; ``place`` says which value they belong to."""
        for form in forms:
            if len(form) <= PIECE or len(form) == LONG_PIECE:
                same_length = self._short.setdefault(len(form), {})
            else:
                same_length = self._long.setdefault(form[:PIECE], {}).setdefault(len(form), {})
            same_length.setdefault(form, place)
            self._symbols = self._symbols or not form.isalnum()

    def find(self, text: str, besides: str = "") -> set[int]:
        """Return the places of what is in ``text`` and not in ``besides``."""
        if not self._short and not self._long:
            return set()
        found = dict(found for read in self._read(text) for found in self._found(read))
        if besides and found:
            known = _BETWEEN.join(self._read(besides))
            return {place for form, place in found.items() if form not in known}
        return set(found.values())

    def _read(self, text: str) -> list[str]:
        readings = list(_readings(text))
        compared = [_BETWEEN.join(map(_letters_and_digits, readings))]
        return [*compared, _BETWEEN.join(map(_unquoted, readings))] if self._symbols else compared

    def _found(self, text: str) -> Iterator[tuple[str, int]]:
        for length in {*self._short, *([PIECE] if self._long else [])}:
            parts = {text[start : start + length] for start in range(len(text) - length + 1)}
            forms = self._short.get(length, {})
            for found in forms.keys() & parts:
                yield found, forms[found]
            if length == PIECE:
                for start in self._long.keys() & parts:
                    yield from self._longer(text, start)

    def _longer(self, text: str, start: str) -> Iterator[tuple[str, int]]:
        for at in re.finditer(f"(?={re.escape(start)})", text):
            for length, forms in self._long[start].items():
                found = text[at.start() : at.start() + length]
                if found in forms:
                    yield found, forms[found]


def forms(value: str) -> list[str]:
    """Return ``value`` as it is compared, and what is encoded in it; none that is too short to search for."""
    plain = _unescaped(value)
    decoded = dict.fromkeys(map(_form, _decoded(plain)))
    whole = _form(plain)
    return [*([whole] if len(whole) >= SHORTEST else []), *(form for form in decoded if len(form) >= PIECE)]


def pieces(form: str) -> Iterator[str]:
    """Yield the pieces of a form that are long enough to be recognised on their own."""
    alike = 0  # How many characters before this one are of the same kind: letters, or digits.
    for end, character in enumerate(form, start=1):
        alike = alike + 1 if end > 1 and character.isdecimal() == form[end - 2].isdecimal() else 1
        if alike < PIECE <= end:
            yield form[end - PIECE : end]
        elif alike >= LONG_PIECE:
            yield form[end - LONG_PIECE : end]


def token_pieces(value: str) -> Iterator[str]:
    """Yield the pieces of the keys and tokens in ``value``: long runs that no name, path or address contains."""
    for token in _TOKEN.findall(value):
        form = _letters_and_digits(token)
        yield from (form[start : start + LONG_PIECE] for start in range(len(form) - LONG_PIECE + 1))


def _form(text: str) -> str:
    """Return the form in which a value is compared: its letters and digits, unless most of it is something else."""
    letters, unquoted = _letters_and_digits(text), _unquoted(text)
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


def _decoded(text: str) -> Iterator[str]:
    """Yield the readable parts of what base64 and hex in ``text`` encode."""
    dense = _QUOTING.sub("", text)
    for run in _BASE64.findall(dense):
        standard = run.replace("-", "+").replace("_", "/")
        for skipped in range(4):  # The text before the encoded part may look like a part of it.
            encoded = standard[skipped:]
            yield from _readable(base64.b64decode(encoded + "A" * (-len(encoded) % 4)))
    for run in _HEX.findall(dense):
        for skipped in range(2):
            yield from _readable(bytes.fromhex(run[skipped : len(run) - (len(run) - skipped) % 2]))


def _readable(data: bytes) -> Iterator[str]:
    if b"\0" in data:  # UTF-16, as far as it is ASCII.
        data = data.replace(b"\0", b"")
    return (part.decode("utf-8", "ignore") for part in _READABLE.findall(data))
