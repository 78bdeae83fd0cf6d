from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import threading
import uuid
from importlib.util import find_spec

import httpx
import pytest

from pulumi_exosphere.errors import ConfigurationError, StateManagerError
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager, api
from pulumi_exosphere.state_manager.transport import HTTPX_ERRORS, ROWS, from_httpx
from tests.support import faults
from tests.support.fault_proxy import FaultProxy
from tests.support.transports import ADDRESS, KEY, graph, listing, page, scripted


def httpx_errors() -> list[type[Exception]]:
    """Return every exception of httpx."""
    return [kind for kind in vars(httpx).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", httpx_errors(), ids=lambda kind: kind.__name__)
def test_every_error_of_httpx_has_its_row(kind: type[Exception]) -> None:
    """None is missing from the table, and none escapes the one `except` that catches them."""
    assert kind in ROWS
    assert issubclass(kind, HTTPX_ERRORS)


@pytest.mark.parametrize("kind", httpx_errors(), ids=lambda kind: kind.__name__)
def test_no_error_of_httpx_brings_its_own_text(kind: type[Exception]) -> None:
    """It could contain a header or an address with credentials."""
    error = kind.__new__(kind)
    error.args = ("canary",)
    for call in (api.get_graph("ns", "g"), api.put_graph("ns", "g", {})):
        told = from_httpx(error, call, ADDRESS, "id").error(call, 1)
        assert ADDRESS in str(told)
        assert "canary" not in f"{told!r}"


SOCKS = find_spec("socksio") is not None
LISTED = httpx.Response(200, json=listing("ns"))


def test_sends_who_asks_and_with_which_key() -> None:
    """A request has the key, a versioned User-Agent, and the accepted content type."""
    client, transport = scripted(LISTED)
    client.list_graphs("ns")
    headers = transport.requests[0].headers
    assert headers["x-api-key"] == KEY
    assert re.fullmatch(r"pulumi-exosphere/\d\S* python-httpx/\S+", headers["user-agent"])
    assert headers["accept"] == "application/json"
    assert "content-type" not in headers


def test_every_request_has_an_id_of_its_own() -> None:
    """A retry has its own id too, so that each can be found in the state manager's log."""
    client, transport = scripted(page(503), page(503), LISTED)
    client.list_graphs("ns")
    client.list_graphs("ns")
    ids = {str(uuid.UUID(request.headers["x-exosphere-request-id"])) for request in transport.requests}
    assert len(ids) == 4


def test_sends_the_body_as_json() -> None:
    """Every string arrives unchanged, even half a character."""
    body = {"secrets": {"s": 'pä"ss\n\ud800'}, "nodes": []}
    client, transport = scripted(httpx.Response(201, json=graph()))
    client.put_graph("ns", "g", body)
    assert json.loads(transport.requests[0].content) == body
    assert transport.requests[0].headers["content-type"] == "application/json"


def test_credentials_of_the_address_are_basic_authentication() -> None:
    """They are sent, decoded, and are part of no URL."""
    client, transport = scripted(LISTED, address="http://us%40er:pass%3Aword@host.test/prefix/")
    client.list_graphs("ns")
    request = transport.requests[0]
    assert request.headers["authorization"] == httpx.BasicAuth("us@er", "pass:word")._auth_header
    assert str(request.url) == "http://host.test/prefix/v0/namespace/ns/graphs/"
    assert client.address == "http://host.test/prefix"
    assert "word" not in repr(client)


@pytest.mark.parametrize("key", ["", "canary\n", " canary", "can\x00ary", "canäry", "can\r\nx-evil: 1"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key: str) -> None:
    """An error of httpx would show it."""
    with pytest.raises(ConfigurationError, match="EXOSPHERE_API_KEY") as caught:
        StateManager("http://localhost", key)
    assert "can" not in str(caught.value).replace("can carry", "")


def test_uses_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is used with its credentials, except for what NO_PROXY names."""
    answered = faults.instead("", faults.Reply(200, json.dumps(listing("ns")).encode()))
    with FaultProxy("http://127.0.0.1:9") as proxy:
        proxy.inject("*", answered, times=None)
        monkeypatch.setenv("HTTP_PROXY", proxy.uri.replace("http://", "http://user:word@"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with StateManager("http://state-manager.test", KEY) as client:
            assert client.list_graphs("ns").graphs == {}
        assert [entry.path for entry in proxy.log] == ["http://state-manager.test/v0/namespace/ns/graphs/"]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with StateManager(proxy.uri, KEY) as client:
            client.list_graphs("ns")
        assert proxy.log[-1].path == "/v0/namespace/ns/graphs/"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "canary://user:canary@proxy"),
        ("HTTPS_PROXY", "http://user:canary@proxy:port"),
        pytest.param(
            "HTTPS_PROXY", "socks5://user:canary@proxy", marks=pytest.mark.skipif(SOCKS, reason="can be used")
        ),
        ("SSL_CERT_FILE", "/canary/does/not/exist.pem"),
    ],
)
def test_what_the_environment_gets_wrong_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """The error names the variables but not their values, which can contain a proxy's password."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=variable) as caught:
        StateManager("https://state-manager.test", KEY)
    assert "canary" not in f"{caught.value!r}"
    assert caught.value.__context__ is None


def test_plain_http_reads_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading them takes longer than many a request, and plain http doesn't need them."""
    monkeypatch.setenv("SSL_CERT_FILE", "/does/not/exist.pem")
    StateManager("http://state-manager.test", KEY).close()


def test_keeps_connections_for_the_next_request() -> None:
    """Successive calls share a connection."""
    with FaultProxy("http://127.0.0.1:9") as proxy:
        proxy.inject("*", faults.instead("", faults.Reply(200, b"{}")), times=None)
        with StateManager(proxy.uri, KEY) as client:
            for _ in range(5):
                client.health()
        assert proxy.connections == 1


def test_threads_share_a_client(state_manager: LocalStateManager) -> None:
    """Each call gets the response to its own request: a listing of another namespace would be rejected."""
    failed: list[StateManagerError] = []
    with StateManager(state_manager.uri, state_manager.api_key) as client:

        def ask(namespace: str) -> None:
            try:
                for _ in range(10):
                    client.list_graphs(namespace)
            except StateManagerError as error:
                failed.append(error)

        threads = [threading.Thread(target=ask, args=(namespace,)) for namespace in "abcdefgh"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert len(state_manager.requests) == 80


def test_logs_method_path_status_and_id(caplog: pytest.LogCaptureFixture) -> None:
    """Each request is one line, at DEBUG, under the package's name; never a body or a header."""
    caplog.set_level(logging.DEBUG)
    client, transport = scripted(httpx.ReadTimeout(""), LISTED)
    client.list_graphs("ns")
    ids = [request.headers["x-exosphere-request-id"] for request in transport.requests]
    lines = [re.sub(r"\d+ ms", "N ms", record.getMessage()) for record in caplog.records]
    assert lines == [
        f"GET /v0/namespace/ns/graphs/: ReadTimeout in N ms (request id {ids[0]})",
        f"GET /v0/namespace/ns/graphs/: 200 in N ms (request id {ids[1]})",
    ]
    assert {record.name for record in caplog.records} == {"pulumi_exosphere"}


def test_httpx_logs_nothing_of_ours_and_all_of_others(caplog: pytest.LogCaptureFixture) -> None:
    """The log of httpx would show a response's headers; other use of httpx in this process isn't changed."""
    caplog.set_level(logging.DEBUG)
    with FaultProxy("http://127.0.0.1:9") as proxy:
        proxy.inject("*", faults.instead("", faults.Reply(200, b"{}")), times=None)
        with StateManager(proxy.uri, KEY) as client:
            client.health()
            assert {record.name for record in caplog.records} == {"pulumi_exosphere"}
            httpx.get(proxy.uri)
    names = {record.name for record in caplog.records}
    assert {"httpx", "httpcore.connection", "httpcore.http11"} <= names


@pytest.mark.parametrize(
    "statement",
    [
        "import pulumi_exosphere",
        "import pulumi_exosphere.state_manager",
        "from pulumi_exosphere.state_manager import insecure; insecure('http://localhost')",
    ],
)
def test_httpx_is_loaded_with_the_client_only(statement: str) -> None:
    """A program, and a hook that sends nothing, don't pay for it."""
    assert loaded(statement, "httpx", "httpcore") == []


def test_a_request_that_succeeds_loads_no_retries() -> None:
    """Most runs retry nothing."""
    succeeds = "from tests.state_manager.test_retry import FINE, scripted; scripted(FINE)[0].list_graphs('ns')"
    assert loaded(succeeds, "httpx", "tenacity") == ["httpx"]


def loaded(statement: str, *modules: str) -> list[str]:
    """Return which of the modules a new process has loaded after the statement."""
    program = f"{statement}; import sys; print(*sorted({set(modules)} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return run.stdout.split()
