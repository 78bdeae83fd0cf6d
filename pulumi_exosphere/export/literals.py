"""Values as Python source. What is live was written by others: nothing of it may end up as code."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONG = 90
"""Letters from which on a string of several lines is written as such."""


def string(value: str) -> str:
    """A string: line by line where it is a long text, so that a change of one line is a change of one line."""
    lines = value.splitlines(keepends=True)
    if len(lines) < 2 or len(value) < LONG:
        return repr(str(value))
    return "(" + "\n".join(repr(line) for line in lines) + ")"


def strings(values: Iterable[str]) -> str:
    """A list of strings."""
    return sequence(string(value) for value in values)


def sequence(items: Iterable[str]) -> str:
    """A list of sources."""
    return "[" + ",\n".join(items) + "]"


def mapping(items: Mapping[str, str]) -> str:
    """A dict, from its keys to the sources of its values; sorted, since the order of a map means nothing."""
    return "{" + ",\n".join(f"{string(key)}: {items[key]}" for key in sorted(items)) + "}"


def call(what: str, *positional: str, **named: str | None) -> str:
    """A call; arguments whose source is None are left out."""
    arguments = [*positional, *(f"{name}={source}" for name, source in named.items() if source is not None)]
    return f"{what}({', '.join(arguments)})"


def comment(text: str, *, indent: str = "# ", more: str = "# ") -> str:
    """Comment lines that hold a text, whatever is in it."""
    return textwrap.fill(shown(text), 110, initial_indent=indent, subsequent_indent=more, break_long_words=False)


def shown(text: Any) -> str:
    """A text for comments and prose: one line, and nothing in it that ends a docstring or starts an escape."""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text).replace("\\", "/"))
    return " ".join(plain.replace('"', "'").replace("`", "'").split())
