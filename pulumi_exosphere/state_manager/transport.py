"""One request and its answer over httpx: httpx's errors become ours here, and its own logs stay quiet.

httpx logs whole URLs, and httpcore the headers of every answer: a redirect's can contain credentials, and a proxy's can
repeat the key. Other users of httpx in the process keep their logs.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import httpx

from pulumi_exosphere.errors import ConfigurationError, StateManagerError, Unreachable, UnreadableAnswer
from pulumi_exosphere.state_manager import failures
from pulumi_exosphere.version import __version__

from .address import PORTS, Address
from .api import Answer, Call, http_date, retry_after
from .failures import Again, Failed
from .proxies import Proxy, Route, route_to

HTTPX_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
"""The roots of httpx's exceptions: a request can raise nothing else."""
CLIENT_CERTIFICATE = "EXOSPHERE_CLIENT_CERT"
"""The variable that names a PEM file with a client certificate and its key."""


@dataclass(frozen=True)
class _Row:
    happened: str
    advice: str
    again: Again
    sent: bool
    """Whether some of the request may have reached the server."""
    what: type[StateManagerError] = Unreachable


_REFUSED = _Row("could not connect to {address}", failures.IS_IT_UP, Again.OFTEN, sent=False)
_SILENT = _Row("{address} did not respond in time", failures.SLOW, Again.OFTEN, sent=True)
_BROKEN = _Row(
    "the connection to {address} broke before the response was complete", failures.IS_IT_UP, Again.OFTEN, sent=True
)
_OURS = _Row("could not make the request to {address}", failures.BUG, Again.NEVER, sent=False, what=StateManagerError)
_NOT_HTTP = _Row(
    "the response from {address} can't be read", failures.IS_IT_IT, Again.ONCE, sent=True, what=UnreadableAnswer
)

ROWS: dict[type[Exception], _Row] = {
    httpx.ConnectTimeout: replace(_REFUSED, happened="timed out connecting to {address}"),
    httpx.ConnectError: _REFUSED,
    httpx.PoolTimeout: replace(
        _REFUSED, happened="timed out waiting for a free connection to {address}", advice=failures.SLOW
    ),
    httpx.ProxyError: replace(_REFUSED, happened="the proxy did not connect to {address}", advice=failures.PROXY),
    httpx.ReadTimeout: _SILENT,
    httpx.WriteTimeout: replace(_SILENT, happened="{address} did not accept the request in time"),
    httpx.ReadError: _BROKEN,
    httpx.WriteError: _BROKEN,
    httpx.CloseError: _BROKEN,
    httpx.RemoteProtocolError: _BROKEN,
    httpx.DecodingError: _NOT_HTTP,
    httpx.TooManyRedirects: replace(_NOT_HTTP, happened="{address} answered with redirects", again=Again.NEVER),
    httpx.UnsupportedProtocol: replace(_OURS, advice=f"{failures.IS_IT_UP}. {failures.PROXY}"),
    httpx.InvalidURL: replace(_OURS, advice=f"{failures.IS_IT_UP}. {failures.PROXY}"),
    # Only a mistake in this package can cause these.
    httpx.LocalProtocolError: _OURS,
    httpx.CookieConflict: _OURS,
    httpx.StreamConsumed: replace(_OURS, sent=True),
    httpx.StreamClosed: replace(_OURS, sent=True),
    httpx.ResponseNotRead: replace(_OURS, sent=True),
    httpx.RequestNotRead: replace(_OURS, sent=True),
    httpx.HTTPStatusError: replace(_OURS, sent=True),
    # The roots, for whatever a later httpx adds.
    httpx.TimeoutException: _SILENT,
    httpx.NetworkError: _BROKEN,
    httpx.ProtocolError: _BROKEN,
    httpx.TransportError: _BROKEN,
    httpx.RequestError: _BROKEN,
    httpx.HTTPError: _BROKEN,
    httpx.StreamError: _BROKEN,
}


def from_httpx(error: Exception, call: Call, address: str, request_id: str) -> Failed:
    """Return the failure for an error of httpx. Its own text isn't used: it can contain a header, or credentials."""
    row = next(ROWS[kind] for kind in type(error).__mro__ if kind in ROWS)
    happened = row.happened.format(address=address)
    then, again = row.advice, row.again
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            if (problem := _of_tls(cause, address)) is not None:
                (happened, then), again = problem, Again.NEVER
            elif not row.sent:
                happened, again = f"could not make an encrypted connection to {address}", Again.NEVER
                then = "Check whether its address begins with http:// or https://"
        elif isinstance(cause, socket.gaierror):
            happened = f"the host of {address} is unknown"
        elif isinstance(cause, ConnectionRefusedError):
            happened = f"{address} refused the connection"
    return Failed(row.what, happened, then, again, call.writes and row.sent, request_id=request_id)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


_CERTIFICATES = {
    9: ("is not valid yet", "Check the clocks of this machine and of the server"),
    10: ("has expired", "Renew it on the server, or check the clock of this machine"),
    62: ("is for another host", "Use a host name that the certificate was issued for"),
    64: ("is for another IP address", "Use a host name that the certificate was issued for"),
}
"""The problem with a certificate, by OpenSSL's code, and what to do."""
_UNTRUSTED = (
    "is signed by an authority that isn't trusted here",
    "Set SSL_CERT_FILE to a file with the certificate of its authority",
)
_PLAIN = {"HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "WRONG_VERSION_NUMBER"}
"""OpenSSL's reasons if the other side doesn't speak TLS."""


def _of_tls(error: ssl.SSLError, address: str) -> tuple[str, str] | None:
    """Return what happened, and what to do; None for whatever is said better in general."""
    if isinstance(error, ssl.SSLCertVerificationError):
        what, then = _CERTIFICATES.get(getattr(error, "verify_code", 0), _UNTRUSTED)
        return f"the certificate of {address} {what}", then
    reason = str(getattr(error, "reason", ""))
    if reason in _PLAIN:
        return f"{address} doesn't use TLS", "Write http:// in its address, or another port"
    if "CERTIFICATE_REQUIRED" in reason or "HANDSHAKE_FAILURE" in reason or "BAD_CERTIFICATE" in reason:
        return (
            f"{address} rejected the TLS handshake and may require a client certificate",
            f"Set {CLIENT_CERTIFICATE} to a PEM file with the certificate and its key",
        )
    return None


def speaks_tls(url: str) -> bool:
    """Return whether TLS is spoken at a plain http address, by an attempt that sends nothing else."""
    parts = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or PORTS["http"]), timeout=2.0) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname),
        ):
            return True
    except (OSError, ValueError):
        return False


_LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))

_ours = threading.local()


def _is_foreign(_: logging.LogRecord) -> bool:
    return not getattr(_ours, "request", False)


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what httpx and httpcore log in this thread until the block ends."""
    before = getattr(_ours, "request", False)
    _ours.request = True
    try:
        yield
    finally:
        _ours.request = before


def install() -> None:
    """Make `quiet` work; installing it again changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_foreign)


REQUEST_ID = "x-exosphere-request-id"
USER_AGENT = f"pulumi-exosphere/{__version__} python-httpx/{httpx.__version__}"
CONNECT = 10.0
"""Seconds for making a connection, or the timeout if that is less: a host that is there accepts one."""
KEPT = 4.0
"""Seconds for which an idle connection is kept. Servers commonly close theirs after 5: a request sent just then would
be lost, and no one would know whether it was carried out."""

_log = logging.getLogger("pulumi_exosphere")


class Wire:
    """Connections to one state manager, shared by threads."""

    def __init__(
        self,
        address: Address,
        api_key: str,
        headers: Mapping[str, str],
        *,
        timeout: float,
        log: Callable[[str], None] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._address = address
        self._timeout = timeout
        self._tell = log
        install()
        route = route_to(address.url, os.environ) if transport is None else Route(None)
        self._direct = transport is None and route.proxy is None
        self.notices = route.notices
        """The parts of the environment that were skipped, a sentence each."""
        self.shown = f"{address.url} (through the proxy of {route.proxy.variable})" if route.proxy else address.url
        """The address as messages name it."""
        self._client = _client(address, api_key, headers, route.proxy, transport)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def send(self, call: Call, until: float) -> Answer | Failed:
        """Make one request, and wait for its answer until ``until`` (monotonic)."""
        request_id = str(uuid.uuid4())
        began = time.monotonic()
        failure: Exception | None = None
        answer: Answer | None = None
        try:
            with quiet():
                answer = self._exchange(call, request_id, until)
        except HTTPX_ERRORS as error:
            failure = error
        # Outside the block, so that no error of httpx, which contains the request, becomes the context of one of ours.
        took = (time.monotonic() - began) * 1000
        status = answer.status if answer is not None else type(failure).__name__
        _log.debug("%s %s: %s in %.0f ms (request id %s)", call.method, call.path, status, took, request_id)
        if self._tell is not None:
            shown = answer.request_id if answer is not None else request_id
            self._tell(f"{call.method} {call.path}: {status} in {took:.0f} ms (request id {shown})")
        if answer is not None:
            return answer
        assert failure is not None
        failed = from_httpx(failure, call, self.shown, request_id)
        if isinstance(failure, (httpx.RemoteProtocolError, httpx.ReadError)) and self._meets_tls():
            happened = f"{self.shown} expects https"
            return replace(failed, happened=happened, advice=failures.TLS, again=Again.NEVER)
        return failed

    def _meets_tls(self) -> bool:
        return self._direct and self._address.url.startswith("http:") and speaks_tls(self._address.url)

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


def _client(
    address: Address,
    api_key: str,
    headers: Mapping[str, str],
    proxy: Proxy | None,
    transport: httpx.BaseTransport | None,
) -> httpx.Client:
    # Not in the URL: httpx writes that into its log, and into the text of its errors.
    auth = None
    if address.username is not None or address.password is not None:
        auth = httpx.BasicAuth(address.username or "", address.password or "")
    # Reading the trusted authorities takes longer than many a request. If no answer is encrypted, none is trusted.
    encrypted = address.url.startswith("https:")
    verify = _trusted() if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    problem = None
    try:
        return httpx.Client(
            auth=auth,
            verify=verify,
            headers={**headers, "user-agent": USER_AGENT, "accept": "application/json", "x-api-key": api_key},
            limits=httpx.Limits(keepalive_expiry=KEPT),
            proxy=_proxy(proxy) if proxy is not None and transport is None else None,
            trust_env=False,
            transport=transport,
        )
    except (ImportError, OSError, ValueError, *HTTPX_ERRORS):
        problem = proxy.variable if proxy is not None else "environment"
    # Raised here: httpx's own text can contain the proxy's credentials.
    raise ConfigurationError(
        f"the proxy of {problem} can't be used: write it like http://proxy:3128, with an @ or / in a password "
        "percent-encoded (a socks5:// proxy needs `pip install 'httpx[socks]'`)"
    )


def _proxy(proxy: Proxy) -> httpx.Proxy:
    encrypted = proxy.url.lower().startswith("https:")
    return httpx.Proxy(proxy.url, ssl_context=_trusted() if encrypted else None)


def _trusted() -> ssl.SSLContext:
    """Return what decides which certificates are trusted, with the client's own."""
    variable = "SSL_CERT_FILE or SSL_CERT_DIR"
    try:
        context = httpx.create_ssl_context()
        if path := os.environ.get(CLIENT_CERTIFICATE):
            variable = CLIENT_CERTIFICATE
            context.load_cert_chain(path)
    except (OSError, ValueError):
        pass  # raised below
    else:
        return context
    raise ConfigurationError(f"the certificates of {variable} can't be read: set it to a readable PEM file")


def _encode(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def _request_id(theirs: str | None, ours: str) -> str:
    """Return the id in the server's log: ours, unless the answer has another that is an id at all."""
    try:
        return str(uuid.UUID(theirs))
    except (TypeError, ValueError, AttributeError):
        return ours


def _acknowledge(response: httpx.Response) -> None:
    """Acknowledge the head of the answer at once, so that a server without TCP_NODELAY sends the rest at once.

    With several server processes, every answer on a kept-alive connection would otherwise be 40 ms late.
    """
    option: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux has it
    stream = response.extensions.get("network_stream")
    sock = stream.get_extra_info("socket") if stream is not None else None
    if option is not None and isinstance(sock, socket.socket):
        try:
            sock.setsockopt(socket.IPPROTO_TCP, option, 1)
        except OSError:
            _log.debug("the answer's head couldn't be acknowledged at once")
