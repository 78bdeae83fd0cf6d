"""The errors that a caller reads when a call fails."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from pulumi_exosphere.errors import StateManagerError, Unauthorized, Unreachable, UnreadableAnswer
from pulumi_exosphere.state_manager import StateManager
from tests.support.transports import ADDRESS, graph, listing, page, problem, scripted

Act = Callable[[StateManager], Any]

BODY = {
    "secrets": {"password": "canary-secret"},
    "nodes": [
        {"node_name": "Extract", "namespace": "ns", "identifier": "extract", "inputs": {"source": "canary-input"}},
        {"node_name": "Load", "namespace": "ns", "identifier": "load", "inputs": {}},
    ],
}


def put(client: StateManager) -> object:
    """Write a graph."""
    return client.put_graph("ns", "daily", BODY)


def get(client: StateManager) -> object:
    """Read it."""
    return client.get_graph("ns", "daily")


def list_(client: StateManager) -> object:
    """List its namespace."""
    return client.list_graphs("ns")


WRITE = "could not write graph 'daily' in namespace 'ns': "
READ = "could not read graph 'daily' in namespace 'ns': "
LIST = "could not list the graphs of namespace 'ns': "
IS_IT_UP = (
    ". Check that the state manager runs and that exosphere:stateManagerUri (or EXOSPHERE_STATE_MANAGER_URI) names it"
)
IS_IT_IT = (
    ". Check that exosphere:stateManagerUri (or EXOSPHERE_STATE_MANAGER_URI) names the state manager, and which proxy "
    "is in between"
)
LOGIN = (
    ". Check that exosphere:stateManagerUri (or EXOSPHERE_STATE_MANAGER_URI) names the state manager. If a proxy in "
    "front of it asks for a login, give the headers that it accepts instead with `pulumi config set --secret "
    "exosphere:headers`"
)
CORRECT = ". Correct the graph in the program and run `pulumi up` again"
LATER = ". Run it again when the state manager is available"
NOT_RUN = "; a refresh or destroy then needs --run-program"
KEY = f"Set it in EXOSPHERE_API_KEY, or with `pulumi config set --secret exosphere:apiKey`{NOT_RUN}"
SLOW = f". Run it again, or allow more with `pulumi config set exosphere:requestTimeout SECONDS`{NOT_RUN}"


def caused(error: Exception, cause: Exception) -> Exception:
    """Return an error of httpx with its cause."""
    error.__cause__ = cause
    return error


TABLE: list[tuple[str, Act, Any, type[StateManagerError], str]] = [
    (
        "400",
        put,
        problem(400, "Node load isn't connected"),
        StateManagerError,
        f"{WRITE}{ADDRESS} answered 400: Node load isn't connected{CORRECT}",
    ),
    (
        "400, with a value",
        put,
        problem(400, "Input canary-input depends on b but b is not a parent of extract"),
        StateManagerError,
        f"{WRITE}{ADDRESS} answered 400: Input [hidden] depends on b but b is not a parent of extract{CORRECT}",
    ),
    (
        "400, of values only",
        put,
        problem(400, "canary-secret, canary-input"),
        StateManagerError,
        f"{WRITE}{ADDRESS} answered 400 (its text is left out, because it may contain values of a graph){CORRECT}",
    ),
    (
        "422",
        put,
        problem(
            422,
            [
                {"type": "string_type", "loc": ["body", "nodes", 0, "inputs", "source"], "msg": "m", "input": "canary"},
                {"type": "missing", "loc": ["body", "nodes", 1, "node_name"], "msg": "canary", "input": BODY},
                {"type": "canary was here", "loc": ["body", "secrets"], "msg": "canary", "input": BODY},
                {"type": "missing", "loc": ["body"], "input": None},
                "canary",
            ],
        ),
        StateManagerError,
        (
            f"{WRITE}{ADDRESS} answered 422: nodes.extract.inputs.source (string_type), nodes.load.node_name "
            f"(missing), "
            f"secrets, the body (missing), the body{CORRECT}"
        ),
    ),
    (
        "422, of many",
        put,
        problem(422, [{"type": "missing", "loc": ["body", "nodes", index, "identifier"]} for index in range(2, 14)]),
        StateManagerError,
        f"{WRITE}{ADDRESS} answered 422: "
        + ", ".join(f"nodes.{index}.identifier (missing)" for index in range(2, 12))
        + f" and 2 more{CORRECT}",
    ),
    ("422, of nothing", put, problem(422, []), StateManagerError, f"{WRITE}{ADDRESS} answered 422{CORRECT}"),
    (
        "413",
        put,
        page(413),
        StateManagerError,
        (
            f"{WRITE}{ADDRESS} answered 413: the graph is too big for the server or a proxy in front of it. Make the "
            "graph smaller, or allow bigger requests there"
        ),
    ),
    (
        "401",
        list_,
        problem(401, "Invalid API key"),
        Unauthorized,
        f"{LIST}{ADDRESS} answered 401: the API key is missing or wrong. {KEY}",
    ),
    (
        "401, of a proxy",
        list_,
        page(401),
        Unauthorized,
        (
            f"{LIST}{ADDRESS} answered 401: the API key is missing or wrong, but not in the state manager's form; a "
            f"proxy in front of it may require exosphere:headers. {KEY}"
        ),
    ),
    (
        "403",
        list_,
        page(403),
        UnreadableAnswer,
        f"{LIST}{ADDRESS} answered 403, which isn't the state manager's (an HTML page){LOGIN}",
    ),
    (
        "404, of a proxy",
        get,
        page(404),
        UnreadableAnswer,
        f"{READ}{ADDRESS} answered 404, which isn't the state manager's (an HTML page){LOGIN}",
    ),
    (
        "404, of another server",
        get,
        problem(404, "Not Found"),
        UnreadableAnswer,
        f"{READ}{ADDRESS} answered 404, which isn't the state manager's (not about a graph){IS_IT_IT}",
    ),
    (
        "http spoken to https",
        list_,
        httpx.Response(400, text="Client sent an HTTP request to an HTTPS server."),
        UnreadableAnswer,
        f"{LIST}{ADDRESS} answered 400: it expects https. Write https:// instead of http:// in its address",
    ),
    (
        "404, empty",
        get,
        httpx.Response(404),
        UnreadableAnswer,
        f"{READ}{ADDRESS} answered 404, which isn't the state manager's (empty){IS_IT_IT}",
    ),
    (
        "404 of a listing",
        list_,
        problem(404, "Graph template daily not found in namespace ns"),
        UnreadableAnswer,
        f"{LIST}{ADDRESS} answered 404, which isn't the state manager's (not about a graph){IS_IT_IT}",
    ),
    (
        "429",
        put,
        problem(429, "slow down", retry_after="3600"),
        StateManagerError,
        f"{WRITE}{ADDRESS} answered 429: too many requests, and asked to wait for 3600 s. Run it again later",
    ),
    (
        "500",
        get,
        problem(500, "Invalid document: canary"),
        StateManagerError,
        (
            f"{READ}{ADDRESS} answered 500 (its text is left out, because it may contain values of a graph) (2 tries). "
            "Look for the request id in the state manager's log"
        ),
    ),
    (
        "500 of a PUT",
        put,
        httpx.Response(500, text="Internal Server Error"),
        StateManagerError,
        f"{WRITE}{ADDRESS} answered 500. Look for the request id in the state manager's log",
    ),
    (
        "500 of a listing",
        list_,
        httpx.Response(500, text="Internal Server Error"),
        StateManagerError,
        (
            f"{LIST}{ADDRESS} answered 500 (2 tries). One stored graph that it can't read is enough to cause this. "
            "Look for the request id in the state manager's log"
        ),
    ),
    (
        "503",
        list_,
        page(503),
        StateManagerError,
        f"{LIST}{ADDRESS} answered 503: the server, or a proxy in front of it, is unavailable (5 tries){LATER}",
    ),
    (
        "redirect to another host",
        put,
        httpx.Response(302, headers={"location": "https://user:canary@login.example.com/x?token=canary"}),
        UnreadableAnswer,
        (
            f"{WRITE}{ADDRESS} answered 302, a redirect to https://login.example.com, perhaps to a login page: it "
            f"isn't followed, because it would get the key{LOGIN}"
        ),
    ),
    (
        "redirect to a path",
        list_,
        httpx.Response(307, headers={"location": "/v0/canary"}),
        UnreadableAnswer,
        (
            f"{LIST}{ADDRESS} answered 307, a redirect, perhaps to a login page: it isn't followed, because it would "
            f"get the key{LOGIN}"
        ),
    ),
    (
        "HTML page",
        list_,
        page(200),
        UnreadableAnswer,
        f"{LIST}{ADDRESS} answered 200 with an HTML page, perhaps a proxy's login page (2 tries){LOGIN}",
    ),
    (
        "broken JSON",
        put,
        httpx.Response(201, content=b'{"nodes": ["canary', headers={"content-type": "application/json"}),
        UnreadableAnswer,
        f"{WRITE}{ADDRESS} answered 201, but the response is broken JSON{IS_IT_IT}",
    ),
    (
        "listing of another namespace",
        list_,
        httpx.Response(200, json=listing("other")),
        UnreadableAnswer,
        f"{LIST}{ADDRESS} answered 200, but it isn't the listing of that namespace (2 tries){IS_IT_IT}",
    ),
    (
        "refused connection",
        put,
        caused(httpx.ConnectError("canary"), ConnectionRefusedError(111, "canary")),
        Unreachable,
        f"{WRITE}{ADDRESS} refused the connection (5 tries){IS_IT_UP}",
    ),
    (
        "unknown host",
        list_,
        caused(httpx.ConnectError("canary"), socket.gaierror(-2, "canary")),
        Unreachable,
        f"{LIST}the host of {ADDRESS} is unknown (5 tries){IS_IT_UP}",
    ),
    (
        "untrusted certificate",
        list_,
        caused(httpx.ConnectError("canary"), ssl.SSLCertVerificationError(1, "canary")),
        Unreachable,
        (
            f"{LIST}the certificate of {ADDRESS} is signed by an authority that isn't trusted here. Set "
            "SSL_CERT_FILE to a file with the certificate of its authority"
        ),
    ),
    (
        "no TLS",
        list_,
        caused(httpx.ConnectError("canary"), ssl.SSLError(1, "canary")),
        Unreachable,
        (
            f"{LIST}could not make an encrypted connection to {ADDRESS}. Check whether its address begins with "
            "http:// or https://"
        ),
    ),
    (
        "no connection in time",
        list_,
        httpx.ConnectTimeout("canary"),
        Unreachable,
        f"{LIST}timed out connecting to {ADDRESS} (5 tries){IS_IT_UP}",
    ),
    (
        "no answer in time",
        put,
        httpx.ReadTimeout("canary"),
        Unreachable,
        f"{WRITE}{ADDRESS} did not respond in time{SLOW}",
    ),
    (
        "broken connection",
        get,
        httpx.RemoteProtocolError("canary"),
        Unreachable,
        f"{READ}the connection to {ADDRESS} broke before the response was complete (5 tries){IS_IT_UP}",
    ),
    (
        "proxy",
        get,
        httpx.ProxyError("canary"),
        Unreachable,
        f"{READ}the proxy did not connect to {ADDRESS} (5 tries). Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY",
    ),
]


@pytest.mark.parametrize(
    ("act", "outcome", "kind", "message"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_says_what_happened_and_what_to_do(act: Act, outcome: Any, kind: type[StateManagerError], message: str) -> None:
    """The error has the action, the graph, the response, the request id and what to type next; and no value."""
    client, transport = scripted(outcome)
    with pytest.raises(StateManagerError) as caught:
        act(client)
    error = caught.value
    assert type(error) is kind
    assert str(error) == f"{message} (request id {error.request_id})"
    assert error.request_id == transport.requests[-1].headers["x-exosphere-request-id"]
    assert error.status == getattr(outcome, "status_code", None)
    assert error.__context__ is None
    assert error.__cause__ is None


@pytest.mark.parametrize(
    ("outcome", "may_have_been_written"),
    [
        (httpx.ConnectError(""), False),
        (httpx.ConnectTimeout(""), False),
        (httpx.PoolTimeout(""), False),
        (httpx.ProxyError(""), False),
        (httpx.ReadTimeout(""), True),
        (httpx.WriteTimeout(""), True),
        (httpx.ReadError(""), True),
        (httpx.WriteError(""), True),
        (httpx.RemoteProtocolError(""), True),
        (problem(400, "no"), False),
        (problem(401, "no"), False),
        (page(404), False),
        (problem(422, []), False),
        (problem(429, "later"), False),
        (httpx.Response(307), False),
        (httpx.Response(303), True),
        (problem(500, "no"), True),
        (page(502), True),
        (page(503), True),
        (page(504), True),
        (page(200), True),
        (httpx.Response(201, json={}), True),
        (httpx.Response(201, json=graph(validation_status=None)), True),
    ],
    ids=lambda value: str(getattr(value, "status_code", "")) or type(value).__name__,
)
def test_says_whether_a_put_may_have_been_carried_out(outcome: Any, may_have_been_written: bool) -> None:
    """A request that failed before it was sent, or was rejected, wasn't carried out; after any other, look first."""
    client, _ = scripted(outcome)
    with pytest.raises(StateManagerError) as caught:
        put(client)
    assert caught.value.may_have_been_written is may_have_been_written


@pytest.mark.parametrize("outcome", [httpx.ReadTimeout(""), problem(500, "no"), page(200)])
def test_a_read_writes_nothing(outcome: Any) -> None:
    """However a GET fails, nothing can have been written."""
    client, _ = scripted(outcome)
    with pytest.raises(StateManagerError) as caught:
        get(client)
    assert caught.value.may_have_been_written is False


def test_the_id_in_the_servers_log_is_told() -> None:
    """If a server responds with an id of its own, its log has that id."""
    theirs = "11111111-2222-3333-4444-555555555555"
    client, _ = scripted(problem(400, "no", x_exosphere_request_id=theirs))
    with pytest.raises(StateManagerError) as caught:
        get(client)
    assert caught.value.request_id == theirs


def test_an_id_that_is_none_is_not_repeated() -> None:
    """A header can contain anything; only an id is taken from it."""
    client, transport = scripted(problem(400, "no", x_exosphere_request_id="canary"))
    with pytest.raises(StateManagerError) as caught:
        get(client)
    assert caught.value.request_id == transport.requests[0].headers["x-exosphere-request-id"]


def test_an_address_that_ends_with_the_version_is_named() -> None:
    """The client adds /v0 itself, so the server has no such path."""
    client, _ = scripted(problem(404, "Not Found"), address=f"{ADDRESS}/v0")
    with pytest.raises(
        UnreadableAnswer, match=r"answered 404: it has no such path\. Remove /v0 from exosphere:stateMana"
    ):
        client.list_graphs("ns")
