"""One request and its answer over httpx."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import time
import uuid
from typing import TYPE_CHECKING, Any

import httpx

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.version import __version__

from . import quiet
from .answers import Answer, retry_after
from .transport_errors import HTTPX_ERRORS, from_httpx

if TYPE_CHECKING:
    from .address import Address
    from .calls import Call
    from .failures import Failed

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
        quiet.install()
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
            with quiet.quiet():
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
