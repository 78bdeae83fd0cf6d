"""The live graphs, as far as they can be read back: everything except for the values of secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import GraphNotFound, UnreadableAnswer
from pulumi_exosphere.template.messages import did_you_mean

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager
    from pulumi_exosphere.state_manager.models import ListedGraph


@dataclass(frozen=True)
class LiveGraph:
    """One graph of a listing."""

    namespace: str
    name: str
    inputs: Mapping[str, Any]
    """The graph's inputs; the values of secrets are `template.UNKNOWN`."""
    status: str = "VALID"
    errors: tuple[str, ...] = ()
    """Why the state manager calls the graph INVALID, sorted."""

    @property
    def secret_names(self) -> list[str]:
        """Return the names of its secrets, sorted."""
        return sorted(self.inputs.get("secrets") or ())


def read(
    client: StateManager,
    namespaces: Iterable[str],
    names: Sequence[str] = (),
    begin: Callable[[str], None] = lambda _namespace: None,
    remark: Callable[[str], None] = lambda _message: None,
) -> list[LiveGraph]:
    """Return the graphs of these namespaces, sorted by namespace and name, without retired ones.

    Args:
        client: The state manager.
        namespaces: The namespaces; each costs one listing.
        names: Return only graphs with these names; empty: all.
        begin: Called with each namespace before it is read.
        remark: Called with a sentence about each graph that is left out because it can't be read, or stored twice.

    Raises:
        GraphNotFound: One of ``names`` is in none of the namespaces, or retired.
        StateManagerError: A namespace can't be read, or a graph of it that is in ``names``.
    """
    found: list[LiveGraph] = []
    retired: set[str] = set()
    for namespace in sorted(set(namespaces)):
        begin(namespace)
        listing = client.list_graphs(namespace)
        for name in listing.unreadable:
            if name in names:
                raise UnreadableAnswer(listing.why_unreadable(name))
            if not names:
                remark(f"left out: {listing.why_unreadable(name)}")
        for notice in listing.notices():
            remark(notice)
        for graph in listing.graphs.values():
            if template.is_retired(graph.document()):
                retired.add(graph.name)
            else:
                found.append(from_graph(namespace, graph))
    _require(names, {graph.name for graph in found}, retired)
    wanted = [graph for graph in found if not names or graph.name in names]
    return sorted(wanted, key=lambda graph: (graph.namespace, graph.name))


def from_graph(namespace: str, graph: ListedGraph) -> LiveGraph:
    """Return the graph that a document of a namespace's listing describes."""
    inputs = template.normalise({"namespace": namespace, **template.from_document(graph.document())})
    inputs["secrets"] = dict.fromkeys(inputs.get("secrets") or (), template.UNKNOWN)
    return LiveGraph(
        namespace=namespace,
        name=graph.name,
        inputs=inputs,
        status=graph.validation_status or "PENDING",
        errors=tuple(sorted(set(graph.validation_errors or ()))),
    )


def _require(names: Sequence[str], found: set[str], retired: set[str]) -> None:
    missing = sorted(set(names) - found)
    if missing:
        raise GraphNotFound("; ".join(_missing(name, found, retired) for name in missing))


def _missing(name: str, found: set[str], retired: set[str]) -> str:
    if name in retired:
        return f"graph {name!r} is retired, so there is nothing to export"
    return f"there is no graph {name!r}{did_you_mean(name, sorted(found))}"
