"""Mistakes that a type checker must find: mypy and pyright each report a marked line on which nothing is wrong."""

# pyright: reportUnnecessaryTypeIgnoreComment=true, reportAttributeAccessIssue=error

from __future__ import annotations

import pulumi

import pulumi_exosphere as exosphere
from pulumi_exosphere import Graph, GraphResult

later: pulumi.Output[str] = pulumi.Output.from_input("x")
nodes = [exosphere.GraphNodeArgs(node_name="A", identifier="a")]


def keys_are_plain() -> None:
    """A value that becomes a key, an id or a path can't be an output."""
    exosphere.GraphNodeArgs(node_name="A", identifier=later)  # type: ignore[arg-type]
    exosphere.StoreConfigArgs(required_keys=[later])  # type: ignore[list-item]
    exosphere.Graph("g", nodes=nodes, name=later)  # type: ignore[arg-type]
    exosphere.Graph("g", nodes=nodes, namespace=later)  # type: ignore[arg-type]
    exosphere.Graph("g", nodes=pulumi.Output.from_input(nodes))  # type: ignore[arg-type]


def fields_are_known() -> None:
    """A typo is found before anything runs."""
    exosphere.Graph("g", nodes=[{"node_name": "A", "identifer": "a"}])  # type: ignore[list-item]
    exosphere.Graph("g", nodes=[{"node_name": "A"}])  # type: ignore[list-item]
    exosphere.Graph("g", nodes={"a": {"node_name": "A", "next": []}})  # type: ignore[typeddict-unknown-key]
    exosphere.Graph("g", nodes=nodes, triggers={"@daily": {"kind": "CRON"}})  # type: ignore[typeddict-unknown-key]
    exosphere.RetryPolicyArgs(max_retry=3)  # type: ignore[call-arg]
    exosphere.Graph("g", nodes=nodes, retry_policy={"max_retry": 3})  # type: ignore[arg-type]
    exosphere.Graph("g", nodes=nodes, trigger=[])  # type: ignore[call-arg]
    exosphere.Graph("g")  # type: ignore[call-arg]


def values_have_types() -> None:
    """A number isn't a string, nor a string a number."""
    exosphere.GraphNodeArgs(node_name="A", identifier="a", inputs={"rows": 3})  # type: ignore[dict-item]
    exosphere.RetryPolicyArgs(max_retries="3")  # type: ignore[arg-type]
    exosphere.Graph("g", nodes=nodes, triggers=["@daily"])  # type: ignore[list-item]
    exosphere.ConnectionArgs(uri="https://x")  # type: ignore[call-arg]


def resources_arent_args(graph: Graph) -> None:
    """An Args class can't be replaced by its resource."""
    retry = exosphere.RetryPolicy("r", graph=graph)
    exosphere.Graph("g", nodes=nodes, retry_policy=retry)  # type: ignore[arg-type]
    exosphere.CronTrigger("c", graph=retry, expression="@daily")  # type: ignore[arg-type]
    exosphere.CronTrigger("c", graph=graph)  # type: ignore[call-arg]


def results_are_plain(graph: Graph, found: GraphResult) -> None:
    """An output isn't a value, and a result can't be changed."""
    exosphere.get_graph(later)  # type: ignore[arg-type]
    exosphere.get_graph(graph.name)  # type: ignore[arg-type]
    found.name = "x"  # type: ignore[misc]
    exosphere.RetryStrategy.RANDOM  # type: ignore[attr-defined]  # noqa: B018


def looked_up_fields_have_types() -> None:
    """The fields of a looked-up graph are outputs of their own types."""
    triggers: pulumi.Output[int] = exosphere.get_graph_output("g").triggers  # type: ignore[assignment]
    exosphere.get_graph_output("g").nodes.apply(lambda nodes: nodes["a"].node)  # type: ignore[attr-defined]
    pulumi.export("triggers", triggers)
