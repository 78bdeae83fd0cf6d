"""Bodies and their errors: 422 for the shape, 400 for the rules, 500 where the real state manager breaks."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.local.talk import GRAPH, body, listed, node, referring


def test_all_faults_of_the_shape_at_once(http: httpx.Client) -> None:
    """A 422 contains the location of every error, in FastAPI's way, and the value there."""
    broken = body(node(""), node("b", next_nodes=["", 7]), retry_policy={"max_retries": -1})
    answer = http.put(GRAPH, json=broken)
    assert answer.status_code == 422
    faults = answer.json()["detail"]
    assert [fault["loc"] for fault in faults] == [
        ["body", "nodes", 0, "identifier"],
        ["body", "nodes", 1, "next_nodes", 1],
        ["body", "retry_policy", "max_retries"],
    ]
    assert all({"type", "loc", "msg", "input"} <= fault.keys() for fault in faults)
    assert [fault["input"] for fault in faults] == ["", 7, -1]


def test_a_422_echoes_the_body(http: httpx.Client) -> None:
    """If something is missing, the response contains the whole body, plain secrets included."""
    broken = {"secrets": {"password": "hunter2"}}
    (fault,) = http.put(GRAPH, json=broken).json()["detail"]
    assert fault == {"type": "missing", "loc": ["body", "nodes"], "msg": "Field required", "input": broken}


@pytest.mark.parametrize(
    ("content", "headers", "status", "location"),
    [
        (b"", {}, 422, ["body"]),
        (b"null", {}, 422, ["body"]),
        (b"[]", {}, 422, ["body"]),
        (b'{"secrets": ', {}, 422, ["body", 12]),
        (b"\xff", {}, 400, None),
        (b"[" * 100_000, {}, 400, None),
        (b"{}", {"content-type": "text/plain"}, 422, ["body"]),
    ],
    ids=["nothing", "null", "list", "cut off", "not UTF-8", "too deep", "not JSON by its type"],
)
def test_not_an_object(
    http: httpx.Client, content: bytes, headers: dict[str, str], status: int, location: list[Any] | None
) -> None:
    """A body that isn't a JSON object is rejected as a whole."""
    answer = http.put(GRAPH, content=content, headers=headers)
    assert answer.status_code == status
    assert location is None or answer.json()["detail"][0]["loc"] == location


def test_broken_json_is_found_before_the_key(http: httpx.Client) -> None:
    """JSON is parsed before the key is checked, and the shape is checked after it."""
    wrong = {"x-api-key": "wrong"}
    assert http.put(GRAPH, content=b"{", headers=wrong).status_code == 422
    assert http.put(GRAPH, content=b"{}", headers=wrong).status_code == 401


def test_a_400_quotes_inputs(http: httpx.Client) -> None:
    """The broken rules are reported with every node's inputs."""
    broken = body(node(inputs={"source": "s3://secret-place"}), node("other"))
    answer = http.put(GRAPH, json=broken)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("Error validating graph template: ")
    assert "s3://secret-place" in answer.json()["detail"]


def test_what_is_refused_changes_nothing(http: httpx.Client) -> None:
    """A rejected update leaves the graph and its validation result alone."""
    http.put(GRAPH, json=referring())
    before = http.get(GRAPH).json()
    assert http.put(GRAPH, json=body(node(), node())).status_code == 400
    assert http.put(GRAPH, json={"secrets": {}}).status_code == 422
    assert http.get(GRAPH).json()["nodes"] == before["nodes"]


def test_unknown_fields(http: httpx.Client) -> None:
    """Unknown fields are ignored."""
    assert http.put(GRAPH, json=body(node(colour="red"), owner="me")).status_code == 201
    assert "owner" not in listed(http)


@pytest.mark.parametrize("length", [960, 1000])
def test_depth_of_a_chain(http: httpx.Client, length: int) -> None:
    """A chain of 960 nodes is accepted, one of 1,000 is rejected."""
    chain = [node(f"n{i}", next_nodes=[f"n{i + 1}"] if i + 1 < length else []) for i in range(length)]
    assert http.put(GRAPH, json=body(*chain)).status_code == (201 if length < 1000 else 400)


@pytest.mark.parametrize(
    "broken",
    [
        body(retry_policy={"max_retries": 2**63}),
        body(retry_policy={"backoff_factor": 2**200}),
        body(secrets={"password": float("nan")}),
        body(retry_policy={"max_delay": float("nan")}),
        body(node(inputs={"source": "x" * 17_000_000})),
        body(secrets={"password": "x" * 13_000_000}),
        body(node(inputs={"source": "x", "sour\0ce": "x"})),
        body(secrets={"pass\0word": "x"}),
        body(store_config={"default_values": {"cur\0sor": "x"}}),
        body(secrets={"password": "\ud800"}),
    ],
    ids=[
        "2^63",
        "2^200",
        "NaN secret",
        "NaN",
        "16 MB",
        "16 MB once encrypted",
        "NUL in input",
        "NUL in secret",
        "NUL in key",
        "surrogate",
    ],
)
def test_where_the_real_one_breaks(http: httpx.Client, broken: dict[str, Any]) -> None:
    """Anything that its database, or JSON, can't represent causes a 500, and nothing is stored."""
    answer = http.put(GRAPH, content=json.dumps(broken))
    assert answer.status_code == 500
    assert http.get(GRAPH).status_code == 404


def test_nine_megabytes(http: httpx.Client) -> None:
    """Large bodies are accepted."""
    assert http.put(GRAPH, json=body(node(inputs={"source": "x" * 9_000_000}))).status_code == 201


def test_values_that_hold_anything(http: httpx.Client) -> None:
    """Values, but not keys, may contain any character."""
    inputs = {"source": "NUL \0, quotes ' \" and ☕\u2028", "empty": ""}
    assert http.put(GRAPH, json=body(node(inputs=inputs))).status_code == 201
    assert listed(http)["nodes"][0]["inputs"] == inputs


def test_a_500_of_the_server(http: httpx.Client) -> None:
    """A 500 is JSON too, and quotes nothing."""
    answer = http.put(GRAPH, json=body(secrets={"pass\0word": "hunter2"}))
    assert answer.json().keys() == {"success", "detail"}
    assert "hunter2" not in answer.text
