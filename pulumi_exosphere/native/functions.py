"""The look-ups, as functions of the package."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.provider.connections import wanted_client
from pulumi_exosphere.provider.hooks import settings
from pulumi_exosphere.reconcile.outcome import tell
from pulumi_exosphere.resources.results import find_graph, find_graphs, find_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_exosphere.state_manager import StateManager


def _get_graph(given: dict[str, Any]) -> dict[str, Any]:
    return dataclasses.asdict(find_graph(_client(), given))


def _get_graphs(given: dict[str, Any]) -> dict[str, Any]:
    found = find_graphs(_client(), given, lambda notice: tell(f"warning: {notice}"))
    return {"graphs": [dataclasses.asdict(graph) for graph in found]}


def _get_registered_nodes(given: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": [dataclasses.asdict(node) for node in find_nodes(_client(), given)]}


FUNCTIONS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "exosphere:index:getGraph": _get_graph,
    "exosphere:index:getGraphs": _get_graphs,
    "exosphere:index:getRegisteredNodes": _get_registered_nodes,
}
"""The functions by token."""


def call(token: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The answer of a function, or what is wrong with its arguments.

    Raises ConfigurationError, GraphNotFound, StateManagerError.
    """
    if token not in FUNCTIONS:
        raise ConfigurationError(f"the plugin exosphere has no function {token}; it has {', '.join(FUNCTIONS)}")
    given = {"namespace": settings().namespace, **arguments}
    needed = ("name", "namespace") if FUNCTIONS[token] is _get_graph else ("namespace",)
    faults = [f"{name} must be a string" for name in needed if not isinstance(given.get(name), str)]
    return ({}, faults) if faults else (FUNCTIONS[token](given), [])


def _client() -> StateManager:
    return wanted_client(settings(), None)
