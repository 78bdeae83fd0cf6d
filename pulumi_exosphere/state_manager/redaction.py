"""The server's words without the body's values. What it rejects it repeats: whole nodes, and pieces of inputs too."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

from pulumi_exosphere.spellings import Finder, Reading

HIDDEN = "[hidden]"
SHOWN = 600
"""Characters of the server's words that a message contains at most."""
SENTENCES = 10
"""At most so many of the server's errors are in a message: redacting one takes time in proportion to the values."""
CUT = 4
"""Characters of the shortest value that is cut out. If a shorter one occurs, no word is shown: cutting it out would
leave confetti, and the gaps would show what it is."""
PIECE = 5
"""Characters in a row, shared with a value, from which on they are hidden: the server repeats pieces of inputs too."""
BIG = 300_000
"""Characters of all values together from which on no word is shown: looking for them would take seconds."""

# The fields of a body whose strings are names, which everyone who may see the graph may read. All others are values.
_NAMES = frozenset({"expression", "identifier", "name", "namespace", "next_nodes", "node_name", "required_keys"})
_NAMES |= {"runtime_name", "secrets", "strategy", "type"}
_PLACEHOLDER = re.compile(r"\$\{\{([^{}]*)\}\}")
"""In a value, the names that it refers to: `${{ IDENTIFIER.outputs.FIELD }}` or `${{ store.KEY }}`."""
_MAPS_OF_VALUES = frozenset({"default_values", "inputs", "secrets"})


class Redactor:
    """Removes what no message may contain: the values of one body, the API key, the credentials of an address."""

    def __init__(self, body: Mapping[str, Any] | None, credentials: Iterable[str | None]) -> None:
        self._names: set[str] = set()
        self._values = {text for text in credentials if text}
        self._collect(body, is_name=False, is_value=False)

    def hides(self, text: str) -> bool:
        """Return whether this text contains a value or is a piece of one; a name of the body is neither."""
        if text in self._names:
            return False
        plain = any(value in text or (text in value and len(text) >= CUT) for value in self._values)
        return plain or self._contains_a_spelling(text)

    def words(self, text: str) -> str | None:
        """Return the text in one line and without any value; None if too little of it could be read."""
        if self._is_big:
            return None
        text = text.strip()[: 4 * SHOWN]
        covered = self._covered(text)  # before line breaks are replaced: values contain some
        if covered is None:
            return None
        redacted, cuts = _cut(text, covered)
        line = " ".join(re.sub(r"\s*\n\s*", "; ", redacted).split())
        left = len(re.findall(r"\w\w+", line)) - cuts
        if left < max(2 * cuts, 1) or self._contains_a_spelling(line):
            return None
        return line if len(line) <= SHOWN else f"{line[:SHOWN].rpartition(' ')[0]} ..."

    def _contains_a_spelling(self, text: str) -> bool:
        """Return whether ``text`` contains a value, or a piece of one, that can't be cut out, as in base64."""
        return any(self._finder.find(Reading(text.replace(HIDDEN, "\0")), not_in=Reading("\0".join(self._names))))

    @cached_property
    def _finder(self) -> Finder:
        return Finder(() if self._is_big else self._values - self._names)

    @property
    def _is_big(self) -> bool:
        return sum(map(len, self._values)) > BIG

    def sentences(self, texts: Sequence[str]) -> str | None:
        """The first `SENTENCES` texts without any value, and how many more there are; None if none could be read."""
        shown = [words for text in texts[:SENTENCES] if (words := self.words(text))]
        more = len(texts) - SENTENCES
        if not shown:
            return None
        return "; ".join([*shown, f"and {more:,} more"] if more > 0 else shown)

    def _collect(self, value: Any, *, is_name: bool, is_value: bool) -> None:
        if isinstance(value, Mapping):
            for key, item in value.items():
                self._names.add(str(key))
                inside = is_value or (key in _MAPS_OF_VALUES and isinstance(item, Mapping))
                self._collect(item, is_name=key in _NAMES and not inside, is_value=inside)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self._collect(item, is_name=is_name, is_value=is_value)
        elif isinstance(value, str) and value.strip():
            (self._names if is_name else self._values).add(value)
            for placeholder in _PLACEHOLDER.findall(value) if is_value and "${{" in value else ():
                self._names.update(part.strip() for part in placeholder.split("."))
        elif is_value and not isinstance(value, str) and value is not None:  # a number where a string belongs
            self._values.add(str(value))

    def _covered(self, text: str) -> bytearray | None:
        """Return a 1 for each character to hide; None if a value occurs that is too short to be cut out."""
        whole, pieces = bytearray(len(text)), bytearray(len(text))
        at: dict[str, list[int]] = {}
        for index in range(len(text) - PIECE + 1):
            at.setdefault(text[index : index + PIECE], []).append(index)
        for value in self._values:
            for form in _spelled(value, text):
                if len(form) < CUT:
                    if form in text and value not in self._names:
                        return None
                    continue
                for piece in at.keys() & {form[index : index + PIECE] for index in range(len(form) - PIECE + 1)}:
                    for start in at[piece]:
                        pieces[start : start + PIECE] = b"\1" * PIECE
                for found in re.finditer(re.escape(form), text) if form in text else ():
                    whole[found.start() : found.end()] = b"\1" * len(form)
        for word in re.finditer(r"[\w-]+", text):
            # A word is hidden as a whole or not at all: "Input" isn't a piece of "some-input". An identifier that an
            # input refers to isn't hidden: "extract isn't a parent of load" must stay readable.
            hidden = word[0] not in self._names and sum(pieces[slice(*word.span())]) >= min(PIECE, len(word[0]))
            pieces[slice(*word.span())] = bytes([hidden]) * len(word[0])
        for start, end in _runs(pieces):
            if not any(map(str.isalnum, text[start:end])):
                pieces[start:end] = bytes(end - start)
        return bytearray(one | other for one, other in zip(whole, pieces, strict=True))


def _spelled(value: str, text: str) -> set[str]:
    """Return a value as a server may have written it in ``text``; only what can be there, since bodies can be big."""
    spelled = {value, value.strip(), " ".join(value.split())}
    if "\n" in value:
        spelled |= {value.strip().replace("\n", "\r\n"), "; ".join(value.split("\n")), "".join(value.split("\n"))}
    if "\\" in text:
        spelled |= {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]}
    if "%" in text or "+" in text:
        encoded = value.encode("utf-8", "replace")
        spelled |= {quote(encoded), quote(encoded, safe=""), quote_plus(encoded)}
        spelled |= {form.lower() for form in spelled if "%" in form}
    if "&" in text:
        spelled |= {html.escape(value), html.escape(value, quote=False)}
    return spelled - {""}


def _cut(text: str, covered: bytearray) -> tuple[str, int]:
    """Replace what is covered, and count the places; spaces around it stay."""
    kept: list[str] = []
    shown_until = cuts = 0
    for start, end in _runs(covered):
        run = text[start:end]
        if run.strip():
            cuts += 1
            kept += [text[shown_until:start], run[: len(run) - len(run.lstrip())], HIDDEN, run[len(run.rstrip()) :]]
            shown_until = end
    return "".join([*kept, text[shown_until:]]), cuts


def _runs(covered: bytearray) -> Iterator[tuple[int, int]]:
    """Yield where the covered stretches begin and end."""
    return (found.span() for found in re.finditer(b"\1+", covered))
