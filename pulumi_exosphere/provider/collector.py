"""Python's garbage collector, in the program while its graphs are registered, and in the process of the hooks."""

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


def collect_seldom() -> None:
    """Collect every `SELDOM` objects at the most; who has chosen a threshold above that, or none, keeps it."""
    first, *others = gc.get_threshold()
    if 0 < first < SELDOM:
        gc.set_threshold(SELDOM, *others)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """As `collect_seldom`, until the block ends; a threshold that somebody chooses meanwhile stays."""
    before = gc.get_threshold()
    collect_seldom()
    meanwhile = gc.get_threshold()
    try:
        yield
    finally:
        if gc.get_threshold() == meanwhile:
            gc.set_threshold(*before)
