"""The stand-ins for what a preview doesn't know yet: a value, or a key."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class Unknown(Enum):
    """A type of its own with one member, so that the member is the same object after a copy or a pickle."""

    UNKNOWN = "UNKNOWN"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final[Literal[Unknown.UNKNOWN]] = Unknown.UNKNOWN
"""Stands for any value, or whole subtree, that only the update will know; compare with ``is``."""

UNKNOWN_EXPRESSION = "unknown expression "
"""What a key of ``triggers`` starts with that stands for an expression which isn't known yet; a number follows.

An expression may be the output of another resource, and isn't known then when a preview builds the map of triggers. A
map needs keys, so a placeholder takes its place; nothing judges it, and the update never sees one.
"""


def unknown_expression(number: int) -> str:
    """The placeholder of the ``number``-th expression of a graph that isn't known yet."""
    return f"{UNKNOWN_EXPRESSION}{number}"


def is_unknown_expression(key: str) -> bool:
    """Whether a key of ``triggers`` is a placeholder, so that nothing is to be said about it as an expression."""
    return key.startswith(UNKNOWN_EXPRESSION) and key[len(UNKNOWN_EXPRESSION) :].isdecimal()
