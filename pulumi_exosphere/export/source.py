"""One graph as the source of an ``exosphere.Graph``: defaults left out, nodes in the order of the walk.

What is live was written by others: nothing of it may end up as code.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pulumi_exosphere import template

from .live import LiveGraph
from .naming import Naming

LONG = 90
"""Letters from which on a string of several lines is written as such."""


def string(value: str) -> str:
    """A string: line by line where it is a long text, so that a change of one line is a change of one line."""
    lines = value.splitlines(keepends=True)
    if len(lines) < 2 or len(value) < LONG:
        return repr(str(value))
    return "(" + "\n".join(repr(line) for line in lines) + ")"


def strings(values: Iterable[str]) -> str:
    """A list of strings."""
    return sequence(string(value) for value in values)


def sequence(items: Iterable[str]) -> str:
    """A list of sources."""
    return "[" + ",\n".join(items) + "]"


def mapping(items: Mapping[str, str]) -> str:
    """A dict, from its keys to the sources of its values; sorted, since the order of a map means nothing."""
    return "{" + ",\n".join(f"{string(key)}: {items[key]}" for key in sorted(items)) + "}"


def call(what: str, *positional: str, **named: str | None) -> str:
    """A call; arguments whose source is None are left out."""
    arguments = [*positional, *(f"{name}={source}" for name, source in named.items() if source is not None)]
    return f"{what}({', '.join(arguments)})"


def comment(text: str, *, indent: str = "# ", more: str = "# ") -> str:
    """Comment lines that hold a text, whatever is in it."""
    return textwrap.fill(shown(text), 110, initial_indent=indent, subsequent_indent=more, break_long_words=False)


def shown(text: Any) -> str:
    """A text for comments and prose: one line, and nothing in it that ends a docstring or starts an escape."""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text).replace("\\", "/"))
    return " ".join(plain.replace('"', "'").replace("`", "'").split())


def source(graph: LiveGraph, naming: Naming) -> str:
    """The statement that declares the graph, after what is to be known about it."""
    resource = naming.resources[graph.namespace, graph.name]
    inputs = graph.inputs
    declaration = call(
        "exosphere.Graph",
        string(resource),
        name=None if resource == graph.name else string(graph.name),
        namespace=string(graph.namespace),
        nodes=sequence(_node(node, graph.namespace) for node in template.to_body(inputs)["nodes"]),
        secrets=_secrets(graph, naming),
        retry_policy=_retry_policy(inputs.get("retry_policy") or {}),
        store_config=_store_config(inputs.get("store_config") or {}),
        triggers=_triggers(inputs.get("triggers") or {}),
    )
    lines = [*warnings(graph), f"{naming.variables[graph.namespace, graph.name]} = {declaration}"]
    return "\n".join(lines) + "\n"


def faults(graph: LiveGraph) -> list[str]:
    """Why a preview would refuse this graph as it is: a schedule that never comes, for example."""
    return [f"{fault.path}: {fault.message}" for fault in template.judge(graph.inputs)]


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
    defaults = template.section_default("retry_policy")
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
