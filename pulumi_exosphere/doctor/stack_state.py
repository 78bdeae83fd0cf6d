"""Which graphs a stack has, and which registered nodes they need: what its state says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .findings import Finding, Status, ask_pulumi, of_stack

_TOKEN = "pulumi-python:dynamic/exosphere:"  # noqa: S105  # of a type


@dataclass(frozen=True)
class StackState:
    """What a stack has at one state manager, as of its last run."""

    graphs: frozenset[str] = frozenset()
    """The ids, ``NAMESPACE/NAME``, of its graphs and of those that it attaches something to."""
    nodes: frozenset[tuple[str, str]] = frozenset()
    """Namespace and name of each registered node that its graphs need."""
    elsewhere: int = 0
    """How many of its resources have a connection of their own, to another state manager."""
    connected: bool = False
    """Whether all of its resources have a connection of their own, so that nothing has to be configured."""
    findings: tuple[Finding, ...] = ()

    def namespaces(self) -> set[str]:
        """Those that the graphs are in, and those that their nodes are registered in."""
        return {graph.partition("/")[0] for graph in self.graphs} | {namespace for namespace, _ in self.nodes}

    def graphs_in(self, namespace: str) -> set[str]:
        """The names of the graphs in a namespace."""
        return {graph.partition("/")[2] for graph in self.graphs if graph.startswith(f"{namespace}/")}

    def nodes_in(self, namespace: str) -> set[str]:
        """The names of the nodes that are to be registered in a namespace."""
        return {name for where, name in self.nodes if where == namespace}


def read_state(folder: Path, stack: str | None, address: str | None) -> StackState:
    """The state of a stack, in which secrets stay encrypted; empty, with a finding, where it can't be read.

    Args:
        folder: Of the program.
        stack: Its name; None: the selected one.
        address: The state manager's, without credentials; None where none is configured.
    """
    exported = ask_pulumi(folder, stack, "stack", "export")
    if exported is None:
        shown = " ".join(["pulumi", "stack", "export", *of_stack(stack)])
        advice = f"run `{shown}` in {folder}"
        return StackState(findings=(Finding("state", Status.WARNING, "the stack's state can't be read", advice),))
    resources = _mapping(exported.get("deployment")).get("resources")
    state = _state_of(resources if isinstance(resources, list) else [], address)
    return replace(state, findings=(_found(state),))


def _found(state: StackState) -> Finding:
    more = f"; not looked at: {state.elsewhere} with a connection to elsewhere" if state.elsewhere else ""
    if not state.graphs:
        advice = "--namespace NS looks where the program will have them"
        return Finding("state", Status.HINT, f"the stack has no graphs here yet{more}", advice)
    count = f"{len(state.graphs)} graph{'s' * (len(state.graphs) != 1)}"
    namespaces = ", ".join(sorted(state.namespaces()))
    return Finding("state", Status.OK, f"the stack has {count}, in or with nodes in {namespaces}{more}")


def _state_of(resources: list[Any], address: str | None) -> StackState:
    graphs: set[str] = set()
    nodes: set[tuple[str, str]] = set()
    elsewhere = 0
    ours = [resource for resource in map(_mapping, resources) if str(resource.get("type")).startswith(_TOKEN)]
    for resource in ours:
        graph, outputs = _graph(resource), _mapping(resource.get("outputs"))
        if graph is None:
            continue
        if _connected(resource) and outputs.get("state_manager") != address:
            elsewhere += 1
            continue
        graphs.add(graph)
        nodes.update(_nodes(outputs))
    return StackState(frozenset(graphs), frozenset(nodes), elsewhere, bool(ours) and all(map(_connected, ours)))


def _connected(resource: Mapping[str, Any]) -> bool:
    return _mapping(resource.get("outputs")).get("connection") is not None


def _graph(resource: Mapping[str, Any]) -> str | None:
    """The id of the graph that a resource is, or is attached to; None for what the stack only reads, or deletes yet."""
    token = str(resource.get("type"))
    if resource.get("external") or resource.get("delete"):
        return None
    graph = resource.get("id") if token == f"{_TOKEN}Graph" else _mapping(resource.get("outputs")).get("graph")
    return graph if isinstance(graph, str) else None


def _nodes(outputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Of a graph's outputs; a name that is kept secret stands there as no string."""
    for node in map(_mapping, _mapping(outputs.get("nodes")).values()):
        namespace, name = node.get("namespace"), node.get("node_name")
        if isinstance(namespace, str) and isinstance(name, str):
            yield namespace, name


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
