"""Exosphere graphs declared in a Pulumi program."""

from __future__ import annotations

from pulumi_exosphere.errors import (
    ConfigurationError,
    Conflict,
    ExosphereError,
    GraphNotFound,
    InvalidGraph,
    NotRegistered,
    StateManagerError,
    Unauthorized,
    Unreachable,
    UnreadableAnswer,
)
from pulumi_exosphere.resources.args import (
    ConnectionArgs,
    ConnectionArgsDict,
    CronTriggerArgs,
    CronTriggerArgsDict,
    GraphNodeArgs,
    GraphNodeArgsDict,
    RetryPolicyArgs,
    RetryPolicyArgsDict,
    StoreConfigArgs,
    StoreConfigArgsDict,
    UnitesArgs,
    UnitesArgsDict,
)
from pulumi_exosphere.resources.cron_trigger import CronTrigger
from pulumi_exosphere.resources.enums import RetryStrategy, UnitesStrategy, ValidationStatus
from pulumi_exosphere.resources.graph import Graph
from pulumi_exosphere.resources.lookups import (
    get_graph,
    get_graph_output,
    get_graphs,
    get_graphs_output,
    get_registered_nodes,
    get_registered_nodes_output,
)
from pulumi_exosphere.resources.results import (
    GraphNodeResult,
    GraphResult,
    RegisteredNodeResult,
    RetryPolicyResult,
    StoreConfigResult,
    UnitesResult,
)
from pulumi_exosphere.resources.retry_policy import RetryPolicy
from pulumi_exosphere.resources.store_config import StoreConfig

__all__ = [
    "ConfigurationError",
    "Conflict",
    "ConnectionArgs",
    "ConnectionArgsDict",
    "CronTrigger",
    "CronTriggerArgs",
    "CronTriggerArgsDict",
    "ExosphereError",
    "Graph",
    "GraphNodeArgs",
    "GraphNodeArgsDict",
    "GraphNodeResult",
    "GraphNotFound",
    "GraphResult",
    "InvalidGraph",
    "NotRegistered",
    "RegisteredNodeResult",
    "RetryPolicy",
    "RetryPolicyArgs",
    "RetryPolicyArgsDict",
    "RetryPolicyResult",
    "RetryStrategy",
    "StateManagerError",
    "StoreConfig",
    "StoreConfigArgs",
    "StoreConfigArgsDict",
    "StoreConfigResult",
    "Unauthorized",
    "UnitesArgs",
    "UnitesArgsDict",
    "UnitesResult",
    "UnitesStrategy",
    "Unreachable",
    "UnreadableAnswer",
    "ValidationStatus",
    "get_graph",
    "get_graph_output",
    "get_graphs",
    "get_graphs_output",
    "get_registered_nodes",
    "get_registered_nodes_output",
]
