"""A gateway in front of the state manager that rejects all requests without its own headers."""

from __future__ import annotations

import http.client
import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pulumi_exosphere.errors import ConfigurationError, StateManagerError, UnreadableAnswer
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support.exported import command
from tests.support.hooks_driver import Refused, Resource
from tests.support.wanted import report

NAME, VALUE = "CF-Access-Client-Secret", "canary-of-the-gateway"
HEADERS = json.dumps({NAME: VALUE})


class Gateway(http.server.ThreadingHTTPServer):
    """Forward requests with the header; answer all others as ``login`` says, and record them."""

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream).netloc
        self.uri = f"http://127.0.0.1:{self.server_address[1]}"
        self.login = 200
        self.came: list[dict[str, str]] = []


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        """Forward it, or send the login page."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.came.append({name.lower(): value for name, value in self.headers.items()})
        if self.headers.get(NAME) != VALUE:
            self._answer(self.server.login, b"<html>Sign in</html>", {"location": "https://login.test/x?canary"})
            return
        upstream = http.client.HTTPConnection(self.server.upstream)
        upstream.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k != "Host"})
        answer = upstream.getresponse()
        self._answer(answer.status, answer.read(), {})
        upstream.close()

    do_PUT = do_GET  # noqa: N815  # the library's name

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def gateway_to(upstream: str) -> Iterator[Gateway]:
    """Yield a running gateway."""
    server = Gateway(upstream)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def gateway(state_manager: LocalStateManager) -> Iterator[Gateway]:
    """Yield a gateway in front of the embedded state manager."""
    with gateway_to(state_manager.uri) as running:
        yield running


def config(gateway: Gateway, **more: str) -> dict[str, str]:
    """Use the configuration of a stack behind the gateway."""
    base = {"stateManagerUri": gateway.uri, "apiKey": "test-key", "maxRetries": "0", **more}
    return {f"exosphere:{key}": value for key, value in base.items()}


def test_the_configured_headers_open_it(gateway: Gateway) -> None:
    """A graph goes through its whole life; no header is in its state, and the client's own headers are unchanged."""
    graph = Resource(config(gateway, headers=HEADERS))
    graph.up(report())
    assert graph.refresh()
    graph.destroy()
    assert {came[NAME.lower()] for came in gateway.came} == {VALUE}
    assert {came["x-api-key"] for came in gateway.came} == {"test-key"}
    assert VALUE not in json.dumps(graph.outs)


def test_the_environments_headers_open_it(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """EXOSPHERE_HEADERS opens it, for the same address."""
    monkeypatch.setenv("EXOSPHERE_HEADERS", HEADERS)
    Resource(config(gateway)).up(report())


def test_a_connections_headers_open_it(gateway: Gateway, state_manager: LocalStateManager) -> None:
    """Headers of `connection` go to its address alone, as those of the configuration go to theirs."""
    with gateway_to(state_manager.uri) as other:
        connection = {"uri": other.uri, "api_key": "test-key", "headers": {NAME: VALUE}}
        graph = Resource(config(gateway, headers=json.dumps({"x-configured": "canary"})))
        graph.up(report(connection=connection))
        assert graph.refresh()
        graph.destroy()
        assert all(came[NAME.lower()] == VALUE and "x-configured" not in came for came in other.came)
    assert gateway.came == []


def test_no_header_goes_to_another_address(gateway: Gateway, state_manager: LocalStateManager) -> None:
    """A connection without headers gets none of the configuration's."""
    with gateway_to(state_manager.uri) as other:
        graph = Resource(config(gateway, headers=HEADERS))
        with pytest.raises(StateManagerError):
            graph.up(report(connection={"uri": other.uri, "api_key": "test-key"}))
        assert other.came
        assert not any(NAME.lower() in came for came in other.came)


@pytest.mark.parametrize("status", [200, 302, 403])
def test_a_login_page_is_recognised(gateway: Gateway, status: int) -> None:
    """Whatever its status, the message names the page and the setting that helps."""
    gateway.login = status
    with (
        StateManager(gateway.uri, "test-key", max_retries=0) as client,
        pytest.raises(UnreadableAnswer, match=r"(login|HTML) page.*config set --secret exosphere:headers") as told,
    ):
        client.list_graphs("analytics")
    assert "canary" not in str(told.value)


FAULTY: dict[str, tuple[Any, str]] = {
    "the key": ({"X-API-Key": "canary"}, "can't contain X-API-Key, which the client sets itself"),
    "the client": ({"user-agent": "canary"}, "can't contain user-agent, which the client sets itself"),
    "the framing": ({"Content-Length": "canary"}, "can't contain Content-Length, which the client sets itself"),
    "a line break": ({"x-a": "canary\r\nx-evil: 1"}, "has a value of x-a that no HTTP header can have"),
    "a number": ({"x-a": 5}, "has a value of x-a that no HTTP header can have"),
    "no name": ({"canary: x": "y"}, "contains a name that no HTTP header can have"),
    "twice": ({"x-a": "canary", "X-A": "canary"}, "contains X-A twice"),
}


@pytest.mark.parametrize(("headers", "message"), FAULTY.values(), ids=FAULTY)
def test_headers_that_cannot_be_sent_are_named(gateway: Gateway, headers: Any, message: str) -> None:
    """At preview, in the configuration and in a connection, and by the client; without their values."""
    for given, connection in (
        (config(gateway, headers=json.dumps(headers)), None),
        (config(gateway), {"uri": gateway.uri, "api_key": "test-key", "headers": headers}),
    ):
        with pytest.raises(Refused, match=message) as refused:
            Resource(given).preview(report(**({"connection": connection} if connection else {})))
        assert "canary" not in str(refused.value)
    with pytest.raises(ConfigurationError, match=message):
        StateManager(gateway.uri, "test-key", headers=headers)
    assert gateway.came == []


def test_credentials_twice() -> None:
    """An address with credentials and a header for them exclude each other."""
    with pytest.raises(ConfigurationError, match=r"contain Authorization.*remove one of them") as raised:
        StateManager("http://user:canary@127.0.0.1:9", "key", headers={"Authorization": "canary"})
    assert "canary" not in str(raised.value)


def test_requests_are_logged_on_demand(gateway: Gateway, capfd: pytest.CaptureFixture[str]) -> None:
    """Each request is logged in one line, with method, path, status, milliseconds and request id, without a value."""
    Resource(config(gateway, headers=HEADERS)).up(report())
    assert "request id" not in capfd.readouterr().out
    gateway.came.clear()
    Resource(config(gateway, headers=HEADERS, logRequests="true")).up(report(name="logged"))
    told = capfd.readouterr().out
    lines = [line for line in told.splitlines() if "request id" in line]
    shape = r"exosphere: (GET|PUT) /v0/\S+: \d+ in \d+ ms \(request id [0-9a-f-]{36}\)"
    assert all(re.fullmatch(shape, line) for line in lines)
    assert len(lines) == len(gateway.came)
    assert "canary" not in told


def test_export_and_doctor_get_through(gateway: Gateway, state_manager: LocalStateManager, tmp_path: Path) -> None:
    """The environment's headers are sent, for the environment's address alone."""
    Resource(config(gateway, headers=HEADERS)).up(report())
    env = {"EXOSPHERE_STATE_MANAGER_URI": gateway.uri, "EXOSPHERE_API_KEY": "test-key", "EXOSPHERE_HEADERS": HEADERS}
    doctor = command("doctor", "--cwd", str(tmp_path), env=env)
    assert "the key is accepted" in doctor.stdout
    exporting = ("export", "--namespace", "analytics", "--out")
    assert command(*exporting, str(tmp_path / "a"), env=env).returncode == 0
    gateway.came.clear()
    elsewhere = {**env, "EXOSPHERE_STATE_MANAGER_URI": state_manager.uri}
    refused = command(*exporting, str(tmp_path / "b"), "--uri", gateway.uri, env=elsewhere)
    assert "exosphere:headers" in refused.stderr
    assert gateway.came
    assert not any(NAME.lower() in came for came in gateway.came)
    assert VALUE not in doctor.stdout + refused.stderr
