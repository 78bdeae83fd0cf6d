"""What went wrong with one try."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_exosphere.errors import StateManagerError

    from .calls import Call


class Again(enum.IntEnum):
    """How often a try may be repeated."""

    NEVER = 0
    ONCE = 1
    """It may pass, and it may be so for good: a document that the server can't read is a 500 each time."""
    OFTEN = 2


@dataclass(frozen=True)
class Failed:
    """One failed try; `error` makes it the exception that a caller sees."""

    what: type[StateManagerError]
    """The exception's class."""
    happened: str
    """What the server answered, or why there is no answer: the middle of a message, values taken out."""
    advice: str
    """What to do next, a sentence (`advice`)."""
    again: Again
    """How often it may be repeated."""
    may_have_been_written: bool
    """Whether the call was to write, and the server may have carried it out."""
    status: int | None = None
    """The HTTP status; None where there was no answer."""
    request_id: str | None = None
    """The request's id in the state manager's log."""
    retry_after: float | None = None
    """Seconds that the server asks to be left alone; None where it doesn't."""

    def error(self, call: Call, tries: int) -> StateManagerError:
        """The exception, with what was being done and how often it was tried."""
        after = f" ({tries} tries)" if tries > 1 else ""
        return self.what(
            f"{call.doing}: {self.happened}{after}. {self.advice} (request id {self.request_id})",
            status=self.status,
            request_id=self.request_id,
            may_have_been_written=self.may_have_been_written,
            retry_after=self.retry_after,
        )
