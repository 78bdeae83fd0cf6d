"""The proxy that the tests of faults rely on: `tests.support.fault_proxy`."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support import faults
from tests.support.fault_proxy import FaultProxy, kind_of

LISTING = {"namespace": "ns", "templates": [{"name": name} for name in "abcdefgh"], "next_nodes": list("abcdefgh")}


class Upstream(ThreadingHTTPServer):
    """Return one listing for every request, and record what arrived."""

    daemon_threads = True

    def __init__(self) -> None:
        self.arrived: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answer)
        self.uri = f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.arrived.append(f"{self.command} {self.path} {body.decode()}")
        content = json.dumps(LISTING).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_GET  # noqa: N815  # a name of http.server


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Yield a server that accepts everything."""
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(upstream: Upstream) -> Iterator[FaultProxy]:
    """Yield the proxy in front of it."""
    with FaultProxy(upstream.uri) as running:
        yield running


def ask(proxy: FaultProxy, method: str = "GET", path: str = "/v0/namespace/ns/graphs/") -> tuple[int, bytes]:
    """Send one request on a connection of its own; return its status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
    try:
        connection.request(method, path, b"{}" if method == "PUT" else None)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("request_line", "kind"),
    [
        ("PUT /v0/namespace/a/graph/b", "PUT graph"),
        ("GET /v0/namespace/a/graph/b%20c", "GET graph"),
        ("GET /v0/namespace/a/graphs/", "GET graphs"),
        ("GET /v0/namespace/a/nodes/", "GET nodes"),
        ("PUT /v0/namespace/a/nodes/", "PUT nodes"),
        ("GET /v0/namespaces", "GET namespaces"),
        ("POST /v0/namespace/a/graph/b/trigger", "POST trigger"),
        ("GET /health", "GET health"),
        ("GET /elsewhere", "GET other"),
    ],
)
def test_requests_have_kinds(request_line: str, kind: str) -> None:
    """A request's kind is its method and what its path names."""
    assert kind_of(*request_line.split()) == kind


def test_passes_everything_on(proxy: FaultProxy, upstream: Upstream) -> None:
    """Without an injection the proxy changes nothing."""
    assert ask(proxy, "PUT", "/v0/namespace/ns/graph/g") == (200, json.dumps(LISTING).encode())
    assert upstream.arrived == ["PUT /v0/namespace/ns/graph/g {}"]
    assert [(entry.kind, entry.fault, entry.arrived, entry.status) for entry in proxy.log] == [
        ("PUT graph", None, True, 200)
    ]


def test_keeps_connections_alive(proxy: FaultProxy, upstream: Upstream) -> None:
    """Many requests go over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
    connection.connect()
    ours = connection.sock.getsockname()
    for _ in range(3):
        connection.request("GET", "/health")
        connection.getresponse().read()
        assert connection.sock.getsockname() == ours
    connection.close()
    assert len(upstream.arrived) == 3


def test_only_the_kth_request_of_a_kind_goes_wrong(proxy: FaultProxy) -> None:
    """``nth`` counts requests of that kind; ``times`` is the number that go wrong."""
    proxy.inject("GET graphs", faults.BAD_GATEWAY, nth=2, times=2)
    assert ask(proxy, path="/health")[0] == 200
    assert [ask(proxy)[0] for _ in range(4)] == [200, 502, 502, 200]


def test_star_counts_requests_of_every_kind(proxy: FaultProxy) -> None:
    """``*`` is any request."""
    proxy.inject("*", faults.ERROR, nth=2)
    assert [ask(proxy)[0], ask(proxy, path="/health")[0], ask(proxy)[0]] == [200, 500, 200]


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [(fault, fault.arrives) for fault in faults.every_fault(0.05).values() if not fault.reset],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_fault_says_whether_the_request_arrives(
    proxy: FaultProxy, upstream: Upstream, fault: faults.Fault, arrives: bool
) -> None:
    """The state manager receives a request or not, as the fault defines."""
    proxy.inject("PUT graph", fault)
    if fault is faults.CUT_OFF:
        with pytest.raises(http.client.IncompleteRead):
            ask(proxy, "PUT", "/v0/namespace/ns/graph/g")
    else:
        ask(proxy, "PUT", "/v0/namespace/ns/graph/g")
    assert len(upstream.arrived) == arrives


@pytest.mark.parametrize(("fault", "arrived"), [(faults.RESET_BEFORE, 0), (faults.RESET_AFTER, 1)])
def test_resets_before_and_after(proxy: FaultProxy, upstream: Upstream, fault: faults.Fault, arrived: int) -> None:
    """The connection is reset without a response, and the next request works again."""
    proxy.inject("GET graphs", fault)
    with pytest.raises(ConnectionResetError):
        ask(proxy)
    assert len(upstream.arrived) == arrived
    assert ask(proxy)[0] == 200


def test_refuses_for_a_while(proxy: FaultProxy) -> None:
    """Connections fail until the time is over; then everything works as before."""
    proxy.refuse(0.2)
    with pytest.raises(ConnectionRefusedError):
        ask(proxy)
    proxy.stopping.wait(0.4)
    assert ask(proxy)[0] == 200


def test_reorders_only_what_has_no_order(proxy: FaultProxy) -> None:
    """Lists whose order means nothing come in another order, ``next_nodes`` as it is."""
    proxy.inject("*", faults.reordered(), times=None)
    listing = json.loads(ask(proxy)[1])
    assert listing["templates"] != LISTING["templates"]
    assert sorted(listing["templates"], key=lambda template: template["name"]) == LISTING["templates"]
    assert listing["next_nodes"] == LISTING["next_nodes"]


def test_runs_something_between_two_requests(proxy: FaultProxy, upstream: Upstream) -> None:
    """A hook runs before a request is forwarded, another one after it was carried out."""
    told: list[tuple[str, int, int]] = []
    proxy.on_request = lambda _, path, k: told.append((f"before {path}", k, len(upstream.arrived)))
    proxy.on_answer = lambda _, path, k: told.append((f"after {path}", k, len(upstream.arrived)))
    ask(proxy, path="/health")
    ask(proxy, path="/health")
    assert told == [
        ("before /health", 1, 0),
        ("after /health", 1, 1),
        ("before /health", 2, 1),
        ("after /health", 2, 2),
    ]


def test_what_a_hook_raises_comes_out(upstream: Upstream) -> None:
    """A failing hook fails the test that set it, not just a thread."""

    def fail(*_: object) -> None:
        raise ValueError("the hook failed")

    with pytest.raises(ValueError, match="the hook failed"), FaultProxy(upstream.uri, on_request=fail) as proxy:
        assert ask(proxy)[0] == 200


def test_answers_for_a_state_manager_that_is_down() -> None:
    """If nothing listens behind it, it responds as proxies do."""
    with FaultProxy("http://127.0.0.1:9") as proxy:
        assert ask(proxy)[0] == 502
