"""What stands for a key that isn't known yet.

An expression may be the output of another resource, and isn't known then when a preview builds the map of triggers. A
map needs keys, so a placeholder takes its place; nothing judges it, and the update never sees one.
"""

from __future__ import annotations

UNKNOWN_EXPRESSION = "unknown expression "
"""What the placeholder of an expression that isn't known yet starts with; a number follows."""


def unknown_expression(number: int) -> str:
    """The placeholder of the ``number``-th expression of a graph that isn't known yet."""
    return f"{UNKNOWN_EXPRESSION}{number}"


def is_unknown_expression(key: str) -> bool:
    """Whether a key of ``triggers`` is a placeholder, so that nothing is to be said about it as an expression."""
    return key.startswith(UNKNOWN_EXPRESSION) and key[len(UNKNOWN_EXPRESSION) :].isdecimal()
