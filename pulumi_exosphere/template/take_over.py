"""A live graph that a stack takes over, and the sentence that says so: for people, and for `review` to read back.

The paths stand in the sentence as JSON strings, so that any name can be read back. No value is among them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .compare import differences
from .sections import UNKNOWN, is_unknown_expression

MOST = 100
"""Paths of one kind that the sentence names at most."""
_EXISTS = " exists already and is taken over"
_UNCHANGED = f"{_EXISTS} unchanged"
_SECRETS = ", except for its secrets, whose live values can't be compared: the program's replace them"
_RETIRES = ". From then on, destroying this stack retires it"
_KINDS = {"overwritten": ". Overwritten: ", "removed": ". Removed: ", "added": ". Added: "}
_MORE = " and more"


@dataclass(frozen=True)
class TakeOver:
    """The changes that taking over a live graph makes."""

    overwritten: tuple[str, ...] = ()
    """Paths at which the live graph has another value than the program."""
    removed: tuple[str, ...] = ()
    """Paths that only the live graph has."""
    added: tuple[str, ...] = ()
    """Paths that only the program has."""
    secrets: bool = False
    """Whether the program gives secrets, whose live values can't be compared."""
    more: bool = False
    """Whether there are more paths than the sentence names."""

    @property
    def differs(self) -> bool:
        """Whether the live graph isn't what the program wants."""
        return bool(self.overwritten or self.removed or self.added)

    @property
    def overwrites(self) -> bool:
        """Whether anything that is live is lost."""
        return bool(self.overwritten or self.removed)

    def changes(self) -> str:
        """Return ``. Overwritten: "a", "b". Removed: "c"``; empty if nothing differs."""
        paths = {"overwritten": self.overwritten, "removed": self.removed, "added": self.added}
        return "".join(f"{_KINDS[kind]}{_quoted(found)}" for kind, found in paths.items() if found)

    def sentence(self, graph: str) -> str:
        """Return what a preview says of ``graph``."""
        unchanged = f"{_UNCHANGED}{_SECRETS if self.secrets else ''}"
        return f"{graph}{f'{_EXISTS}{self.changes()}' if self.differs else unchanged}{_RETIRES}"


def take_over(live: Mapping[str, Any], wanted: Mapping[str, Any]) -> TakeOver:
    """Return what taking over ``live`` changes; what isn't known yet, or not managed, counts as the same."""
    triggers = wanted.get("triggers")
    if isinstance(triggers, dict) and any(map(is_unknown_expression, triggers)):
        wanted = {**wanted, "triggers": UNKNOWN}  # It may be any of those that are live.
    found: dict[str, list[str]] = {"overwritten": [], "removed": [], "added": []}
    for path, kind in differences(live, wanted, unknown_differs=False):
        found[kind].append(path)
    return _of(found, secrets=bool(wanted.get("secrets")))


def read_take_over(text: str) -> TakeOver | None:
    """Read the sentence back; None if the text is another one."""
    _, exists, rest = text.partition(_EXISTS)
    if not exists or _RETIRES not in rest:
        return None
    if f"{exists}{rest}".startswith(_UNCHANGED):
        return TakeOver(secrets=_SECRETS in rest)
    found: dict[str, Sequence[str]] = {}
    more = False
    for kind, opening in _KINDS.items():
        if rest.startswith(opening):
            found[kind], rest = _unquoted(rest[len(opening) :])
            more, rest = more or rest.startswith(_MORE), rest.removeprefix(_MORE)
    return _of(found, more=more)


def _of(found: Mapping[str, Sequence[str]], *, secrets: bool = False, more: bool = False) -> TakeOver:
    overwritten, removed, added = (tuple(found.get(kind, ())) for kind in _KINDS)
    return TakeOver(overwritten, removed, added, secrets, more)


def _quoted(paths: tuple[str, ...]) -> str:
    return ", ".join(json.dumps(path, ensure_ascii=False) for path in paths[:MOST]) + _MORE * (len(paths) > MOST)


def _unquoted(text: str) -> tuple[tuple[str, ...], str]:
    """Return the paths that a text begins with, and what follows them."""
    decoder, paths = json.JSONDecoder(strict=False), []
    while text.startswith('"'):
        try:
            path, end = decoder.raw_decode(text)
        except ValueError:
            break
        paths.append(str(path))
        text = text[end:].removeprefix(", ")
    return tuple(paths), text
