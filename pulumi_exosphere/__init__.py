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

_HOMES = {
    "errors": (
        "ConfigurationError",
        "Conflict",
        "ExosphereError",
        "GraphNotFound",
        "InvalidGraph",
        "NotRegistered",
        "StateManagerError",
        "Unauthorized",
        "Unreachable",
        "UnreadableAnswer",
    ),
    "resources.args": (
        "ConnectionArgs",
        "ConnectionArgsDict",
        "CronTriggerArgs",
        "CronTriggerArgsDict",
        "GraphNodeArgs",
        "GraphNodeArgsDict",
        "RetryPolicyArgs",
        "RetryPolicyArgsDict",
        "StoreConfigArgs",
        "StoreConfigArgsDict",
        "UnitesArgs",
        "UnitesArgsDict",
    ),
    "resources.cron_trigger": ("CronTrigger",),
    "resources.enums": (
        "RetryStrategy",
        "UnitesStrategy",
        "ValidationStatus",
    ),
    "resources.graph": ("Graph",),
    "resources.lookups": (
        "get_graph",
        "get_graph_output",
        "get_graphs",
        "get_graphs_output",
        "get_registered_nodes",
        "get_registered_nodes_output",
    ),
    "resources.results": (
        "GraphNodeResult",
        "GraphResult",
        "RegisteredNodeResult",
        "RetryPolicyResult",
        "StoreConfigResult",
        "UnitesResult",
    ),
    "resources.retry_policy": ("RetryPolicy",),
    "resources.store_config": ("StoreConfig",),
}
"""The names of each module below this package; `tests/resources/test_public_names.py` holds them against `__all__`."""


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
