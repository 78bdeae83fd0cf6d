"""Registered nodes, and runs that are rejected."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.local.state_manager import as_registered
from tests.local.talk import GRAPH, NODES, body, node

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
FETCH = {"name": "Fetch", "inputs_schema": SCHEMA, "outputs_schema": {}, "secrets": ["token"]}


def registration(*nodes: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a runtime's registration."""
    return {"runtime_name": "mine", "nodes": list(nodes)}


def test_register_and_list(http: httpx.Client) -> None:
    """A runtime's nodes are returned as they are, and listed with the runtime."""
    answer = http.put("/v0/namespace/new/nodes/", json=registration(FETCH))
    assert (answer.status_code, answer.json()) == (200, {"runtime_name": "mine", "registered_nodes": [FETCH]})
    listing = http.get("/v0/namespace/new/nodes/").json()
    assert (listing["namespace"], listing["count"]) == ("new", 1)
    (stored,) = listing["nodes"]
    assert stored == {**stored, **FETCH, "namespace": "new", "runtime_name": "mine"}


def test_register_again(http: httpx.Client) -> None:
    """A node that exists already is replaced, and keeps its position."""
    http.put("/v0/namespace/new/nodes/", json=registration(FETCH, {**FETCH, "name": "Other"}))
    before = http.get("/v0/namespace/new/nodes/").json()["nodes"]
    http.put("/v0/namespace/new/nodes/", json=registration({**FETCH, "secrets": []}))
    after = http.get("/v0/namespace/new/nodes/").json()["nodes"]
    assert [one["name"] for one in after] == ["Fetch", "Other"]
    assert after[0] == {**before[0], "secrets": []}


def test_unknown_namespace(http: httpx.Client) -> None:
    """A namespace without nodes returns an empty list."""
    assert http.get("/v0/namespace/nobody/nodes/").json() == {"namespace": "nobody", "count": 0, "nodes": []}


def test_a_registration_of_the_wrong_shape(http: httpx.Client) -> None:
    """A registration that lacks something is rejected like any body."""
    broken = {key: value for key, value in FETCH.items() if key != "secrets"}
    answer = http.put(NODES, json=registration(broken))
    assert answer.status_code == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [["body", "nodes", 0, "secrets"]]


def test_namespaces(http: httpx.Client) -> None:
    """Only namespaces with registered nodes are listed."""
    http.put("/v0/namespace/graphs-only/graph/report", json=body())
    content = http.get("/v0/namespaces").json()
    assert content["count"] == len(content["namespaces"])
    assert {"analytics", "shared"} <= set(content["namespaces"])
    assert "graphs-only" not in content["namespaces"]


class Fetch:
    """A node as Exosphere's SDK defines it."""

    class Inputs(BaseModel):
        """Its inputs."""

        source: str
        mode: str = "fast"

    class Outputs(BaseModel):
        """Its outputs."""

        rows: str
        count: int

    class Secrets(BaseModel):
        """Its secrets."""

        token: str


def test_node_classes(server: LocalStateManager, http: httpx.Client) -> None:
    """A node class is registered as its runtime would."""
    server.register("new", [Fetch])
    (stored,) = http.get("/v0/namespace/new/nodes/").json()["nodes"]
    assert stored["name"] == "Fetch"
    assert list(stored["inputs_schema"]["properties"]) == ["source", "mode"]
    assert stored["outputs_schema"]["properties"]["count"]["type"] == "integer"
    assert stored["secrets"] == ["token"]


def test_short_dicts() -> None:
    """Names of inputs and outputs are enough, if all are strings."""
    registered = as_registered({"name": "Load", "inputs": ["rows"], "secrets": ["password"]})
    assert registered["inputs_schema"]["properties"] == {"rows": {"title": "rows", "type": "string"}}
    assert registered["inputs_schema"]["required"] == ["rows"]
    assert registered["outputs_schema"]["properties"] == {}
    assert registered["secrets"] == ["password"]


@pytest.mark.parametrize("wrong", [{}, {"name": 1}, "Load", int, type("Half", (), {"Inputs": Fetch.Inputs})])
def test_what_is_no_node(wrong: Any) -> None:
    """Anything else is an error that says what a node is."""
    with pytest.raises(TypeError, match=r"a node is|needs a pydantic model"):
        as_registered(wrong)


def test_registrations_that_come_late(server: LocalStateManager, http: httpx.Client) -> None:
    """Nodes can appear after a number of requests for their namespace."""
    server.register("new", [FETCH], after_looks=2)
    http.get(NODES)
    counts = [http.get("/v0/namespace/new/nodes/").json()["count"] for _ in range(4)]
    assert counts == [0, 0, 1, 1]


def test_a_run_of_no_graph(http: httpx.Client) -> None:
    """A run of a graph that doesn't exist is a 404."""
    assert http.post(f"{GRAPH}/trigger", json={}).status_code == 404


def test_a_run_of_a_graph_that_is_not_valid(http: httpx.Client, server: LocalStateManager) -> None:
    """A run is rejected while the graph is PENDING and if it is INVALID."""
    server.faults.hold()
    http.put(GRAPH, json=body(node(node_name="Nobody")))
    assert http.post(f"{GRAPH}/trigger", json={}).status_code == 400
    server.faults.release()
    server.settle()
    assert http.post(f"{GRAPH}/trigger", json={}).json() == {"detail": "Graph template is not valid"}


def test_a_run_without_required_keys(http: httpx.Client, server: LocalStateManager) -> None:
    """A run needs all required keys of the store, including those with a default."""
    http.put(GRAPH, json=body(store_config={"required_keys": ["cursor"], "default_values": {"cursor": "0"}}))
    server.settle()
    assert http.post(f"{GRAPH}/trigger", json={}).status_code == 400
    answer = http.post(f"{GRAPH}/trigger", json={"store": {"cursor": "1"}, "inputs": {}})
    assert (answer.status_code, answer.json().keys()) == (200, {"status", "run_id"})
    assert http.post(f"{GRAPH}/trigger").status_code == 422
