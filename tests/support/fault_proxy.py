"""A proxy in front of a real state manager that makes a chosen request go wrong."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from typing_extensions import Self

from tests.support.faults import Fault, Reply, page

Hook = Callable[[str, str, int], object]
"""Called with the method, the path, and the number of the request since the start, from 1."""

_KINDS = (
    ("graph", re.compile(r"/v0/namespace/[^/]+/graph/[^/]+$")),
    ("graphs", re.compile(r"/v0/namespace/[^/]+/graphs/?$")),
    ("nodes", re.compile(r"/v0/namespace/[^/]+/nodes/?$")),
    ("namespaces", re.compile(r"/v0/namespaces$")),
    ("trigger", re.compile(r"/v0/namespace/[^/]+/graph/[^/]+/trigger$")),
    ("health", re.compile(r"/health$")),
)
_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding", "host", "accept-encoding"}


def kind_of(method: str, path: str) -> str:
    """The kind of a request: ``PUT graph``, ``GET graph``, ``GET graphs``, ``GET nodes``, ``GET health`` and so on."""
    path = path.partition("?")[0]
    return f"{method} {next((name for name, pattern in _KINDS if pattern.search(path)), 'other')}"


@dataclass(frozen=True)
class Entry:
    """One request that reached the proxy."""

    method: str
    path: str
    kind: str
    fault: str | None
    arrived: bool
    """Whether it was forwarded to the state manager."""
    status: int | None
    """The status of the response; None if there was none."""


@dataclass
class _Injection:
    kind: str
    nth: int
    times: int | None
    fault: Fault
    seen: int = 0

    def due(self, kind: str) -> bool:
        if self.kind not in {kind, "*"}:
            return False
        self.seen += 1
        return self.nth <= self.seen and (self.times is None or self.seen < self.nth + self.times)


class FaultProxy:
    """A proxy on a free port in front of ``upstream``, an address.

    ::

        with FaultProxy(server.uri) as proxy:
            proxy.inject("PUT graph", RESET_AFTER)
            ...  # talk to proxy.uri
            assert [entry.kind for entry in proxy.log] == [...]

    An exception of a hook is raised again when the block ends.
    """

    def __init__(self, upstream: str, *, on_request: Hook | None = None) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "", parts.port or 80)
        self.on_request = on_request
        """Called before a request is forwarded; it may call the state manager itself."""
        self.on_answer: Hook | None = None
        """Called after a request was carried out, before its response is returned."""
        self.log: list[Entry] = []
        self.errors: list[BaseException] = []
        self.connections = 0
        """The number of connections that were made to the proxy."""
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._injections: list[_Injection] = []
        self._count = 0
        self._threads: list[threading.Thread] = []
        self._open_connections: set[socket.socket] = set()
        self._opener: threading.Timer | None = None
        self._socket = _bound(0)
        self.port: int = self._socket.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.stopping.set()
        if self._opener is not None:
            self._opener.cancel()
        self._close()
        for thread in self._threads:
            thread.join(5)
        if self.errors and error is None:
            raise self.errors[0]

    def inject(self, kind: str, fault: Fault, *, nth: int = 1, times: int | None = 1) -> None:
        """Make the ``nth`` request of a kind (``*``: any kind) from now on, and the ``times - 1`` after it, go wrong.

        ``times=None``: all from then on.
        """
        with self._lock:
            self._injections.append(_Injection(kind, nth, times, fault))

    def clear(self) -> None:
        """Inject nothing from now on, and clear the log."""
        with self._lock:
            self._injections.clear()
            self.log.clear()

    def kinds(self) -> list[str]:
        """Return the kind of each request received, in order."""
        return [entry.kind for entry in self.log]

    def refuse(self, seconds: float) -> None:
        """Refuse every connection from now on, for a while; close those that are open."""
        self._close()
        # Bound and not listening: connections are refused, and nobody else gets the port until then.
        self._socket = _bound(self.port)
        self._opener = threading.Timer(seconds, self._open)
        self._opener.daemon = True
        self._opener.start()

    def number(self) -> int:
        """Return the number of the next request."""
        with self._lock:
            self._count += 1
            return self._count

    def fault_for(self, kind: str) -> Fault | None:
        """Return the first fault that is due; all injections count the request."""
        with self._lock:
            due = [injection.fault for injection in self._injections if injection.due(kind)]
        return due[0] if due else None

    def call_hook(self, hook: Hook | None, method: str, path: str, number: int) -> None:
        """Run a hook, and keep its exception for the end of the block."""
        try:
            if hook is not None:
                hook(method, path, number)
        except BaseException as error:  # noqa: BLE001  # raised again by __exit__, in the test's thread
            self.errors.append(error)

    def forget(self, connection: socket.socket) -> None:
        """Let its handler close this connection."""
        with self._lock:
            self._open_connections.discard(connection)

    def connect(self) -> http.client.HTTPConnection:
        """Return a new connection to the state manager."""
        return http.client.HTTPConnection(*self._upstream, timeout=60)

    def _open(self) -> None:
        if self.stopping.is_set():
            return
        self._socket.listen(128)
        self._start(self._accept, self._socket)

    def _close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # Wakes the thread that accepts.
        self._socket.close()
        with self._lock:
            connections = list(self._open_connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, connection, peer)

    def _serve(self, connection: socket.socket, peer: Any) -> None:
        with self._lock:
            self._open_connections.add(connection)
        try:
            with contextlib.suppress(OSError):
                _Handler(connection, peer, self)
        finally:
            self.forget(connection)
            connection.close()

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()


class _Handler(BaseHTTPRequestHandler):
    """One connection, with as many requests as it carries."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, connection: socket.socket, peer: Any, proxy: FaultProxy) -> None:
        self.proxy = proxy
        self.upstream = proxy.connect()
        try:
            super().__init__(connection, peer, proxy)  # type: ignore[arg-type]  # no server: nothing here asks one
        finally:
            self.upstream.close()

    def log_message(self, *_: Any) -> None:
        """Write nothing: the proxy's own log is enough."""

    def handle_any(self) -> None:
        """Read one request and apply the fault that is due."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        kind, number = kind_of(self.command, self.path), self.proxy.number()
        self.proxy.call_hook(self.proxy.on_request, self.command, self.path, number)
        fault = self.proxy.fault_for(kind) or Fault("")
        self.proxy.stopping.wait(fault.delay_before)
        reply = self._forward(body) if fault.arrives else Reply(502)
        if fault.arrives:
            self.proxy.call_hook(self.proxy.on_answer, self.command, self.path, number)
        self.proxy.stopping.wait(fault.delay_after)
        if fault.answer is not None:
            reply = fault.answer(reply)
        status = None if fault.reset else reply.status
        # Logged before the response, so that a client that has the response finds it in the log.
        self.proxy.log.append(Entry(self.command, self.path, kind, fault.name or None, fault.arrives, status))
        if fault.reset:
            self._reset()
        else:
            self._answer(reply)
        if fault.refuse:
            self.proxy.refuse(fault.refuse)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = handle_any  # noqa: N815  # names that http.server looks for

    def _forward(self, body: bytes) -> Reply:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        for attempt in (1, 2):
            try:
                self.upstream.request(self.command, self.path, body or None, headers)
                answer = self.upstream.getresponse()
                kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
                return Reply(answer.status, answer.read(), kept)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.upstream.close()  # The state manager has closed an idle connection: try once more, on a new one.
                if attempt == 2:
                    return page(502)
            except OSError:
                self.upstream.close()
                return page(502)
        raise AssertionError

    def _answer(self, reply: Reply) -> None:
        length = len(reply.body) if reply.promised is None else reply.promised
        lines = [f"HTTP/1.1 {reply.status} {http.client.responses.get(reply.status, '')}"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        lines += [f"content-length: {length}", "", ""]
        self.wfile.write("\r\n".join(lines).encode("latin-1") + reply.body)
        if reply.promised is not None:
            self.close_connection = True

    def _reset(self) -> None:
        self.close_connection = True
        self.proxy.forget(self.connection)
        # Lingering for zero seconds makes the close a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound
