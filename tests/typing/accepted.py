"""Programs that a type checker must accept: mypy strict and pyright check this file, nothing runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

import pulumi_exosphere as exosphere

config = pulumi.Config()


async def later() -> str:
    """An awaitable is an input, too."""
    return "x"


def typed_dicts(bucket: pulumi.Output[str]) -> exosphere.Graph:
    """Use plain dicts, written in place."""
    return exosphere.Graph(
        "report",
        nodes=[
            {
                "node_name": "Extract",
                "identifier": "extract",
                "inputs": {"source": bucket, "mode": "full", "then": later()},
                "next_nodes": ["load"],
            },
            {"node_name": "Load", "identifier": "load", "unites": {"identifier": "extract", "strategy": "ALL_DONE"}},
        ],
        secrets={"password": config.require_secret("password"), "plain": "x"},
        retry_policy={"max_retries": 3, "strategy": "FIXED"},
        store_config={"required_keys": ["cursor"], "default_values": {"batch": bucket}},
        triggers=[{"expression": "@daily"}, {"expression": bucket}],
        connection={"uri": bucket, "api_key": config.require_secret("key")},
    )


def args(bucket: pulumi.Output[str], many: Sequence[str]) -> exosphere.Graph:
    """Use the Args classes, with outputs in their leaves."""
    nodes = [
        exosphere.GraphNodeArgs(
            node_name=bucket,
            identifier=name,
            inputs={"source": bucket},
            namespace=bucket,
            next_nodes=[bucket, "b"],
            unites=exosphere.UnitesArgs(identifier=bucket, strategy=exosphere.UnitesStrategy.ALL_SUCCESS),
        )
        for name in many
    ]
    return exosphere.Graph(
        "report",
        pulumi.ResourceOptions(protect=True),
        name="daily-report",
        namespace="analytics",
        nodes=nodes,
        secrets=config.require_secret_object("secrets"),
        retry_policy=exosphere.RetryPolicyArgs(
            max_retries=bucket.apply(len),
            strategy=exosphere.RetryStrategy.LINEAR,
            backoff_factor=1,
            exponent=2,
            max_delay=3,
        ),
        store_config=exosphere.StoreConfigArgs(required_keys=many, default_values={"a": bucket}),
        triggers=[exosphere.CronTriggerArgs(expression=name) for name in many],
        adopt=True,
        registration_timeout=5,
        validation_timeout=2.5,
        connection=exosphere.ConnectionArgs(uri="https://x", api_key="k"),
    )


def mixed(triggers: list[exosphere.CronTriggerArgsDict], nodes: list[exosphere.GraphNodeArgs]) -> exosphere.Graph:
    """Use lists built elsewhere, and Args inside dicts."""
    first: exosphere.GraphNodeArgsDict = {
        "node_name": "A",
        "identifier": "a",
        "unites": exosphere.UnitesArgs(identifier="b"),
        "inputs": None,
    }
    return exosphere.Graph("report", nodes=[first, *nodes], triggers=triggers, retry_policy=None)


def attachments(graph: exosphere.Graph) -> None:
    """Attach to a graph, to its id, and to the id as an output."""
    exosphere.RetryPolicy("a", graph=graph, max_retries=3, strategy="FIXED")
    exosphere.RetryPolicy("b", graph="ns/name", strategy=exosphere.RetryStrategy.FIXED, max_delay=graph.urn.apply(len))
    exosphere.StoreConfig("c", graph=pulumi.Output.concat("ns/", "name"), default_values={"a": graph.updated_at})
    exosphere.CronTrigger("d", graph=graph, expression=pulumi.Output.from_input("@daily"))
    exosphere.CronTrigger("e", pulumi.ResourceOptions(parent=graph), graph=graph, expression="@daily")


def outputs(graph: exosphere.Graph) -> None:
    """Outputs are typed."""
    at: pulumi.Output[str] = graph.updated_at
    nodes: pulumi.Output[Mapping[str, Any]] = graph.nodes
    timeout: pulumi.Output[float | None] = graph.registration_timeout
    valid: pulumi.Output[bool] = graph.validation_status.apply(lambda it: it == exosphere.ValidationStatus.VALID)
    pulumi.export("all", [at, nodes, timeout, valid])


def lookups(name: pulumi.Output[str]) -> None:
    """Plain look-ups return plain values, their twins outputs."""
    status: str = exosphere.get_graph("report", "analytics").validation_status
    names: list[str] = [graph.name for graph in exosphere.get_graphs("analytics")]
    secrets: list[Sequence[str]] = [node.secrets for node in exosphere.get_registered_nodes()]
    later: pulumi.Output[int] = exosphere.get_graph_output(name, name).apply(
        lambda graph: graph.retry_policy.max_retries
    )
    found = exosphere.get_graph_output("report")
    nodes: pulumi.Output[list[str]] = found.nodes.apply(lambda nodes: [node.node_name for node in nodes.values()])
    pulumi.export("found", [nodes, found.triggers.apply(len), found.retry_policy.apply(lambda it: it.max_retries)])
    all_later: pulumi.Output[list[exosphere.GraphResult]] = exosphere.get_graphs_output(name)
    read: exosphere.Graph = exosphere.Graph.get("read", name, connection={"uri": name, "api_key": name})
    pulumi.export("all", [status, names, secrets, later, all_later, read.updated_at])


def keyed(bucket: pulumi.Output[str]) -> exosphere.Graph:
    """Nodes and triggers as state has them, and as `pulumi import` writes them."""
    node: exosphere.GraphNodeEntryDict = {"node_name": "Extract", "inputs": {"source": bucket}, "next_nodes": ["b"]}
    return exosphere.Graph(
        "report",
        nodes={"a": node, "b": {"node_name": "Load", "unites": {"identifier": "a"}}},
        triggers={"@daily": {}, "@hourly": {"type": "CRON"}},
    )
