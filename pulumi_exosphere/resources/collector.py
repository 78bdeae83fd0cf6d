"""Python's garbage collector, while a program's graphs are registered."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SELDOM = 20_000
"""Objects made between two collections. Pulumi makes five hundred for each resource, and holds all of them until
it is registered, so that with Python's own threshold (700, later 2,000) a third of the time of a program with hundreds
of graphs goes into looking for garbage that isn't there."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Collect every `SELDOM` objects at the most; who has chosen a threshold above that, or none, keeps it."""
    before = gc.get_threshold()
    meanwhile = (SELDOM, *before[1:])
    if 0 < before[0] < SELDOM:
        gc.set_threshold(*meanwhile)
    try:
        yield
    finally:
        if gc.get_threshold() == meanwhile:
            gc.set_threshold(*before)
