"""The results of look-ups: plain values, as the state manager has them. Nothing here needs a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import GraphNotFound

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager
    from pulumi_exosphere.state_manager.models import ListedGraph, RegisteredNode


@dataclass(frozen=True)
class UnitesResult:
    """The branches that a node waits for."""

    identifier: str
    """The node where the branches start."""
    strategy: str
    """When the node starts, a `UnitesStrategy`."""


@dataclass(frozen=True)
class GraphNodeResult:
    """One node of a graph."""

    identifier: str
    """The name of the node in the graph."""
    node_name: str
    """The name under which a runtime registered it."""
    namespace: str
    """The namespace in which it is registered."""
    inputs: Mapping[str, str]
    """Its inputs by field."""
    next_nodes: Sequence[str]
    """The identifiers of the nodes that start when it has ended, in order."""
    unites: UnitesResult | None
    """The branches that it waits for, if any."""


@dataclass(frozen=True)
class RetryPolicyResult:
    """The retries of a node that fails."""

    max_retries: int
    """The number of retries."""
    strategy: str
    """The growth of the delay, a `RetryStrategy`."""
    backoff_factor: int
    """The first delay in milliseconds."""
    exponent: int
    """The factor by which an exponential delay grows at every retry."""
    max_delay: int | None
    """The longest delay in milliseconds; None: no limit."""


@dataclass(frozen=True)
class StoreConfigResult:
    """The store that the nodes of one run share."""

    required_keys: Sequence[str]
    """Keys that must be given to start a run, sorted."""
    default_values: Mapping[str, str]
    """Default values by key."""


@dataclass(frozen=True)
class GraphResult:
    """A live graph."""

    id: str
    """``NAMESPACE/NAME``, for the ``graph`` of a `RetryPolicy`, `StoreConfig` or `CronTrigger`."""
    namespace: str
    """Its namespace."""
    name: str
    """Its name in the namespace."""
    nodes: Mapping[str, GraphNodeResult]
    """Its nodes by identifier."""
    secret_names: Sequence[str]
    """The names of its secrets, sorted. Their values can't be read."""
    retry_policy: RetryPolicyResult
    """The retries of a node that fails."""
    store_config: StoreConfigResult
    """The store that the nodes of one run share."""
    triggers: Sequence[str]
    """Its cron expressions, sorted."""
    validation_status: str
    """The validation result, a `ValidationStatus`."""
    validation_errors: Sequence[str]
    """The errors of the validation; empty for a valid graph."""
    created_at: str
    """When it was first written: a time without zone, in the state manager's local time."""
    updated_at: str
    """When it was last written, likewise."""
    document_id: str
    """The state manager's own id of the graph."""


@dataclass(frozen=True)
class RegisteredNodeResult:
    """A node that a runtime has registered, for use in graphs."""

    name: str
    """The ``node_name`` of graphs that use it."""
    namespace: str
    """The namespace in which it is registered."""
    runtime_name: str
    """The runtime that registered it last."""
    inputs_schema: Mapping[str, Any]
    """The JSON Schema of its inputs."""
    outputs_schema: Mapping[str, Any]
    """The JSON Schema of its outputs."""
    secrets: Sequence[str]
    """The names of the secrets that it needs."""


def find_graph(client: StateManager, given: dict[str, Any]) -> GraphResult:
    """Return the graph that is called ``given["name"]``.

    Raises GraphNotFound, StateManagerError.
    """
    from pulumi_exosphere.template import is_retired

    # The listing, since a GET of one graph gives its retry policy, store and triggers as their defaults.
    graph = client.list_graphs(given["namespace"]).find(given["name"])
    if graph is not None and not is_retired(graph.document()):
        return graph_result(given["namespace"], graph)
    raise GraphNotFound(
        f"{client.address} has no graph {given['name']!r} in namespace {given['namespace']!r}, or only a retired one. "
        "Correct the name, or deploy the graph first (`get_graphs` lists all graphs)"
    )


def find_graphs(client: StateManager, given: dict[str, Any], warn: Callable[[str], None]) -> list[GraphResult]:
    """Return all graphs of ``given["namespace"]``, sorted by name, without retired ones; ``warn`` of what is unclear.

    Raises StateManagerError.
    """
    from pulumi_exosphere.template import is_retired

    listing = client.list_graphs(given["namespace"])
    for notice in (*map(listing.why_unreadable, listing.unreadable), *listing.notices()):
        warn(notice)
    graphs = [graph for graph in listing.graphs.values() if not is_retired(graph.document())]
    return sorted((graph_result(given["namespace"], graph) for graph in graphs), key=lambda graph: graph.name)


def find_nodes(client: StateManager, given: dict[str, Any]) -> list[RegisteredNodeResult]:
    """Return the nodes that are registered in ``given["namespace"]``, sorted by name.

    Raises StateManagerError.
    """
    nodes = client.list_nodes(given["namespace"])
    return sorted((registered_node_result(given["namespace"], node) for node in nodes), key=lambda node: node.name)


def graph_result(namespace: str, graph: ListedGraph) -> GraphResult:
    """Return the result for a document of the state manager's listing."""
    from pulumi_exosphere import template

    inputs = template.from_document({"namespace": namespace, **graph.document()})
    for section in template.sections.SECTIONS:
        inputs.setdefault(section, template.section_default(section))
    return GraphResult(
        id=f"{namespace}/{graph.name}",
        namespace=namespace,
        name=graph.name,
        nodes={identifier: _node(identifier, node) for identifier, node in inputs["nodes"].items()},
        secret_names=tuple(sorted(inputs["secrets"])),
        retry_policy=RetryPolicyResult(**inputs["retry_policy"]),
        store_config=StoreConfigResult(
            required_keys=tuple(inputs["store_config"]["required_keys"]),
            default_values=inputs["store_config"]["default_values"],
        ),
        triggers=tuple(sorted(inputs["triggers"])),
        validation_status=graph.validation_status,
        validation_errors=tuple(graph.validation_errors or ()),
        created_at=graph.created_at or "",
        updated_at=graph.updated_at or "",
        document_id=graph.id or "",
    )


def _node(identifier: str, node: Mapping[str, Any]) -> GraphNodeResult:
    unites = node["unites"]
    return GraphNodeResult(
        identifier=identifier,
        node_name=node["node_name"],
        namespace=node["namespace"],
        inputs=node["inputs"],
        next_nodes=tuple(node["next_nodes"]),
        unites=None if unites is None else UnitesResult(unites["identifier"], unites["strategy"]),
    )


def registered_node_result(namespace: str, node: RegisteredNode) -> RegisteredNodeResult:
    """Return the result for a node of the state manager's listing."""
    return RegisteredNodeResult(
        name=node.name,
        namespace=node.namespace or namespace,
        runtime_name=node.runtime_name,
        inputs_schema=node.inputs_schema or {},
        outputs_schema=node.outputs_schema or {},
        secrets=tuple(node.secrets or ()),
    )
