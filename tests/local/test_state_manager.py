"""`LocalStateManager` itself: access to requests and to what is stored."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from pulumi_exosphere.errors import StateManagerError
from pulumi_exosphere.local import LocalStateManager, Request
from tests.local.talk import GRAPH, GRAPHS, KEY, body, node, referring
from tests.support.hooks_driver import Resource


def test_requests(http: httpx.Client, server: LocalStateManager) -> None:
    """Requests are recorded with the status of their responses; those under `/local/` aren't."""
    http.put(GRAPH.replace("report", "daily%20report"), json=body())
    http.get("/nowhere")
    http.get("/local/cron-rows")
    assert server.requests == [
        Request("PUT", "/v0/namespace/analytics/graph/daily report", 201),
        Request("GET", "/nowhere", 404),
    ]
    assert http.get("/local/requests").json()["count"] == 2
    server.clear_requests()
    assert server.requests == []


def test_graphs(http: httpx.Client, server: LocalStateManager) -> None:
    """Stored graphs can be read; of their secrets only the names."""
    http.put(GRAPH, json=referring())
    server.settle()
    (document,) = server.graphs("analytics")
    assert document["secrets"] == ["warehouse_password"]
    assert server.graph("analytics", "report") == document
    with pytest.raises(LookupError, match="only report"):
        server.graph("analytics", "other")
    assert server.graphs("nobody") == []


def test_clear(http: httpx.Client, server: LocalStateManager) -> None:
    """It can be emptied."""
    http.put(GRAPH, json=body())
    server.settle()
    server.clear()
    assert (server.graphs("analytics"), server.cron_rows(), server.requests) == ([], [], [])
    assert http.get("/v0/namespaces").json()["count"] == 0


def test_its_end() -> None:
    """After its `with` nothing listens any more, even while validation is held back."""
    with LocalStateManager(api_key=KEY) as state_manager:
        state_manager.faults.hold()
        httpx.put(state_manager.uri + GRAPH, json=body(), headers={"x-api-key": KEY})
    with pytest.raises(httpx.ConnectError):
        httpx.get(state_manager.uri + "/health")


def test_another_croniter() -> None:
    """A test can validate expressions as another version of croniter does; `check` isn't changed by it."""
    with LocalStateManager(is_schedule=lambda expression: "W" not in expression) as server:
        config = {"exosphere:stateManagerUri": server.uri, "exosphere:apiKey": server.api_key}
        server.register("analytics", [{"name": "Extract"}])
        nodes = {"a": {"node_name": "Extract", "inputs": {}}}
        wanted = {"name": "report", "namespace": "analytics", "nodes": nodes, "secrets": {}}
        with pytest.raises(StateManagerError, match="422"):
            Resource(config).up({**wanted, "triggers": {"0 9 15W * *": {"type": "CRON"}}})
        Resource(config).up({**wanted, "triggers": {"0 9 15 * *": {"type": "CRON"}}})
        assert server.graph("analytics", "report")["validation_status"] == "VALID"


def test_a_port_that_is_taken() -> None:
    """A port in use is an error at once."""
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="in use"):
        LocalStateManager(port=other.getsockname()[1]).__enter__()


def test_kept_in_a_file(tmp_path: Path) -> None:
    """With a file, the next one starts with the same graphs, and a PENDING one stays so until its next PUT."""
    path = tmp_path / "data.db"
    headers = {"x-api-key": KEY}
    with LocalStateManager(api_key=KEY, data=path) as first:
        first.register("analytics", [{"name": "Extract", "inputs": ["source"]}])
        httpx.put(
            first.uri + GRAPH,
            json=body(triggers=[{"type": "CRON", "value": {"expression": "@daily"}}]),
            headers=headers,
        )
        first.settle()
        first.faults.hold()
        httpx.put(first.uri + GRAPH.replace("report", "pending"), json=body(), headers=headers)
        before = first.graphs("analytics")
    with LocalStateManager(api_key=KEY, data=path) as second:
        assert second.graphs("analytics") == before
        assert [row.expression for row in second.cron_rows()] == ["@daily"]
        statuses = [document["validation_status"] for document in second.graphs("analytics")]
        assert statuses == ["VALID", "PENDING"]
        httpx.put(second.uri + GRAPH.replace("report", "pending"), json=body(), headers=headers)
        second.settle()
        assert second.graph("analytics", "pending")["validation_status"] == "VALID"


def test_the_file_holds_no_secret(tmp_path: Path) -> None:
    """No value of a secret is in the file or its log, and no other user can read them."""
    path = tmp_path / "data.db"
    with LocalStateManager(api_key=KEY, data=path) as state_manager:
        url = state_manager.uri + GRAPH
        httpx.put(url, json=referring(), headers={"x-api-key": KEY}).raise_for_status()
        state_manager.settle()
        files = list(tmp_path.iterdir())
        contents = b"".join(file.read_bytes() for file in files)
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert b"warehouse_password" in contents
    assert b"hunter2" not in contents


def test_a_file_that_others_could_read(tmp_path: Path) -> None:
    """A file from elsewhere, a copy for example, is closed to other users when it is opened."""
    path = tmp_path / "data.db"
    with LocalStateManager(api_key=KEY, data=path):
        pass
    path.chmod(0o644)
    with LocalStateManager(api_key=KEY, data=path):
        assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user(tmp_path: Path) -> None:
    """The file and its log belong to another user: their permissions stay, and it can be used if they allow it."""
    path = tmp_path / "data.db"
    with LocalStateManager(api_key=KEY, data=path):
        pass
    path.chmod(0o666)
    os.chown(path, 12345, 12345)
    with LocalStateManager(api_key=KEY, data=path):
        assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o666}


def test_parallel_puts_to_different_graphs(server: LocalStateManager) -> None:
    """Fifty at once all succeed."""
    statuses = _in_parallel(50, lambda i: httpx.put(f"{server.uri}{GRAPH}-{i}", **_call(body())).status_code)
    assert statuses == [201] * 50
    server.settle()
    assert {document["validation_status"] for document in server.graphs("analytics")} == {"VALID"}


def test_parallel_puts_to_one_graph(http: httpx.Client, server: LocalStateManager) -> None:
    """Whichever comes last, the document is one of those that were sent, complete."""
    http.put(GRAPH, json=body())

    def put(i: int) -> int:
        sent = body(*(node(f"n{i}-{k}", next_nodes=[f"n{i}-{k + 1}"] if k < i else []) for k in range(i + 1)))
        return httpx.put(server.uri + GRAPH, **_call(sent)).status_code

    assert _in_parallel(20, put) == [201] * 20
    server.settle()
    (document,) = http.get(GRAPHS).json()["templates"]
    nodes = document["nodes"]
    assert {one["identifier"].partition("-")[0] for one in nodes} == {f"n{len(nodes) - 1}"}
    assert document["validation_status"] == "VALID"


def _call(content: dict[str, Any]) -> dict[str, Any]:
    # Certificates aren't needed, and loading them fifty times takes longer than the rest.
    return {"json": content, "headers": {"x-api-key": KEY}, "verify": False}


def _in_parallel(count: int, call: Any) -> list[int]:
    results: list[int] = []
    threads = [threading.Thread(target=lambda i=i: results.append(call(i))) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
