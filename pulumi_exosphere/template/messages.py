"""A problem with a graph and where it is, and pieces of sentences that name things."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pulumi_exosphere.errors import first_of

SHOWN = 8
"""Names that a sentence gives at the most."""


def listed(names: Sequence[str], count: int | None = None) -> str:
    """The names quoted and joined by commas; of many the first, and how many more of ``count`` there are."""
    return first_of([f"'{name}'" for name in names[:SHOWN]], SHOWN, len(names) if count is None else count)


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


def did_you_mean(word: str, names: Iterable[str], cutoff: float = 0.6) -> str:
    """`` (did you mean 'NAME'?)``, or nothing if no name is similar.

    ``cutoff`` is how similar it must be, from 0 to 1.
    """
    from difflib import get_close_matches

    near = get_close_matches(word, list(names), 1, cutoff)
    return f" (did you mean '{near[0]}'?)" if near else ""


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
            self._left -= 1
            self._asked[word] = did_you_mean(word, self._names)
        return self._asked[word]


@dataclass(frozen=True)
class Fault:
    """One thing that has to be put right."""

    path: str
    """Where: property names and keys joined by dots, as in ``nodes.extract.inputs.source``."""

    message: str
    """What is wrong and what to do; holds names, keys and expressions, no value of inputs, secrets or the store."""

    rule: str
    """Which rule is broken, by its name in the recorded cases where they have one."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def unusable_name(path: str, name: str) -> list[Fault]:
    """The fault of a graph's or namespace's name under which the state manager finds nothing; none where it does."""
    if name and name not in {".", ".."} and "/" not in name and "\0" not in name:
        return []
    message = "is empty, '.' or '..', or holds '/' or a null character: the state manager can't find such a name"
    return [Fault(path, f"{message}; choose another", "name")]


def null_in_key(path: str) -> Fault:
    """The fault of a key with a null character, at which the state manager's database fails."""
    return Fault(path, "the name holds a null character; take it out", "null_in_key")
