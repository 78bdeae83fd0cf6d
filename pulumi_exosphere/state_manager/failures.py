"""Failed tries: answers other than the expected one, what went wrong, and what to type next.

Of a 422 only the places are kept, never the message or the input, which can echo the whole body.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_exosphere.errors import StateManagerError, Unauthorized, UnreadableAnswer, first_of

from .address import SETTING, origin
from .api import Answer, Call, UnknownForm, Unreadable
from .redaction import HIDDEN, Redactor

IS_IT_UP = f"Check that the state manager runs and that {SETTING} names it"
IS_IT_IT = f"Check that {SETTING} names the state manager, and which proxy or login page stands in between"
KEY = "Set it with `pulumi config set --secret exosphere:apiKey`, or in EXOSPHERE_API_KEY"
SLOW = "Run it again, or allow more with `pulumi config set exosphere:requestTimeout SECONDS`"
LATER = "Run it again when the state manager is well"
PROXY = "Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
LOG = "Look for the request id in the state manager's log"
CORRECT = "Correct the graph in the program and run `pulumi up` again"
BUG = "This is a fault of pulumi-exosphere: please report it"
LISTING_LOG = f"One stored graph that it can't read is enough for that. {LOG}"
UPDATE = "Update pulumi-exosphere, or upsert the graph without that"
SIZE = "Make the graph smaller, or allow bigger requests there"


SHOWN = 10
"""Faults that a message names at the most."""


def locate(detail: list[Any], body: Mapping[str, Any] | None, redactor: Redactor) -> str:
    """``PATH (KIND)`` for each fault, with a node's identifier where the answer has its number."""
    return first_of(list(dict.fromkeys(_fault(item, body, redactor) for item in detail)), SHOWN)


def _fault(item: Any, body: Mapping[str, Any] | None, redactor: Redactor) -> str:
    item = item if isinstance(item, Mapping) else {}
    loc, kind = item.get("loc"), item.get("type")
    parts = list(loc) if isinstance(loc, (list, tuple)) else []
    if parts[:1] == ["body"]:
        parts = parts[1:]
    names: list[str] = []
    value: Any = body
    for part in parts:
        value = _step(value, part)
        names.append(_name(part, value, redactor))
    where = ".".join(names) or "the body"
    if isinstance(kind, str) and re.fullmatch(r"[a-z_.]{1,60}", kind) and not redactor.hides(kind):
        return f"{where} ({kind})"
    return where


def _step(value: Any, part: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(part, str):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
        return value[part]
    return None


def _name(part: Any, value: Any, redactor: Redactor) -> str:
    if isinstance(part, int):
        identifier = value.get("identifier") if isinstance(value, Mapping) else None
        return identifier if isinstance(identifier, str) and identifier else str(part)
    return HIDDEN if redactor.hides(str(part)) else str(part)[:100]


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


Credentials = Iterable[str | None]
"""What no message may hold besides the values of the body."""


def unreadable(answer: Answer, call: Call, address: str, why: Unreadable) -> Failed:
    """Return the failure for a success that isn't the state manager's, or of an unknown form."""
    known = not isinstance(why, UnknownForm)
    return Failed(
        UnreadableAnswer,
        f"{address} answered {answer.status}, but {why}",
        IS_IT_IT if known else UPDATE,
        Again.ONCE if known else Again.NEVER,
        call.writes,
        status=answer.status,
        request_id=answer.request_id,
    )


def refused(answer: Answer, call: Call, address: str, credentials: Credentials) -> Failed:
    """An answer whose status isn't a success."""
    status = answer.status
    what, said, then, again = _refused(answer, call, credentials)
    return Failed(
        what,
        f"{address} answered {status}{said}",
        then,
        again,
        # A 4xx or a redirect was decided on before anything was done. A 5xx says nothing about that: a proxy gives it
        # also where the connection broke after it had handed the request on.
        call.writes and not (status in {301, 302, 307, 308} or 400 <= status < 500),
        status=status,
        request_id=answer.request_id,
        retry_after=answer.retry_after,
    )


def _refused(answer: Answer, call: Call, credentials: Credentials) -> tuple[type[StateManagerError], str, str, Again]:
    status, detail = answer.status, answer.detail()
    if status < 400:
        where = origin(answer.location or "")
        to = f" to {where}" if where else ""
        return (
            UnreadableAnswer,
            f", a redirect{to}: it isn't followed, since it would take the key",
            IS_IT_IT,
            Again.NEVER,
        )
    if status == 401:
        other = "" if detail else ", and not in the state manager's way: a proxy may want credentials of its own"
        return Unauthorized, f": the API key is missing or wrong{other}", KEY, Again.NEVER
    if status == 429:
        wait = "" if answer.retry_after is None else f", and asked to wait for {answer.retry_after:.0f} s"
        return StateManagerError, f": too many requests{wait}", "Run it again later", Again.OFTEN
    if status in {408, 502, 503, 504}:
        return StateManagerError, ": it, or what it stands behind, is out of order", LATER, Again.OFTEN
    if status >= 500:
        then = LISTING_LOG if call.kind == "graphs" else LOG
        return StateManagerError, _said(detail, call, credentials), then, Again.ONCE
    if status == 413:
        return StateManagerError, ": the graph is too big, for it or for a proxy in front", SIZE, Again.NEVER
    if detail is None or status not in {400, 409, 422}:
        why = answer.kind() if detail is None else "not about a graph"
        return UnreadableAnswer, f", which isn't the state manager's ({why})", IS_IT_IT, Again.NEVER
    return StateManagerError, _said(detail, call, credentials), CORRECT, Again.NEVER


def _said(detail: str | list[Any] | None, call: Call, credentials: Credentials) -> str:
    """The server's words, as far as they may be shown: none of a read, since the values that it finds aren't known."""
    if not detail:
        return ""
    redactor = Redactor(call.body, credentials)
    if isinstance(detail, list):
        return f": {locate(detail, call.body, redactor)}"
    words = None if call.body is None else redactor.words(detail)
    return f": {words}" if words else " (its words are left out: they may repeat values of a graph)"
