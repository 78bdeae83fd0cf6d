"""Failed tries: what went wrong, and what to type next.

Of a 422 only the places are kept, never the message or the input, which can echo the whole body.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pulumi_exosphere.errors import StateManagerError, Unauthorized, UnreadableAnswer, first_of

from .address import SETTING, origin
from .api import PAGE, Answer, Call, UnknownForm, Unreadable
from .redaction import HIDDEN, Redactor

IS_IT_UP = f"Check that the state manager runs and that {SETTING} names it"
IS_IT_IT = f"Check that {SETTING} names the state manager, and which proxy is in between"
LOGIN = (
    f"Check that {SETTING} names the state manager. If a proxy in front of it asks for a login, give the headers that "
    "it accepts instead with `pulumi config set --secret exosphere:headers`"
)
VERSIONED = f"Remove /v0 from {SETTING}: the client adds it"
TLS = "Write https:// instead of http:// in its address"
NOT_RUN = "; a refresh or destroy then needs --run-program"
"""Without it, these two have the configuration of the last update."""
KEY = f"Set it in EXOSPHERE_API_KEY, or with `pulumi config set --secret exosphere:apiKey`{NOT_RUN}"
SLOW = f"Run it again, or allow more with `pulumi config set exosphere:requestTimeout SECONDS`{NOT_RUN}"
LATER = "Run it again when the state manager is available"
PROXY = "Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
LOG = "Look for the request id in the state manager's log"
CORRECT = "Correct the graph in the program and run `pulumi up` again"
BUG = "This is a bug in pulumi-exosphere: please report it"
LISTING_LOG = f"One stored graph that it can't read is enough to cause this. {LOG}"
UPDATE = "Update pulumi-exosphere, or remove that from the stored graph with the tool that put it there"
SIZE = "Make the graph smaller, or allow bigger requests there"


SHOWN = 10
"""Problems that a message names at most."""


def locate(detail: list[Any], body: Mapping[str, Any] | None, redactor: Redactor) -> str:
    """Return ``PATH (KIND)`` for each problem, with a node's identifier instead of its number."""
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
    """The number of times a try may be repeated."""

    NEVER = 0
    ONCE = 1
    """It may pass or not: a document that the server can't read is a 500 each time."""
    OFTEN = 2


@dataclass(frozen=True)
class Failed:
    """One failed try; `error` makes it an exception."""

    what: type[StateManagerError]
    """The exception's class."""
    happened: str
    """The server's answer, or the reason why there is none: the middle of a message, without values."""
    advice: str
    """The next thing to do, a sentence (`advice`)."""
    again: Again
    """The number of times it may be repeated."""
    may_have_been_written: bool
    """Whether the call writes, and the server may have carried it out."""
    status: int | None = None
    """The HTTP status; None without an answer."""
    request_id: str | None = None
    """The request's id in the state manager's log."""
    retry_after: float | None = None
    """Seconds for which the server asks for no further request; None if it doesn't."""

    def error(self, call: Call, tries: int) -> StateManagerError:
        """Return the exception, with what was being done and how often it was tried."""
        after = f" ({tries} tries)" if tries > 1 else ""
        return self.what(
            f"{call.doing}: {self.happened}{after}. {self.advice} (request id {self.request_id})",
            status=self.status,
            request_id=self.request_id,
            may_have_been_written=self.may_have_been_written,
            retry_after=self.retry_after,
        )


Credentials = Iterable[str | None]
"""Further text that no message may contain, apart from the values of the body."""


def unreadable(answer: Answer, call: Call, address: str, why: Unreadable) -> Failed:
    """Return the failure for a success that isn't the state manager's, or of an unknown form."""
    said, then, again = f", but {why}", IS_IT_IT, Again.ONCE
    if isinstance(why, UnknownForm):
        then, again = UPDATE, Again.NEVER
    elif answer.kind() == PAGE:
        said, then = f" with {PAGE}, perhaps a proxy's login page", LOGIN
    return Failed(
        UnreadableAnswer,
        f"{address} answered {answer.status}{said}",
        then,
        again,
        call.writes,
        status=answer.status,
        request_id=answer.request_id,
    )


def refused(answer: Answer, call: Call, address: str, credentials: Credentials) -> Failed:
    """Return the failure for an answer whose status isn't a success."""
    status = answer.status
    what, said, then, again = _refused(answer, call, address, credentials)
    return Failed(
        what,
        f"{address} answered {status}{said}",
        then,
        again,
        # A 4xx or a redirect was decided on before anything was done. A 5xx doesn't say: a proxy also sends it if the
        # connection broke after it had passed the request on.
        call.writes and not (status in {301, 302, 307, 308} or 400 <= status < 500),
        status=status,
        request_id=answer.request_id,
        retry_after=answer.retry_after,
    )


def _refused(
    answer: Answer, call: Call, address: str, credentials: Credentials
) -> tuple[type[StateManagerError], str, str, Again]:
    status, detail = answer.status, answer.detail()
    if status < 400:
        where = origin(answer.location or "")
        to = f" to {where}" if where else ""
        return (
            UnreadableAnswer,
            f", a redirect{to}, perhaps to a login page: it isn't followed, because it would get the key",
            LOGIN,
            Again.NEVER,
        )
    if status == 401:
        other = (
            ""
            if detail
            else ", but not in the state manager's form; a proxy in front of it may require exosphere:headers"
        )
        return Unauthorized, f": the API key is missing or wrong{other}", KEY, Again.NEVER
    if status == 429:
        wait = "" if answer.retry_after is None else f", and asked to wait for {answer.retry_after:.0f} s"
        return StateManagerError, f": too many requests{wait}", "Run it again later", Again.OFTEN
    if status in {408, 502, 503, 504}:
        return StateManagerError, ": the server, or a proxy in front of it, is unavailable", LATER, Again.OFTEN
    if status >= 500:
        then = LISTING_LOG if call.kind == "graphs" else LOG
        return StateManagerError, _said(detail, call, credentials), then, Again.ONCE
    if status == 413:
        return StateManagerError, ": the graph is too big for the server or a proxy in front of it", SIZE, Again.NEVER
    if status == 400 and detail is None and b"https" in answer.content.lower():
        return UnreadableAnswer, ": it expects https", TLS, Again.NEVER
    if detail is None or status not in {400, 409, 422}:
        if status == 404 and urlsplit(address.partition(" ")[0]).path.endswith("/v0"):
            return UnreadableAnswer, ": it has no such path", VERSIONED, Again.NEVER
        why = answer.kind() if detail is None else "not about a graph"
        then = LOGIN if why == PAGE else IS_IT_IT
        return UnreadableAnswer, f", which isn't the state manager's ({why})", then, Again.NEVER
    return StateManagerError, _said(detail, call, credentials), CORRECT, Again.NEVER


def _said(detail: str | list[Any] | None, call: Call, credentials: Credentials) -> str:
    """Return the server's words as far as they may be shown: none for a read, as the values it finds are unknown."""
    if not detail:
        return ""
    redactor = Redactor(call.body, credentials)
    if isinstance(detail, list):
        return f": {locate(detail, call.body, redactor)}"
    words = None if call.body is None else redactor.words(detail)
    return f": {words}" if words else " (its text is left out, because it may contain values of a graph)"
