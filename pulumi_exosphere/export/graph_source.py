"""One graph as the source of an ``exosphere.Graph``: defaults left out, nodes in the order of the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec

from .literals import call, comment, mapping, sequence, string, strings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .live import LiveGraph
    from .naming import Naming


def source(graph: LiveGraph, naming: Naming) -> str:
    """The statement that declares the graph, after what is to be known about it."""
    resource = naming.resources[graph.namespace, graph.name]
    inputs = graph.inputs
    declaration = call(
        "exosphere.Graph",
        string(resource),
        name=None if resource == graph.name else string(graph.name),
        namespace=string(graph.namespace),
        nodes=sequence(_node(node, graph.namespace) for node in spec.to_body(inputs)["nodes"]),
        secrets=_secrets(graph, naming),
        retry_policy=_retry_policy(inputs.get("retry_policy") or {}),
        store_config=_store_config(inputs.get("store_config") or {}),
        triggers=_triggers(inputs.get("triggers") or {}),
    )
    lines = [*warnings(graph), f"{naming.variables[graph.namespace, graph.name]} = {declaration}"]
    return "\n".join(lines) + "\n"


def faults(graph: LiveGraph) -> list[str]:
    """Why a preview would refuse this graph as it is: a schedule that never comes, for example."""
    return [f"{fault.path}: {fault.message}" for fault in spec.judge(graph.inputs)]


def warnings(graph: LiveGraph) -> Iterator[str]:
    """Comment lines about a graph that can't be deployed as it is."""
    if graph.status != "VALID":
        yield from comment(
            f"{graph.status} when it was exported: it can't run, and a deployment ends with this error until it is "
            "corrected here, or what it needs is registered."
            if graph.status == "INVALID"
            else f"{graph.status} when it was exported: the state manager had not validated it."
        ).splitlines()
    for error in graph.errors:
        yield comment(error, indent="# - ", more="#   ")
    refused = faults(graph)
    if refused:
        yield "# `pulumi preview` refuses it as it is:"
    for fault in refused:
        yield comment(fault, indent="# - ", more="#   ")


def _node(node: Mapping[str, Any], namespace: str) -> str:
    inputs, next_nodes, unites = node.get("inputs"), node.get("next_nodes"), node.get("unites")
    return call(
        "exosphere.GraphNodeArgs",
        node_name=string(node["node_name"]),
        identifier=string(node["identifier"]),
        namespace=None if node["namespace"] == namespace else string(node["namespace"]),
        inputs=mapping({field: string(value) for field, value in inputs.items()}) if inputs else None,
        next_nodes=strings(next_nodes) if next_nodes else None,
        unites=_unites(unites) if unites else None,
    )


def _unites(unites: Mapping[str, Any]) -> str:
    strategy = unites.get("strategy") or "ALL_SUCCESS"
    return call(
        "exosphere.UnitesArgs",
        identifier=string(unites["identifier"]),
        strategy=None if strategy == "ALL_SUCCESS" else f"exosphere.UnitesStrategy.{strategy}",
    )


def _secrets(graph: LiveGraph, naming: Naming) -> str | None:
    keys = {name: naming.keys[graph.namespace, graph.name, name] for name in graph.secret_names}
    return mapping({name: f"config.require_secret({string(key)})" for name, key in keys.items()}) if keys else None


def _retry_policy(policy: Mapping[str, Any]) -> str | None:
    defaults = spec.section_default("retry_policy")
    fields = {key: value for key, value in policy.items() if key in defaults and value != defaults[key]}
    sources = {
        key: f"exosphere.RetryStrategy.{value}" if key == "strategy" else repr(value) for key, value in fields.items()
    }
    return call("exosphere.RetryPolicyArgs", **sources) if sources else None


def _store_config(store: Mapping[str, Any]) -> str | None:
    required, defaults = store.get("required_keys"), store.get("default_values")
    if not required and not defaults:
        return None
    return call(
        "exosphere.StoreConfigArgs",
        required_keys=strings(required) if required else None,
        default_values=mapping({key: string(value) for key, value in defaults.items()}) if defaults else None,
    )


def _triggers(triggers: Mapping[str, Any]) -> str | None:
    arguments = (call("exosphere.CronTriggerArgs", expression=string(expression)) for expression in sorted(triggers))
    return sequence(arguments) if triggers else None
