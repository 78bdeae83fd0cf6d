"""Graphs as a program registers them, for tests that drive the hooks."""

from __future__ import annotations

from typing import Any


def node(name: str, *next_nodes: str, unites: dict[str, str] | None = None, **inputs: str) -> dict[str, Any]:
    """Return a node of the graph's own namespace."""
    return {"node_name": name, "inputs": inputs, "next_nodes": list(next_nodes), "unites": unites}


def report(**more: Any) -> dict[str, Any]:
    """Return a graph of two nodes and one secret; ``more`` replaces or adds arguments."""
    return {
        "name": "daily-report",
        "namespace": "analytics",
        "nodes": {
            "extract": node("Extract", "load", source="bucket"),
            "load": node("Load", rows="${{ extract.outputs.rows }}"),
        },
        "secrets": {"warehouse_password": "canary-secret-1"},
        "validation_timeout": 5.0,
        "registration_timeout": 1.0,
        **more,
    }
