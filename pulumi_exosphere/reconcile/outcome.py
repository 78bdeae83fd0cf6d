"""What has become of a write, for the end of an error's message, and lines for the user.

A hook can fail at any request. `provider.base` ends its message with what is noted here, so the reader knows what is
live.
"""

from __future__ import annotations

import enum
import threading


def tell(message: str) -> None:
    """Print one line. It names paths, identifiers and graphs, and never a value."""
    print(f"exosphere: {message}", flush=True)  # noqa: T201  # the engine shows what a hook prints; it has no other way


class Outcome(str, enum.Enum):
    """Where what a hook wanted to write stands."""

    NOT_WRITTEN = "not written"
    """Nothing that the hook sent is live: it sent nothing, or the state manager took nothing, or it was undone."""
    VALID = "written and VALID"
    """Live as it is wanted, and judged: just now, or found so already."""
    NOT_JUDGED = "written and not yet judged"
    """Live, and the state manager's verdict on it isn't known, or was made by the version before and doesn't count."""
    INVALID = "written and INVALID"
    """Live, judged, and unable to run: where there was nothing to put back, or that failed too."""
    RETIRED = "retired"
    """Of a delete: it is done."""
    UNKNOWN = "unknown"
    """Sent, and its answer is lost, and what is live couldn't be read."""


class _Ledger(threading.local):
    outcome = Outcome.NOT_WRITTEN


_ledger = _Ledger()  # the engine's worker threads run one hook each, from its beginning to its end


def begin() -> None:
    """Start a hook: nothing is written."""
    _ledger.outcome = Outcome.NOT_WRITTEN


def note(outcome: Outcome) -> None:
    """Note what holds from now on."""
    _ledger.outcome = outcome


def noted() -> Outcome:
    """What holds now."""
    return _ledger.outcome
