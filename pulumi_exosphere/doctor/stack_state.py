"""The graphs of a stack and the registered nodes that they need, read from its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi_exosphere.pulumi_cli import mapping, of_stack, resources_of_stack
from pulumi_exosphere.template.resource_types import resource_kind

from .findings import Finding, Status

_PROVIDER = "::pulumi:providers:exosphere::"
"""In the URN of a native resource's provider, before its name; that of the default provider begins with ``default``."""


@dataclass(frozen=True)
class StackState:
    """The graphs that a stack has at one state manager, as of its last run."""

    graphs: frozenset[str] = frozenset()
    """Ids, ``NAMESPACE/NAME``, of its graphs and of the graphs that it attaches something to."""
    nodes: frozenset[tuple[str, str]] = frozenset()
    """Namespace and name of each registered node that its graphs need."""
    elsewhere: int = 0
    """The number of its resources whose connection leads to another state manager."""
    connected: bool = False
    """True if all of its resources have a connection of their own, so nothing has to be configured."""
    findings: tuple[Finding, ...] = ()

    def namespaces(self) -> set[str]:
        """Return the namespaces of the graphs, and those in which their nodes are registered."""
        return {graph.partition("/")[0] for graph in self.graphs} | {namespace for namespace, _ in self.nodes}

    def graphs_in(self, namespace: str) -> set[str]:
        """Return the names of the graphs in a namespace."""
        return {graph.partition("/")[2] for graph in self.graphs if graph.startswith(f"{namespace}/")}

    def nodes_in(self, namespace: str) -> set[str]:
        """Return the names of the nodes that must be registered in a namespace."""
        return {name for where, name in self.nodes if where == namespace}


def read_state(folder: Path, stack: str | None, address: str | None) -> StackState:
    """Return the state of a stack, in which secrets stay encrypted; empty, with a finding, if it can't be read.

    Args:
        folder: The program's folder.
        stack: The stack's name; None for the selected one.
        address: The state manager's, without credentials; None if none is configured.
    """
    resources = resources_of_stack(folder, stack)
    if resources is None:
        shown = " ".join(["pulumi", "stack", "export", *of_stack(stack)])
        advice = f"run `{shown}` in {folder}"
        return StackState(findings=(Finding("state", Status.WARNING, "the stack's state can't be read", advice),))
    state = _state_of(resources, address)
    return replace(state, findings=(_found(state),))


def _found(state: StackState) -> Finding:
    more = f"; not checked: {state.elsewhere} with a connection to another state manager" if state.elsewhere else ""
    if not state.graphs:
        advice = "to check where the program will create them, add --namespace NS"
        return Finding("state", Status.HINT, f"the stack has no graphs here yet{more}", advice)
    count = f"{len(state.graphs)} graph{'s' * (len(state.graphs) != 1)}"
    namespaces = ", ".join(sorted(state.namespaces()))
    return Finding("state", Status.OK, f"the stack has {count}; namespaces of graphs and nodes: {namespaces}{more}")


def _state_of(resources: list[Mapping[str, Any]], address: str | None) -> StackState:
    graphs: set[str] = set()
    nodes: set[tuple[str, str]] = set()
    elsewhere = 0
    ours = [resource for resource in resources if resource_kind(str(resource.get("type")))]
    for resource in ours:
        graph, outputs = _graph(resource), mapping(resource.get("outputs"))
        if graph is None:
            continue
        if _connected(resource) and outputs.get("state_manager") != address:
            elsewhere += 1
            continue
        graphs.add(graph)
        nodes.update(_nodes(outputs))
    return StackState(frozenset(graphs), frozenset(nodes), elsewhere, bool(ours) and all(map(_connected, ours)))


def _connected(resource: Mapping[str, Any]) -> bool:
    """Return whether the resource has a connection of its own, or an explicit provider, which is the native form."""
    provider = str(resource.get("provider")).partition(_PROVIDER)[2]
    explicit = provider != "" and not provider.startswith("default")
    return explicit or mapping(resource.get("outputs")).get("connection") is not None


def _graph(resource: Mapping[str, Any]) -> str | None:
    """Return the id of a resource's graph, or None if the stack only reads it or is about to delete it."""
    kind = resource_kind(str(resource.get("type")))
    if resource.get("external") or resource.get("delete"):
        return None
    graph = resource.get("id") if kind == "Graph" else mapping(resource.get("outputs")).get("graph")
    return graph if isinstance(graph, str) else None


def _nodes(outputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield namespace and name of each node in a graph's outputs; a secret name is no string there, and left out."""
    for node in map(mapping, mapping(outputs.get("nodes")).values()):
        namespace, name = node.get("namespace"), node.get("node_name")
        if isinstance(namespace, str) and isinstance(name, str):
            yield namespace, name
