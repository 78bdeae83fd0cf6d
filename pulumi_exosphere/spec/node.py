"""A node as the rules see it: what links it to others, and what it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Node(NamedTuple):
    """One node; what isn't known, or has a fault already, is left out."""

    next_nodes: Sequence[str]
    """Identifiers, trimmed, in the program's order."""

    unites: str | None
    """The identifier that it unites; None where it unites none."""

    inputs: Mapping[str, Any]
    """By field; values may be anything."""

    whole: bool = True
    """False where links may be missing here, so that nothing can be said about the way through the graph."""
