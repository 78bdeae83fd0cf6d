"""What look-ups give back: plain values, as the state manager has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager.models import ListedGraph, RegisteredNode


@dataclass(frozen=True)
class UnitesResult:
    """What a node waits for."""

    identifier: str
    """The node whose branches are waited for."""
    strategy: str
    """When to go on, a `UnitesStrategy`."""


@dataclass(frozen=True)
class GraphNodeResult:
    """One node of a graph."""

    identifier: str
    """What the node is called in the graph."""
    node_name: str
    """The name under which a runtime registered it."""
    namespace: str
    """The namespace in which it is registered."""
    inputs: Mapping[str, str]
    """Its inputs by field."""
    next_nodes: Sequence[str]
    """The identifiers of the nodes that start when it has ended, in order."""
    unites: UnitesResult | None
    """What it waits for; None: nothing."""


@dataclass(frozen=True)
class RetryPolicyResult:
    """What happens when a node of a graph fails."""

    max_retries: int
    """How often a failed node is tried again."""
    strategy: str
    """How the delay grows, a `RetryStrategy`."""
    backoff_factor: int
    """The delay to start from, in milliseconds."""
    exponent: int
    """What an exponential delay is multiplied by each time."""
    max_delay: int | None
    """The longest delay, in milliseconds; None: no limit."""


@dataclass(frozen=True)
class StoreConfigResult:
    """The store that the nodes of one run share."""

    required_keys: Sequence[str]
    """Keys that whoever starts a run must give, sorted."""
    default_values: Mapping[str, str]
    """Values by key for what a run wasn't given."""


@dataclass(frozen=True)
class GraphResult:
    """A graph as it is live."""

    id: str
    """``NAMESPACE/NAME``: what a `RetryPolicy`, `StoreConfig` or `CronTrigger` takes as its ``graph``."""
    namespace: str
    """Its namespace."""
    name: str
    """Its name in the namespace."""
    nodes: Mapping[str, GraphNodeResult]
    """Its nodes by identifier."""
    secret_names: Sequence[str]
    """The names of its secrets, sorted. Nobody can read their values."""
    retry_policy: RetryPolicyResult
    """What happens when a node fails."""
    store_config: StoreConfigResult
    """The store that the nodes of one run share."""
    triggers: Sequence[str]
    """Its cron expressions, sorted."""
    validation_status: str
    """The state manager's verdict, a `ValidationStatus`."""
    validation_errors: Sequence[str]
    """What the state manager found wrong; empty for a valid graph."""
    created_at: str
    """When it was first written: a time without zone, in the state manager's local time."""
    updated_at: str
    """When it was last written, likewise."""
    document_id: str
    """The state manager's own id of the graph."""


@dataclass(frozen=True)
class RegisteredNodeResult:
    """A node that a runtime has registered, so that graphs can have it."""

    name: str
    """What a graph names as ``node_name``."""
    namespace: str
    """The namespace in which it is registered."""
    runtime_name: str
    """The runtime that registered it last."""
    inputs_schema: Mapping[str, Any]
    """The JSON Schema of its inputs."""
    outputs_schema: Mapping[str, Any]
    """The JSON Schema of its outputs."""
    secrets: Sequence[str]
    """The names of the secrets that it asks for."""


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
