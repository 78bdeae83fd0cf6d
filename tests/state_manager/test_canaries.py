"""Canaries in everything that must not be shown, searched for in everything that is shown."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from pulumi_exosphere.errors import StateManagerError
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support import faults
from tests.support.fault_proxy import FaultProxy
from tests.support.transports import problem, scripted

KEY = "canary-key-quokka"
PASSWORD = "canary/pass:word"
BODY: dict[str, Any] = {
    "secrets": {"token": 'canary-secret "quoted" \\ pä%ss'},
    "nodes": [
        {
            "node_name": "Extract",
            "namespace": "analytics",
            "identifier": "a",
            "inputs": {"source": "canary-input ${{ nowhere.outputs.x }} canary-tail"},
            "next_nodes": ["b"],
        },
        {"node_name": "Extract", "namespace": "analytics", "identifier": "b", "inputs": {"source": "${{ canary-open"}},
    ],
    "store_config": {"required_keys": [], "default_values": {"cursor": "canary-default"}},
}
UNREADABLE = {**BODY, "nodes": [{**BODY["nodes"][0], "node_name": ""}, {"inputs": {"x": "canary-lost"}}]}


def shown(error: BaseException | None) -> str:
    """Return every text of an error, and of its causes, that a handler, a logger or Pulumi could print."""
    parts: list[str] = []
    while error is not None:
        parts += [str(error), repr(error), repr(error.args), repr(vars(error)), *traceback.format_exception_only(error)]
        parts += traceback.format_tb(error.__traceback__)
        error = error.__cause__ or error.__context__
    return "\n".join(parts)


def assert_no_canary(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    """Fail if a canary is in the error or in any log at DEBUG."""
    told = f"{shown(error)}\n{caplog.text}\n{[vars(record) for record in caplog.records]}"
    # The source lines of a traceback name constants, and never contain a canary's value.
    for canary in ("canary", "quokka", "pass:word", "pä%ss", "p\\u00e4", "pass%3Aword", "cGFzczp3b3Jk"):
        assert canary not in told


@pytest.fixture(scope="module")
def server() -> Iterator[LocalStateManager]:
    """Yield a state manager with the key."""
    with LocalStateManager(api_key=KEY) as running:
        yield running


@pytest.fixture(autouse=True)
def log_everything(caplog: pytest.LogCaptureFixture) -> None:
    """Capture all loggers of the process, including httpx's and httpcore's."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "pulumi_exosphere"):
        caplog.set_level(logging.DEBUG, logger=name)


@pytest.mark.parametrize(("body", "status"), [(BODY, 400), (UNREADABLE, 422)])
def test_a_refusal_shows_none(
    server: LocalStateManager, caplog: pytest.LogCaptureFixture, body: dict[str, Any], status: int
) -> None:
    """The state manager repeats inputs in a 400, and the whole body in a 422; neither is shown."""
    with StateManager(server.uri, KEY) as client, pytest.raises(StateManagerError) as caught:
        client.put_graph("ns", "g", body)
    assert caught.value.status == status
    assert_no_canary(caught.value, caplog)


def test_a_wrong_key_shows_none(server: LocalStateManager, caplog: pytest.LogCaptureFixture) -> None:
    """A rejected key isn't shown either."""
    with StateManager(server.uri, f"{KEY}-old") as client, pytest.raises(StateManagerError) as caught:
        client.put_graph("ns", "g", BODY)
    assert_no_canary(caught.value, caplog)


@pytest.mark.parametrize(
    "fault", [fault for fault in faults.every_fault(0.2).values() if fault.name != "re-ordered"],
    ids=lambda fault: fault.name,
)  # fmt: skip
def test_a_fault_shows_none(server: LocalStateManager, caplog: pytest.LogCaptureFixture, fault: faults.Fault) -> None:
    """No failure in transit shows one."""
    good = {**BODY, "nodes": [{**node, "inputs": {"source": "canary-input"}} for node in BODY["nodes"]]}
    address = f"http://user:{PASSWORD.replace('/', '%2F').replace(':', '%3A')}@"
    with FaultProxy(server.uri) as proxy:
        proxy.inject("*", fault, times=None)
        client = StateManager(proxy.uri.replace("http://", address), KEY, timeout=0.2, max_retries=1, first_wait=0.01)
        with client, pytest.raises(StateManagerError) as caught:
            client.put_graph("ns", "g", good)
    assert_no_canary(caught.value, caplog)


def echo(request: httpx.Request) -> httpx.Response:
    """Return everything that was received, as a server may repeat it: in headers, in a page, in words."""
    words = f"{request.content.decode()} {json.loads(request.content)!r} {dict(request.headers)} {request.url}"
    words += " ".join(text for text in (*BODY["secrets"].values(), "canary-tail", " canary-open", PASSWORD, KEY))
    status = int(request.url.path.rsplit("/", 1)[1])
    headers = {"location": f"https://user:{KEY}@elsewhere.test/{KEY}", "x-echo": KEY, "retry-after": KEY}
    if status % 2:
        return httpx.Response(status - 1, html=words.encode("ascii", "replace").decode(), headers=headers)
    return httpx.Response(status, json={"detail": f"the graph can't be taken: {words}"}, headers=headers)


@pytest.mark.parametrize("status", [400, 401, 402, 404, 408, 410, 422, 428, 500, 502, 504])
@pytest.mark.parametrize("form", ["words", "page"])
def test_an_echo_shows_none(caplog: pytest.LogCaptureFixture, status: int, form: str) -> None:
    """None is shown even if the server repeats everything it received, in every spelling."""
    client, _ = scripted(echo, key=KEY, address="http://user:canary%2Fpass%3Aword@host.test")
    with pytest.raises(StateManagerError) as caught:
        client.put_graph("ns", str(status + (form == "page")), BODY)
    assert_no_canary(caught.value, caplog)


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500, 503])
@pytest.mark.parametrize(
    "read",
    [lambda client: client.get_graph("ns", "g"), lambda client: client.list_graphs("ns")],
    ids=["graph", "listing"],
)
def test_a_refused_read_shows_none(
    caplog: pytest.LogCaptureFixture, status: int, read: Callable[[StateManager], object]
) -> None:
    """A server that can't read a stored document may quote it, and nobody here knows the values in it."""
    client, _ = scripted(problem(status, f"Invalid document: {json.dumps(BODY)}"), key=KEY)
    with pytest.raises(StateManagerError) as caught:
        read(client)
    assert_no_canary(caught.value, caplog)


@pytest.mark.parametrize(
    "kind", [kind for kind in vars(httpx).values() if isinstance(kind, type) and issubclass(kind, httpx.HTTPError)]
)
def test_an_error_of_httpx_shows_none(caplog: pytest.LogCaptureFixture, kind: type[Exception]) -> None:
    """An error's text, its request with key and body, and its causes don't reach the caller."""
    error = kind.__new__(kind)
    error.args = (f"{KEY} {PASSWORD}",)
    error.__cause__ = OSError(KEY)
    client, _ = scripted(error, key=KEY)
    with pytest.raises(StateManagerError) as caught:
        client.put_graph("ns", "g", BODY)
    assert_no_canary(caught.value, caplog)


def test_a_client_shows_none() -> None:
    """A client is neither printed nor pickled, which is how values get into state."""
    client, _ = scripted(httpx.Response(200), key=KEY, address="http://user:canary@host.test")
    assert "canary" not in repr(client)
    with pytest.raises(TypeError):
        pickle.dumps(client)
