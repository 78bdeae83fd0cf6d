"""The graph that every benchmark puts many times: with the provider, the floor, or Exosphere's own SDK."""

from __future__ import annotations

from typing import Any

NAMESPACE = "analytics"
SECRETS = {"warehouse_password": "not-a-secret"}


def names(graphs: int) -> list[str]:
    """Return the names of so many graphs."""
    return [f"graph-{number}" for number in range(graphs)]


def nodes(source: str = "bucket") -> list[dict[str, Any]]:
    """Return five nodes in a row, each except the first reading the output of the previous one."""
    rows = [
        ("n0", "Extract", {"source": source}, ["n1"]),
        ("n1", "Transform", {"rows": "${{ n0.outputs.rows }}", "mode": "a"}, ["n2"]),
        ("n2", "Transform", {"rows": "${{ n1.outputs.rows }}", "mode": "b"}, ["n3"]),
        ("n3", "Transform", {"rows": "${{ n2.outputs.rows }}", "mode": "c"}, ["n4"]),
        ("n4", "Load", {"rows": "${{ n3.outputs.rows }}"}, []),
    ]
    keys = ("identifier", "node_name", "inputs", "next_nodes")
    return [{**dict(zip(keys, row, strict=True)), "namespace": NAMESPACE} for row in rows]
