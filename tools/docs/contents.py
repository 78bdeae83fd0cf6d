"""The public names that each page describes."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """The contents of one page, by public name."""

    title: str
    resource: str | None = None
    parts: tuple[str, ...] = ()
    """The classes that its arguments or results are made of."""
    functions: tuple[str, ...] = ()


PAGES = {
    "graph.md": Page("Graph", "Graph", ("GraphNodeArgs", "UnitesArgs", "UnitesStrategy", "ConnectionArgs")),
    "retry-policy.md": Page("RetryPolicy", "RetryPolicy", ("RetryPolicyArgs", "RetryStrategy")),
    "store-config.md": Page("StoreConfig", "StoreConfig", ("StoreConfigArgs",)),
    "cron-trigger.md": Page("CronTrigger", "CronTrigger", ("CronTriggerArgs",)),
    "look-ups.md": Page(
        "Look-ups",
        None,
        (
            "GraphResult",
            "GraphNodeResult",
            "UnitesResult",
            "RetryPolicyResult",
            "StoreConfigResult",
            "RegisteredNodeResult",
            "ValidationStatus",
        ),
        (
            "get_graph",
            "get_graph_output",
            "get_graphs",
            "get_graphs_output",
            "get_registered_nodes",
            "get_registered_nodes_output",
        ),
    ),
    "errors.md": Page(
        "Errors",
        None,
        (
            "ExosphereError",
            "ConfigurationError",
            "InvalidGraph",
            "Conflict",
            "NotRegistered",
            "GraphNotFound",
            "StateManagerError",
            "Unreachable",
            "Unauthorized",
            "UnreadableAnswer",
        ),
    ),
}
