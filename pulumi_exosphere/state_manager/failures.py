"""What went wrong with one try, and the one place where httpx's errors and the server's refusals become ours."""

from __future__ import annotations

import enum
import socket
import ssl
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx

from pulumi_exosphere.errors import StateManagerError, Unauthorized, Unreachable, UnreadableAnswer

from .address import origin
from .faults import locate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .answers import Answer
    from .calls import Call
    from .redaction import Redactor

_ADDRESS = "exosphere:stateManagerUri (or EXOSPHERE_STATE_MANAGER_URI)"
_IS_IT_UP = f"Check that the state manager runs and that {_ADDRESS} names it"
_IS_IT_IT = f"Check that {_ADDRESS} names the state manager, and which proxy or login page stands in between"
_KEY = "Set it with `pulumi config set --secret exosphere:apiKey`, or in EXOSPHERE_API_KEY"
_SLOW = "Run it again, or allow more than exosphere:requestTimeout"
_LATER = "Run it again when the state manager is well"
_PROXY = "Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
_LOG = "Look for the request id in the state manager's log"
_CORRECT = "Correct the graph in the program and run `pulumi up` again"
_BUG = "This is a fault of pulumi-exosphere: please report it"


class Again(enum.IntEnum):
    """How often a try may be repeated."""

    NEVER = 0
    ONCE = 1
    """It may pass, and it may be so for good: a document that the server can't read is a 500 each time."""
    OFTEN = 2


NEVER = Again.NEVER


@dataclass(frozen=True)
class Failed:
    """One failed try; `error` makes it the exception that a caller sees."""

    what: type[StateManagerError]
    happened: str
    advice: str
    again: Again
    may_have_been_written: bool
    status: int | None = None
    request_id: str | None = None
    retry_after: float | None = None

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


HTTPX_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
"""The roots of httpx's exceptions: what a request can raise is one of these."""


@dataclass(frozen=True)
class _Row:
    happened: str
    advice: str
    again: Again
    sent: bool
    """Whether some of the request may have reached the server."""
    what: type[StateManagerError] = Unreachable


_REFUSED = _Row("couldn't connect to {address}", _IS_IT_UP, Again.OFTEN, sent=False)
_SILENT = _Row("no answer came from {address} in time", _SLOW, Again.OFTEN, sent=True)
_BROKEN = _Row("the connection to {address} broke before the answer was complete", _IS_IT_UP, Again.OFTEN, sent=True)
_OURS = _Row("the request to {address} couldn't be made", _BUG, Again.NEVER, sent=False, what=StateManagerError)
_NOT_HTTP = _Row("what came from {address} can't be read", _IS_IT_IT, Again.ONCE, sent=True, what=UnreadableAnswer)

ROWS: dict[type[Exception], _Row] = {
    httpx.ConnectTimeout: replace(_REFUSED, happened="no connection to {address} came about in time"),
    httpx.ConnectError: _REFUSED,
    httpx.PoolTimeout: replace(_REFUSED, happened="no connection to {address} became free in time", advice=_SLOW),
    httpx.ProxyError: replace(_REFUSED, happened="the proxy gave no connection to {address}", advice=_PROXY),
    httpx.ReadTimeout: _SILENT,
    httpx.WriteTimeout: replace(_SILENT, happened="{address} didn't take the request in time"),
    httpx.ReadError: _BROKEN,
    httpx.WriteError: _BROKEN,
    httpx.CloseError: _BROKEN,
    httpx.RemoteProtocolError: _BROKEN,
    httpx.DecodingError: _NOT_HTTP,
    httpx.TooManyRedirects: replace(_NOT_HTTP, happened="{address} answered with redirects", again=Again.NEVER),
    httpx.UnsupportedProtocol: replace(_OURS, advice=f"{_IS_IT_UP}. {_PROXY}"),
    httpx.InvalidURL: replace(_OURS, advice=f"{_IS_IT_UP}. {_PROXY}"),
    # What only a mistake in this package can cause.
    httpx.LocalProtocolError: _OURS,
    httpx.CookieConflict: _OURS,
    httpx.StreamConsumed: replace(_OURS, sent=True),
    httpx.StreamClosed: replace(_OURS, sent=True),
    httpx.ResponseNotRead: replace(_OURS, sent=True),
    httpx.RequestNotRead: replace(_OURS, sent=True),
    httpx.HTTPStatusError: replace(_OURS, sent=True),
    # The roots, for what a later httpx may bring.
    httpx.TimeoutException: _SILENT,
    httpx.NetworkError: _BROKEN,
    httpx.ProtocolError: _BROKEN,
    httpx.TransportError: _BROKEN,
    httpx.RequestError: _BROKEN,
    httpx.HTTPError: _BROKEN,
    httpx.StreamError: _BROKEN,
}


def from_httpx(error: Exception, call: Call, address: str, request_id: str) -> Failed:
    """An error of httpx as a failure. Its own text isn't used: it can hold a header or a URL with credentials."""
    row = next(ROWS[kind] for kind in type(error).__mro__ if kind in ROWS)
    happened = row.happened.format(address=address)
    advice, again = row.advice, row.again
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            happened = f"the certificate of {address} isn't trusted"
            advice, again = "Set SSL_CERT_FILE to a file with the certificate of its authority", Again.NEVER
        elif isinstance(cause, ssl.SSLError) and not row.sent:
            happened = f"no encrypted connection to {address} came about"
            advice, again = "Check whether its address begins with http:// or https://", Again.NEVER
        elif isinstance(cause, socket.gaierror):
            happened = f"the host of {address} isn't known"
        elif isinstance(cause, ConnectionRefusedError):
            happened = f"{address} refused the connection"
    return Failed(row.what, happened, advice, again, call.writes and row.sent, request_id=request_id)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def unreadable(answer: Answer, call: Call, address: str, why: str) -> Failed:
    """An answer that says it is fine and isn't the state manager's."""
    return Failed(
        UnreadableAnswer,
        f"{address} answered {answer.status}, but {why}",
        _IS_IT_IT,
        Again.ONCE,
        call.writes,
        status=answer.status,
        request_id=answer.request_id,
    )


def refused(answer: Answer, call: Call, address: str, redactor: Redactor) -> Failed:
    """An answer whose status isn't a success."""
    status = answer.status
    what, said, advice, again = _refused(answer, call, redactor)
    return Failed(
        what,
        f"{address} answered {status}{said}",
        advice,
        again,
        # A 4xx or a redirect was decided on before anything was done. A 5xx says nothing about that: a proxy gives it
        # also where the connection broke after it had handed the request on.
        call.writes and not (status in {301, 302, 307, 308} or 400 <= status < 500),
        status=status,
        request_id=answer.request_id,
        retry_after=answer.retry_after,
    )


def _refused(answer: Answer, call: Call, redactor: Redactor) -> tuple[type[StateManagerError], str, str, Again]:
    status, detail = answer.status, answer.detail()
    if status < 400:
        where = origin(answer.location or "")
        to = f" to {where}" if where else ""
        return UnreadableAnswer, f", a redirect{to}: it isn't followed, since it would take the key", _IS_IT_IT, NEVER
    if status == 401:
        other = "" if detail else ", and not in the state manager's way: a proxy may want credentials of its own"
        return Unauthorized, f": the API key is missing or wrong{other}", _KEY, NEVER
    if status == 429:
        wait = "" if answer.retry_after is None else f", and asked for {answer.retry_after:.0f} s of peace"
        return StateManagerError, f": too many requests{wait}", "Run it again later", Again.OFTEN
    if status in {408, 502, 503, 504}:
        return StateManagerError, ": it, or what it stands behind, is out of order", _LATER, Again.OFTEN
    if status >= 500:
        advice = f"One stored graph that it can't read is enough for that. {_LOG}" if call.kind == "graphs" else _LOG
        return StateManagerError, _said(detail, call, redactor), advice, Again.ONCE
    if detail is None or status not in {400, 409, 413, 422}:
        why = answer.kind() if detail is None else "not about a graph"
        return UnreadableAnswer, f", which isn't the state manager's ({why})", _IS_IT_IT, NEVER
    return StateManagerError, _said(detail, call, redactor), _CORRECT, NEVER


def _said(detail: str | list[Any] | None, call: Call, redactor: Redactor) -> str:
    if isinstance(detail, list):
        return f": {', '.join(locate(detail, call.body, redactor))}"
    words = redactor.words(detail) if detail else None
    if words is None:
        return " (its words are left out: they may repeat values of the graph)" if detail else ""
    return f": {words}"
