"""Call a state manager over HTTP as any client would, and build bodies for PUT."""

from __future__ import annotations

from typing import Any

from httpx import Client

KEY = "test-key"
GRAPH = "/v0/namespace/analytics/graph/report"
GRAPHS = "/v0/namespace/analytics/graphs/"
NODES = "/v0/namespace/analytics/nodes/"


def node(identifier: str = "extract", node_name: str = "Extract", **more: Any) -> dict[str, Any]:
    """Return a node, by default one that is valid whatever its identifier."""
    inputs = {"source": "x"} if node_name == "Extract" else {}
    return {
        "node_name": node_name,
        "namespace": "analytics",
        "identifier": identifier,
        "inputs": inputs,
        "next_nodes": [],
        **more,
    }


def body(*nodes: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """Return a PUT's body; if no nodes are given, with one node, and VALID."""
    return {"secrets": {}, "nodes": list(nodes) or [node()], **sections}


def cron(*expressions: str) -> list[dict[str, Any]]:
    """Return triggers with these expressions."""
    return [{"type": "CRON", "value": {"expression": expression}} for expression in expressions]


def referring(**more: Any) -> dict[str, Any]:
    """Return Extract, and Load that refers to it and needs a secret."""
    load = node("load", "Load", inputs={"rows": "${{ extract.outputs.rows }}"})
    return body(node(next_nodes=["load"]), load, **{"secrets": {"warehouse_password": "hunter2"}, **more})


def listed(http: Client, name: str = "report", namespace: str = "analytics") -> dict[str, Any]:
    """Return the document of a graph, from the listing."""
    templates = http.get(f"/v0/namespace/{namespace}/graphs/").json()["templates"]
    (found,) = [template for template in templates if template["name"] == name]
    document: dict[str, Any] = found
    return document
