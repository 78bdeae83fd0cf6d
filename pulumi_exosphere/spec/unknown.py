"""The stand-in for a value that a preview doesn't know yet."""

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
