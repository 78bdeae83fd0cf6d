"""A program with a graph for each kind of change: run as it is, then with ``EXOSPHERE_TEST_CHANGED`` set."""

from __future__ import annotations

import os
from typing import Any

import pulumi

import pulumi_exosphere as exosphere

CHANGED = "EXOSPHERE_TEST_CHANGED" in os.environ

ROWS = "${{ extract.outputs.rows }}"


def node(node_name: str, identifier: str, *next_nodes: str, **inputs: pulumi.Input[str]) -> exosphere.GraphNodeArgs:
    """Return a node of the graph's namespace."""
    return exosphere.GraphNodeArgs(
        node_name=node_name, identifier=identifier, inputs=inputs, next_nodes=list(next_nodes)
    )


def graph(name: str, *nodes: exosphere.GraphNodeArgs, value: str = "canary-1", **more: Any) -> exosphere.Graph:
    """Return a graph in the namespace ``analytics`` with the secret that loading needs."""
    secrets = {"warehouse_password": pulumi.Output.secret(value)}
    return exosphere.Graph(name, namespace="analytics", nodes=list(nodes), secrets=secrets, **more)


def pipeline(source: pulumi.Input[str] = "bucket") -> list[exosphere.GraphNodeArgs]:
    """Return two nodes, one after the other."""
    return [node("Extract", "extract", "load", source=source), node("Load", "load", rows=ROWS)]


def longer(middle: str) -> list[exosphere.GraphNodeArgs]:
    """Return three nodes, one after the other."""
    return [
        node("Extract", "extract", middle, source="bucket"),
        node("Transform", middle, "load", rows=ROWS, mode="fast"),
        node("Load", "load", rows=f"${{{{ {middle}.outputs.rows }}}}"),
    ]


graph("node-inserted", *(longer("clean") if CHANGED else pipeline()))
graph("node-removed", *(pipeline() if CHANGED else longer("clean")))
graph("node-renamed", *longer("tidy" if CHANGED else "clean"))
changed = graph("input-changed", *pipeline("lake" if CHANGED else "bucket"))
graph("secret-rotated", *pipeline(), value="canary-2" if CHANGED else "canary-1")

ends = ("load", "ping") if CHANGED else ("ping",)
graph(
    "rewired",
    node("Extract", "extract", *ends, source="bucket"),
    node("Ping", "ping", *(() if CHANGED else ("load",))),
    node("Load", "load", rows=ROWS),
)

retried = graph("retry-policy-changed", *pipeline())
exosphere.RetryPolicy(
    "retry",
    graph=retried,
    max_retries=5 if CHANGED else 3,
    strategy=exosphere.RetryStrategy.EXPONENTIAL_FULL_JITTER if CHANGED else None,
    max_delay=60_000 if CHANGED else None,
)

scheduled = graph("schedule-added", *pipeline(), triggers=[exosphere.CronTriggerArgs(expression="0 9 * * 1-5")])
if CHANGED:
    exosphere.CronTrigger("evenings", graph=scheduled, expression="0 18 * * *")

if CHANGED:
    graph(
        "created",
        *pipeline(source=changed.updated_at),
        store_config={
            "required_keys": ["cursor"],
            "default_values": {"batch": "100", "token": pulumi.Output.secret("canary-3")},
        },
        triggers=[{"expression": "@daily"}, {"expression": "0 0 * * *"}],
    )
else:
    graph("deleted", *pipeline())
