"""The same graphs as resources of the native plugin: as a program in another language registers them, and in YAML."""

from __future__ import annotations

import json
from typing import Any

import pulumi

from benchmarks.graphs import NAMESPACE, SECRETS, names, nodes


class Native(pulumi.CustomResource):
    """A graph of the plugin `pulumi-resource-exosphere`."""

    def __init__(self, name: str, props: dict[str, Any]) -> None:
        super().__init__("exosphere:index:Graph", name, props)


def properties(name: str, source: str) -> dict[str, Any]:
    """Return the properties of one graph, with its nodes by identifier."""
    by_identifier = {
        node["identifier"]: {key: value for key, value in node.items() if key != "identifier"} for node in nodes(source)
    }
    return {"name": name, "namespace": NAMESPACE, "nodes": by_identifier, "secrets": SECRETS}


def in_yaml(graphs: int, source: str) -> str:
    """Return a `Pulumi.yaml` that declares so many graphs."""
    resources = {name: {"type": "exosphere:Graph", "properties": properties(name, source)} for name in names(graphs)}
    # JSON is YAML. A `${` would be Pulumi's own.
    return f"name: benchmark\nruntime: yaml\nresources: {json.dumps(resources).replace('${', '$${')}\n"
