"""One request and its answer over httpx: the errors of httpx become ours here, and httpx's own logs stay quiet.

httpx logs whole URLs, and httpcore the headers of every answer: a redirect's can contain credentials, and a proxy's can
repeat the key. Other users of httpx in the process keep their logs.
"""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx

from pulumi_exosphere.errors import ConfigurationError, StateManagerError, Unreachable, UnreadableAnswer
from pulumi_exosphere.state_manager import failures
from pulumi_exosphere.version import __version__

from .address import Address
from .api import Answer, Call, http_date, retry_after
from .failures import Again, Failed

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


_REFUSED = _Row("couldn't connect to {address}", failures.IS_IT_UP, Again.OFTEN, sent=False)
_SILENT = _Row("no answer came from {address} in time", failures.SLOW, Again.OFTEN, sent=True)
_BROKEN = _Row(
    "the connection to {address} broke before the answer was complete", failures.IS_IT_UP, Again.OFTEN, sent=True
)
_OURS = _Row("the request to {address} couldn't be made", failures.BUG, Again.NEVER, sent=False, what=StateManagerError)
_NOT_HTTP = _Row(
    "what came from {address} can't be read", failures.IS_IT_IT, Again.ONCE, sent=True, what=UnreadableAnswer
)

ROWS: dict[type[Exception], _Row] = {
    httpx.ConnectTimeout: replace(_REFUSED, happened="no connection to {address} came about in time"),
    httpx.ConnectError: _REFUSED,
    httpx.PoolTimeout: replace(
        _REFUSED, happened="no connection to {address} became free in time", advice=failures.SLOW
    ),
    httpx.ProxyError: replace(_REFUSED, happened="the proxy gave no connection to {address}", advice=failures.PROXY),
    httpx.ReadTimeout: _SILENT,
    httpx.WriteTimeout: replace(_SILENT, happened="{address} didn't take the request in time"),
    httpx.ReadError: _BROKEN,
    httpx.WriteError: _BROKEN,
    httpx.CloseError: _BROKEN,
    httpx.RemoteProtocolError: _BROKEN,
    httpx.DecodingError: _NOT_HTTP,
    httpx.TooManyRedirects: replace(_NOT_HTTP, happened="{address} answered with redirects", again=Again.NEVER),
    httpx.UnsupportedProtocol: replace(_OURS, advice=f"{failures.IS_IT_UP}. {failures.PROXY}"),
    httpx.InvalidURL: replace(_OURS, advice=f"{failures.IS_IT_UP}. {failures.PROXY}"),
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


_LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))

_ours = threading.local()


def _is_somebody_elses(_: logging.LogRecord) -> bool:
    return not getattr(_ours, "request", False)


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what httpx and httpcore log in this thread meanwhile."""
    before = getattr(_ours, "request", False)
    _ours.request = True
    try:
        yield
    finally:
        _ours.request = before


def install() -> None:
    """Make `quiet` work; installing it again changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_somebody_elses)


REQUEST_ID = "x-exosphere-request-id"
USER_AGENT = f"pulumi-exosphere/{__version__} python-httpx/{httpx.__version__}"
CONNECT = 10.0
"""Seconds for a connection to come about, or the timeout where that is less: a host that is there takes one."""
KEPT = 4.0
"""Seconds for which an idle connection is kept. Servers commonly close theirs after 5: a request sent just then would
be lost without anybody knowing whether it was carried out."""

_log = logging.getLogger("pulumi_exosphere")


class Wire:
    """Connections to one state manager, shared by threads."""

    def __init__(
        self, address: Address, api_key: str, *, timeout: float, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._address = address
        self._timeout = timeout
        install()
        self._client = _client(address, api_key, transport)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def send(self, call: Call, until: float) -> Answer | Failed:
        """Make one request; ``until`` (monotonic) is when its answer is no longer waited for."""
        request_id = str(uuid.uuid4())
        began = time.monotonic()
        failure: Exception | None = None
        answer: Answer | None = None
        try:
            with quiet():
                answer = self._exchange(call, request_id, until)
        except HTTPX_ERRORS as error:
            failure = error
        # Judged out here, so that no error of httpx, which holds the request, becomes the context of one of ours.
        took = (time.monotonic() - began) * 1000
        status = answer.status if answer is not None else type(failure).__name__
        _log.debug("%s %s: %s in %.0f ms (request id %s)", call.method, call.path, status, took, request_id)
        if answer is None:
            assert failure is not None
            return from_httpx(failure, call, self._address.url, request_id)
        return answer

    def _exchange(self, call: Call, request_id: str, until: float) -> Answer:
        left = max(min(self._timeout, until - time.monotonic()), 0.001)
        request = self._client.build_request(
            call.method,
            f"{self._address.url}{call.path}",
            content=None if call.body is None else _encode(call.body),
            headers={REQUEST_ID: request_id, **({} if call.body is None else {"content-type": "application/json"})},
            timeout=httpx.Timeout(left, connect=min(left, CONNECT)),
        )
        response = self._client.send(request, stream=True)
        try:
            _acknowledge(response)
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if time.monotonic() > until:  # bytes that keep trickling never let a read time out
                    raise httpx.ReadTimeout("", request=request)
        finally:
            response.close()
        headers = response.headers
        return Answer(
            status=response.status_code,
            content=bytes(content),
            request_id=_request_id(headers.get(REQUEST_ID), request_id),
            content_type=headers.get("content-type", ""),
            location=headers.get("location"),
            retry_after=retry_after(headers.get("retry-after"), headers.get("date")),
            date=http_date(headers.get("date")),
        )


def _client(address: Address, api_key: str, transport: httpx.BaseTransport | None) -> httpx.Client:
    # Not in the URL: httpx writes that into its log, and into the text of its errors.
    auth = None
    if address.username is not None or address.password is not None:
        auth = httpx.BasicAuth(address.username or "", address.password or "")
    # Reading the trusted authorities takes longer than many a request. Where no answer is encrypted none is trusted.
    verify = True if address.url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client = None
    try:
        client = httpx.Client(
            auth=auth,
            verify=verify,
            headers={"user-agent": USER_AGENT, "accept": "application/json", "x-api-key": api_key},
            limits=httpx.Limits(keepalive_expiry=KEPT),
            transport=transport,
        )
    except (ImportError, OSError, ValueError, *HTTPX_ERRORS):
        pass  # raised below: their texts can hold a proxy's credentials
    if client is None:
        raise ConfigurationError(
            "the proxy or the certificates of the environment can't be used: check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, "
            "SSL_CERT_FILE and SSL_CERT_DIR (a socks5:// proxy needs `pip install 'httpx[socks]'`)"
        )
    return client


def _encode(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def _request_id(theirs: str | None, ours: str) -> str:
    """What stands in the server's log: our id, unless it answered with another one that is an id at all."""
    try:
        return str(uuid.UUID(theirs))
    except (TypeError, ValueError, AttributeError):
        return ours


def _acknowledge(response: httpx.Response) -> None:
    """Acknowledge the head of the answer at once, so that a server without TCP_NODELAY sends the rest at once.

    With several server processes that is every answer on a kept-alive connection, 40 ms late without this.
    """
    option: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux has it
    stream = response.extensions.get("network_stream")
    sock = stream.get_extra_info("socket") if stream is not None else None
    if option is not None and isinstance(sock, socket.socket):
        try:
            sock.setsockopt(socket.IPPROTO_TCP, option, 1)
        except OSError:
            _log.debug("the answer's head couldn't be acknowledged at once")
