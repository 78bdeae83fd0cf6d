"""Pieces of sentences that name things."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


SHOWN = 8
"""Names that a sentence gives at the most."""


def listed(names: Sequence[str], count: int | None = None) -> str:
    """The names quoted and joined by commas; of many the first, and how many more of ``count`` there are."""
    shown = ", ".join(f"'{name}'" for name in names[:SHOWN])
    more = (len(names) if count is None else count) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def at_nodes(identifiers: Sequence[str]) -> str:
    """``node 'a'``, or ``nodes 'a', 'b' and 3 more``."""
    return f"{'node' if len(identifiers) == 1 else 'nodes'} {listed(identifiers)}"


def chained(names: Sequence[str]) -> str:
    """The names joined by arrows; of a long chain its beginning and its end."""
    if len(names) > SHOWN:
        head, tail = names[: SHOWN // 2], names[-(SHOWN // 2) :]
        return f"{' → '.join(head)} → ... → {' → '.join(tail)}"
    return " → ".join(names)


def kind(value: object) -> str:
    """What a value is, in words, without the value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, (list, tuple)) else "an object"


class Nearest:
    """Finds the name that was probably meant.

    Looking through thousands of names takes milliseconds, so after ``most`` questions there are no more answers: who
    misspelt twenty names has one mistake, not twenty.
    """

    def __init__(self, names: Collection[str], most: int = 20) -> None:
        self._names = names
        self._left = most
        self._asked: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """`` (did you mean 'NAME'?)``, or nothing where no name is near."""
        if word not in self._asked:
            if self._left <= 0:
                return ""
            from difflib import get_close_matches

            self._left -= 1
            near = get_close_matches(word, self._names, 1)
            self._asked[word] = f" (did you mean '{near[0]}'?)" if near else ""
        return self._asked[word]
