"""The nodes that runtimes register in tests, by namespace, in the form that `LocalStateManager.register` takes.

The recorded conformance cases were made with those of `analytics` and `shared`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CONFORMANCE = Path(__file__).parent.parent / "conformance"


def node(
    name: str, *, inputs: tuple[str, ...] = (), outputs: tuple[str, ...] = (), secrets: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a node whose inputs and outputs are all strings, and required."""
    return {
        "name": name,
        "inputs_schema": _schema("Inputs", inputs),
        "outputs_schema": _schema("Outputs", outputs),
        "secrets": list(secrets),
    }


def _schema(title: str, fields: tuple[str, ...]) -> dict[str, Any]:
    properties = {field: {"title": field, "type": "string"} for field in fields}
    return {"title": title, "type": "object", "properties": properties, "required": list(fields)}


def _recorded() -> dict[str, list[dict[str, Any]]]:
    registered: dict[str, list[dict[str, Any]]] = json.loads((CONFORMANCE / "registered_nodes.json").read_text())
    kept = ("name", "inputs_schema", "outputs_schema", "secrets")
    return {namespace: [{key: one[key] for key in kept} for one in nodes] for namespace, nodes in registered.items()}


NODES: dict[str, list[dict[str, Any]]] = {
    **_recorded(),
    "MyProject": [
        node("DataLoaderNode", inputs=("source",), outputs=("data",)),
        node("DataProcessorNode", inputs=("data",), outputs=("result",), secrets=("api_key",)),
    ],
}
"""`analytics`: Extract, Transform, Load (needs the secret `warehouse_password`), Ping, Count (an integer input);
`shared`: Notify (needs `slack_token`) and another Extract; `MyProject`: those of Exosphere's own example."""
