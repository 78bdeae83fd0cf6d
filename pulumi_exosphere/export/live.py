"""The graphs that are live, as far as they can be read back: all but the values of secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import GraphNotFound
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
    """In the shape of a graph's inputs; the values of secrets are unknown."""
    status: str = "VALID"
    errors: tuple[str, ...] = ()
    """The state manager's words about a graph that isn't VALID, sorted."""

    @property
    def secret_names(self) -> list[str]:
        """The names of its secrets, sorted."""
        return sorted(self.inputs.get("secrets") or ())


def read(
    client: StateManager,
    namespaces: Iterable[str],
    names: Sequence[str] = (),
    begin: Callable[[str], None] = lambda _namespace: None,
) -> list[LiveGraph]:
    """The graphs of these namespaces, by namespace and name; retired ones left out.

    Args:
        client: Where to read.
        namespaces: Which; one listing each.
        names: Only the graphs of these names; empty: all.
        begin: Called with each namespace before it is read.

    Raises:
        GraphNotFound: One of ``names`` is in none of the namespaces, or retired.
        StateManagerError: A namespace can't be read.
    """
    found: list[LiveGraph] = []
    retired: set[str] = set()
    for namespace in sorted(set(namespaces)):
        begin(namespace)
        listing = client.list_graphs(namespace)
        for graph in listing.graphs.values():
            if template.is_retired(graph.document()):
                retired.add(graph.name)
            else:
                found.append(from_graph(namespace, graph))
    _require(names, {graph.name for graph in found}, retired)
    wanted = [graph for graph in found if not names or graph.name in names]
    return sorted(wanted, key=lambda graph: (graph.namespace, graph.name))


def from_graph(namespace: str, graph: ListedGraph) -> LiveGraph:
    """Read one document of the listing of a namespace."""
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
        return f"graph {name!r} is retired: there is nothing to export"
    return f"there is no graph {name!r}{did_you_mean(name, sorted(found))}"
