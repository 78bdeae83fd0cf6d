"""The outcome that a failed hook's error carries, and lines for the user, under the resource that they are about."""

from __future__ import annotations

import copy
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from pulumi_exosphere.errors import ExosphereError, Outcome

_printing = threading.Lock()


class _About(threading.local):
    urn = ""


_about = _About()  # The engine's worker threads run one hook each, from start to end.


@contextmanager
def about(urn: str) -> Iterator[None]:
    """Note that this block is a hook of the resource with this URN."""
    before, _about.urn = _about.urn, urn
    try:
        yield
    finally:
        _about.urn = before


def resource() -> str:
    """Return the URN of the resource whose hook this thread runs; an empty string if it isn't known."""
    return _about.urn


def tell(message: str, urn: str = "") -> None:
    """Show one line. It names paths, identifiers and graphs, and never a value. A hook never fails for it.

    Args:
        message: The line.
        urn: The resource that it is shown under, if the engine can be reached: any of the stack.
    """
    _show(message, urn)


def tell_through(show: Callable[[str, str], None]) -> None:
    """Show the lines of this process in another way than by printing them."""
    global _show  # noqa: PLW0603  # one process, one way
    _show = show


def print_line(message: str, _urn: str = "") -> None:
    """Print a line. Characters that the stream can't encode become escapes, and a closed stream is ignored."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    line = f"exosphere: {message}".encode(encoding, "backslashreplace").decode(encoding)
    # The engine shows what a dynamic provider prints; it has no other way. One write for each line, and one thread at a
    # time: `print` writes a line's end by itself, and hooks run on many threads.
    with _printing, suppress(OSError, ValueError):
        print(f"{line}\n", end="", flush=True)  # noqa: T201


_show = print_line


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
