"""Rules for every request: the key, the headers, the paths, the methods."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from tests.local.talk import GRAPH, GRAPHS, KEY, NODES, body

REQUEST_ID = "x-exosphere-request-id"
CALLS = [
    ("PUT", GRAPH),
    ("GET", GRAPH),
    ("GET", GRAPHS),
    ("GET", NODES),
    ("PUT", NODES),
    ("GET", "/v0/namespaces"),
    ("POST", f"{GRAPH}/trigger"),
    ("GET", "/local/cron-rows"),
    ("GET", "/local/requests"),
    ("GET", "/local/faults"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("key", ["", "wrong", KEY.upper()])
def test_wrong_key(http: httpx.Client, method: str, path: str, key: str) -> None:
    """Every call except `/health` requires the key."""
    answer = http.request(method, path, headers={"x-api-key": key})
    assert (answer.status_code, answer.json()) == (401, {"detail": "Invalid API key"})


def test_no_key(http: httpx.Client) -> None:
    """A missing key is treated like a wrong one."""
    request = http.build_request("GET", GRAPHS)
    del request.headers["x-api-key"]
    assert http.send(request).status_code == 401


def test_health(http: httpx.Client) -> None:
    """Health needs no key."""
    answer = http.get("/health", headers={"x-api-key": ""})
    assert (answer.status_code, answer.json()) == (200, {"message": "OK"})


@pytest.mark.parametrize("path", [GRAPH, GRAPHS, GRAPHS[:-1], "/health", "/nowhere"])
def test_request_id(http: httpx.Client, path: str) -> None:
    """Every response has a request id of its own."""
    ids = {http.get(path).headers[REQUEST_ID] for _ in range(2)}
    assert {str(UUID(one)) for one in ids} == ids
    assert len(ids) == 2


def test_request_id_given(http: httpx.Client) -> None:
    """A UUID that the client sends is returned, also with an error."""
    mine = "6f1c7d54-6f0e-4a51-9f0b-0d5d0f2f7a11"
    answer = http.get(GRAPHS, headers={REQUEST_ID: mine, "x-api-key": ""})
    assert (answer.status_code, answer.headers[REQUEST_ID]) == (401, mine)


def test_request_id_that_is_none(http: httpx.Client) -> None:
    """Any other id isn't."""
    assert UUID(http.get(GRAPHS, headers={REQUEST_ID: "mine"}).headers[REQUEST_ID])


@pytest.mark.parametrize("path", [GRAPHS, NODES])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_without_the_last_slash(http: httpx.Client, method: str, path: str) -> None:
    """`graphs` and `nodes` redirect to themselves with a slash, whatever the method."""
    answer = http.request(method, path.rstrip("/"), headers={"x-api-key": ""})
    assert answer.status_code == 307
    assert answer.headers["location"] == str(http.base_url.join(path))


@pytest.mark.parametrize("method", ["DELETE", "POST", "PATCH", "HEAD"])
def test_no_such_method(http: httpx.Client, method: str) -> None:
    """Neither a graph nor anything else can be deleted: there are only PUT and GET."""
    answer = http.request(method, GRAPH)
    assert answer.status_code == 405
    assert method == "HEAD" or answer.json() == {"detail": "Method Not Allowed"}


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("name", ["a/b", "a%2Fb", "%2F", ""], ids=["slash", "escaped", "only", "empty"])
def test_names_that_no_path_has(http: httpx.Client, method: str, name: str) -> None:
    """A name that contains a slash, even an escaped one, or is empty, matches no path."""
    answer = http.request(method, f"/v0/namespace/analytics/graph/{name}", json=body())
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    "name", ["daily report", "a.b", "größe", "a?b", "a#b", "100%", "a+b", "☕", "a\\b", "graph", "trigger"]
)
def test_names_that_paths_have(http: httpx.Client, name: str) -> None:
    """Any other name is stored as it is, and found by it."""
    from urllib.parse import quote

    path = f"/v0/namespace/analytics/graph/{quote(name, safe='')}"
    assert http.put(path, json=body()).status_code == 201
    assert http.get(path).status_code == 200
    assert [template["name"] for template in http.get(GRAPHS).json()["templates"]] == [name]


def test_unknown_graph(http: httpx.Client) -> None:
    """The 404 of a graph that doesn't exist names it, unlike that of a path that doesn't exist."""
    answer = http.get(GRAPH)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Graph template report not found in namespace analytics"}
