"""The outcome that a failed hook's error carries, and lines for the user."""

from __future__ import annotations

import copy
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from pulumi_exosphere.errors import ExosphereError, Outcome

_printing = threading.Lock()


def tell(message: str) -> None:
    """Show one line. It names paths, identifiers and graphs, and never a value. A hook never fails for it."""
    _show(message)


def tell_through(show: Callable[[str], None]) -> None:
    """Show the lines of this process in another way than by printing them."""
    global _show  # noqa: PLW0603  # one process, one way
    _show = show


def _print(message: str) -> None:
    """Print a line. Characters that the stream can't encode become escapes, and a closed stream is ignored."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    line = f"exosphere: {message}".encode(encoding, "backslashreplace").decode(encoding)
    # The engine shows what a dynamic provider prints; it has no other way. One write for each line, and one thread at a
    # time: `print` writes a line's end by itself, and hooks run on many threads.
    with _printing, suppress(OSError, ValueError):
        print(f"{line}\n", end="", flush=True)  # noqa: T201


_show = _print


@contextmanager
def failing_as(outcome: Outcome) -> Iterator[None]:
    """Give an error this outcome, unless it has one already."""
    try:
        yield
    except ExosphereError as error:
        if error.outcome is not None:
            raise
        raise with_outcome(error, outcome) from None


def with_outcome(error: ExosphereError, outcome: Outcome) -> ExosphereError:
    """A copy of the error with this outcome: hooks that waited for one listing share its error."""
    failure = copy.copy(error)
    failure.outcome = outcome
    return failure
