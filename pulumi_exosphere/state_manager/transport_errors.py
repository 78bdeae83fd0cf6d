"""The one place where httpx's errors become ours."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx

from pulumi_exosphere.errors import StateManagerError, Unreachable, UnreadableAnswer

from . import advice
from .failures import Again, Failed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .calls import Call

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


_REFUSED = _Row("couldn't connect to {address}", advice.IS_IT_UP, Again.OFTEN, sent=False)
_SILENT = _Row("no answer came from {address} in time", advice.SLOW, Again.OFTEN, sent=True)
_BROKEN = _Row(
    "the connection to {address} broke before the answer was complete", advice.IS_IT_UP, Again.OFTEN, sent=True
)
_OURS = _Row("the request to {address} couldn't be made", advice.BUG, Again.NEVER, sent=False, what=StateManagerError)
_NOT_HTTP = _Row(
    "what came from {address} can't be read", advice.IS_IT_IT, Again.ONCE, sent=True, what=UnreadableAnswer
)

ROWS: dict[type[Exception], _Row] = {
    httpx.ConnectTimeout: replace(_REFUSED, happened="no connection to {address} came about in time"),
    httpx.ConnectError: _REFUSED,
    httpx.PoolTimeout: replace(_REFUSED, happened="no connection to {address} became free in time", advice=advice.SLOW),
    httpx.ProxyError: replace(_REFUSED, happened="the proxy gave no connection to {address}", advice=advice.PROXY),
    httpx.ReadTimeout: _SILENT,
    httpx.WriteTimeout: replace(_SILENT, happened="{address} didn't take the request in time"),
    httpx.ReadError: _BROKEN,
    httpx.WriteError: _BROKEN,
    httpx.CloseError: _BROKEN,
    httpx.RemoteProtocolError: _BROKEN,
    httpx.DecodingError: _NOT_HTTP,
    httpx.TooManyRedirects: replace(_NOT_HTTP, happened="{address} answered with redirects", again=Again.NEVER),
    httpx.UnsupportedProtocol: replace(_OURS, advice=f"{advice.IS_IT_UP}. {advice.PROXY}"),
    httpx.InvalidURL: replace(_OURS, advice=f"{advice.IS_IT_UP}. {advice.PROXY}"),
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
    then, again = row.advice, row.again
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            happened = f"the certificate of {address} isn't trusted"
            then, again = "Set SSL_CERT_FILE to a file with the certificate of its authority", Again.NEVER
        elif isinstance(cause, ssl.SSLError) and not row.sent:
            happened = f"no encrypted connection to {address} came about"
            then, again = "Check whether its address begins with http:// or https://", Again.NEVER
        elif isinstance(cause, socket.gaierror):
            happened = f"the host of {address} isn't known"
        elif isinstance(cause, ConnectionRefusedError):
            happened = f"{address} refused the connection"
    return Failed(row.what, happened, then, again, call.writes and row.sent, request_id=request_id)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
