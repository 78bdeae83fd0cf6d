"""Exosphere graphs declared in a Pulumi program.

Each name is loaded when it is first used: the engine's plugin imports this package too, for the hooks alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
        CronTriggerEntryDict,
        GraphNodeArgs,
        GraphNodeArgsDict,
        GraphNodeEntryDict,
        RetryPolicyArgs,
        RetryPolicyArgsDict,
        RetryStrategy,
        StoreConfigArgs,
        StoreConfigArgsDict,
        UnitesArgs,
        UnitesArgsDict,
        UnitesStrategy,
        ValidationStatus,
    )
    from pulumi_exosphere.resources.cron_trigger import CronTrigger
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
    "CronTriggerEntryDict",
    "ExosphereError",
    "Graph",
    "GraphNodeArgs",
    "GraphNodeArgsDict",
    "GraphNodeEntryDict",
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

_HOMES = (
    "errors",
    "resources.args",
    "resources.graph",
    "resources.retry_policy",
    "resources.store_config",
    "resources.cron_trigger",
    "resources.lookups",
    "resources.results",
)
"""The modules that the public names come from; what most programs use comes first."""


def __getattr__(name: str) -> Any:
    for home in _HOMES if name in __all__ else ():
        module = import_module(f"{__name__}.{home}")
        if hasattr(module, name):
            value = globals()[name] = getattr(module, name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
