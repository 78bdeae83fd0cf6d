"""A problem with a graph and its path, and the phrases that name things in messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pulumi_exosphere.errors import first_of

SHOWN = 8
"""At most so many names are in a sentence."""


def listed(names: Sequence[str], count: int | None = None) -> str:
    """The names, quoted and joined by commas: the first ones, and how many more of ``count`` there are."""
    return first_of([f"'{name}'" for name in names[:SHOWN]], SHOWN, len(names) if count is None else count)


def at_nodes(identifiers: Sequence[str]) -> str:
    """``node 'a'``, or ``nodes 'a', 'b' and 3 more``."""
    return f"{'node' if len(identifiers) == 1 else 'nodes'} {listed(identifiers)}"


def chained(names: Sequence[str]) -> str:
    """The names joined by arrows; a long chain is shortened in the middle."""
    if len(names) > SHOWN:
        head, tail = names[: SHOWN // 2], names[-(SHOWN // 2) :]
        return f"{' → '.join(head)} → ... → {' → '.join(tail)}"
    return " → ".join(names)


def kind(value: object) -> str:
    """The type of a value in words, never the value."""
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

    Comparing with thousands of names takes milliseconds, so only the first ``most`` words are compared.
    """

    def __init__(self, names: Collection[str], most: int = 20) -> None:
        self._names = names
        self._left = most
        self._asked: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """`` (did you mean 'NAME'?)``, or nothing if no name is similar."""
        if word not in self._asked:
            if self._left <= 0:
                return ""
            self._left -= 1
            self._asked[word] = did_you_mean(word, self._names)
        return self._asked[word]


@dataclass(frozen=True)
class Fault:
    """One problem of a graph."""

    path: str
    """Property names and keys joined by dots: ``nodes.extract.inputs.source``."""

    message: str
    """The problem and what to do. Contains names, keys and expressions, never a value of inputs, secrets or store."""

    rule: str
    """The name of the rule that is broken, as in the recorded cases if they have it."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


OUTPUT_AS_TEXT = "Calling __str__ on an Output[T] is not supported"
"""In a string: Pulumi's text for an output that was put into an f-string, or converted with `str()`."""


def output_as_text(path: str) -> Fault:
    """The problem of a string that an output was put into."""
    message = (
        "an output was put into an f-string, or into str(), which gives an error text instead of its value; use "
        "`pulumi.Output.format('...{}...', output)`"
    )
    return Fault(path, message, "output_as_text")


def printable(text: str) -> str:
    """The text on one line: names can contain line breaks and control characters."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def unusable_name(path: str, name: str) -> list[Fault]:
    """The problem of a graph's or namespace's name that the state manager can't look up."""
    if name and name not in {".", ".."} and "/" not in name and "\0" not in name:
        return []
    message = "is empty, '.' or '..', or contains '/' or a null character, so the state manager can't look it up"
    return [Fault(path, f"{message}; choose another", "name")]


def null_in_key(path: str) -> Fault:
    """The problem of a key with a null character, which the state manager's database can't store."""
    return Fault(path, "the name contains a null character; remove it", "null_in_key")
