"""How much of a long test `make check` runs: a part, always the same; `make test` runs all of it."""

from __future__ import annotations

import os
from typing import TypeVar

BRIEFLY = bool(os.environ.get("TESTS_BRIEFLY"))
PART = 10
"""Of so many examples, or cases, one is tried."""

T = TypeVar("T")


def examples(number: int) -> int:
    """Return how many of so many examples of a property are tried."""
    return max(number // PART, 5) if BRIEFLY else number


def cases(every: list[T]) -> list[T]:
    """Return the cases that are tried: all, or one of each `PART`."""
    return every[::PART] if BRIEFLY else every
