"""How far a long export is: on a terminal, and only there."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .literals import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on standard error that says what is being done and for how long, and leaves nothing behind.

    Without a terminal, or without rich (the extra `cli`), nothing is shown.
    """
    try:
        from rich.console import Console
    except ImportError:
        yield _quiet
        return
    console = Console(stderr=True)
    if not (console.is_terminal and sys.stderr.isatty()):
        yield _quiet
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda doing: bar.update(task, description=shown(doing))


def _quiet(_doing: str) -> None:
    """Say nothing."""
