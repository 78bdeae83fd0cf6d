"""Answers that aren't the wished one, as failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import StateManagerError, Unauthorized, UnreadableAnswer

from . import advice
from .address import origin
from .failures import Again, Failed
from .faults import locate
from .redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .answers import Answer
    from .calls import Call

    Credentials = Iterable[str | None]
    """What no message may hold besides the values of the body."""


def unreadable(answer: Answer, call: Call, address: str, why: str) -> Failed:
    """An answer that says it is fine and isn't the state manager's."""
    return Failed(
        UnreadableAnswer,
        f"{address} answered {answer.status}, but {why}",
        advice.IS_IT_IT,
        Again.ONCE,
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
            advice.IS_IT_IT,
            Again.NEVER,
        )
    if status == 401:
        other = "" if detail else ", and not in the state manager's way: a proxy may want credentials of its own"
        return Unauthorized, f": the API key is missing or wrong{other}", advice.KEY, Again.NEVER
    if status == 429:
        wait = "" if answer.retry_after is None else f", and asked to wait for {answer.retry_after:.0f} s"
        return StateManagerError, f": too many requests{wait}", "Run it again later", Again.OFTEN
    if status in {408, 502, 503, 504}:
        return StateManagerError, ": it, or what it stands behind, is out of order", advice.LATER, Again.OFTEN
    if status >= 500:
        then = advice.LISTING_LOG if call.kind == "graphs" else advice.LOG
        return StateManagerError, _said(detail, call, credentials), then, Again.ONCE
    if status == 413:
        return StateManagerError, ": the graph is too big, for it or for a proxy in front", advice.SIZE, Again.NEVER
    if detail is None or status not in {400, 409, 422}:
        why = answer.kind() if detail is None else "not about a graph"
        return UnreadableAnswer, f", which isn't the state manager's ({why})", advice.IS_IT_IT, Again.NEVER
    return StateManagerError, _said(detail, call, credentials), advice.CORRECT, Again.NEVER


def _said(detail: str | list[Any] | None, call: Call, credentials: Credentials) -> str:
    """The server's words, as far as they may be shown: none of a read, since the values that it finds aren't known."""
    if not detail:
        return ""
    redactor = Redactor(call.body, credentials)
    if isinstance(detail, list):
        return f": {', '.join(locate(detail, call.body, redactor))}"
    words = None if call.body is None else redactor.words(detail)
    return f": {words}" if words else " (its words are left out: they may repeat values of a graph)"
