"""One graph as the source of an ``exosphere.Graph``: defaults left out, nodes in the order of execution.

Others wrote what is live, so none of it becomes code: every value passes through `literal`, every text in a comment or
docstring through `shown`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.template.enums import RetryStrategy, UnitesStrategy

from .live import LiveGraph
from .naming import Naming

LONG = 90
"""Characters from which on a string of several lines is written line by line."""


def literal(value: Any) -> str:
    """Return the literal of a value from a document.

    Raises:
        TypeError: It is neither a string nor an integer or null.
    """
    if isinstance(value, str):
        return string(value)
    if value is None or isinstance(value, int):
        return repr(value)
    raise TypeError


def string(value: str) -> str:
    """Return the literal of a string: line by line if the text is long, so that diffs of the program are short."""
    lines = value.splitlines(keepends=True)
    if len(lines) < 2 or len(value) < LONG:
        return repr(str(value))
    return "(" + "\n".join(repr(line) for line in lines) + ")"


def literals(values: Iterable[Any]) -> str:
    """Return the source of a list of values."""
    return sequence(map(literal, values))


def sequence(items: Iterable[str]) -> str:
    """Return the source of a list, from the sources of its items."""
    return "[" + ",\n".join(items) + "]"


def mapping(items: Mapping[str, str]) -> str:
    """Return the source of a dict, from its keys to the sources of its values, sorted by key."""
    return "{" + ",\n".join(f"{string(key)}: {items[key]}" for key in sorted(items)) + "}"


def call(what: str, *positional: str, **named: str | None) -> str:
    """Return the source of a call, without the arguments whose source is None."""
    arguments = [*positional, *(f"{name}={source}" for name, source in named.items() if source is not None)]
    return f"{what}({', '.join(arguments)})"


def comment(text: str, *, indent: str = "# ", more: str = "# ") -> str:
    """Return comment lines with this text, whatever it contains."""
    return textwrap.fill(shown(text), 110, initial_indent=indent, subsequent_indent=more, break_long_words=False)


def shown(text: Any) -> str:
    """Return a text for comments and prose: one line, without what would end a docstring or start an escape."""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text).replace("\\", "/"))
    return " ".join(plain.replace('"', "'").replace("`", "'").split())


def source(graph: LiveGraph, naming: Naming) -> str:
    """Return the statement that declares the graph, below comments on why it can't be deployed as it is."""
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
    """Return why a preview would reject this graph as it is: a schedule that never fires, for example."""
    return [f"{fault.path}: {fault.message}" for fault in template.judge(graph.inputs)]


def warnings(graph: LiveGraph) -> Iterator[str]:
    """Yield comment lines about a graph that can't be deployed as it is."""
    if graph.status != "VALID":
        yield from comment(
            "INVALID when it was exported: it can't run, and deploying it fails with this error until it is "
            "corrected here or what it needs is registered."
            if graph.status == "INVALID"
            else f"{graph.status} when it was exported: the state manager had not validated it yet."
        ).splitlines()
    for error in graph.errors:
        yield comment(error, indent="# - ", more="#   ")
    problems = faults(graph)
    if problems:
        yield "# `pulumi preview` rejects it as it is:"
    for fault in problems:
        yield comment(fault, indent="# - ", more="#   ")


def _node(node: Mapping[str, Any], namespace: str) -> str:
    inputs, next_nodes, unites = node.get("inputs"), node.get("next_nodes"), node.get("unites")
    return call(
        "exosphere.GraphNodeArgs",
        node_name=literal(node["node_name"]),
        identifier=literal(node["identifier"]),
        namespace=None if node["namespace"] == namespace else literal(node["namespace"]),
        inputs=_values(inputs) if inputs else None,
        next_nodes=literals(next_nodes) if next_nodes else None,
        unites=_unites(unites) if unites else None,
    )


def _unites(unites: Mapping[str, Any]) -> str:
    strategy = unites.get("strategy") or UnitesStrategy.ALL_SUCCESS.value
    return call(
        "exosphere.UnitesArgs",
        identifier=literal(unites["identifier"]),
        strategy=None if strategy == UnitesStrategy.ALL_SUCCESS.value else _member(UnitesStrategy, strategy),
    )


def _member(strategies: type[Enum], value: Any) -> str:
    """Return the source of an enum's member, or the literal of a value that is none."""
    member = next((one for one in strategies if one.value == value), None)
    return literal(value) if member is None else f"exosphere.{strategies.__name__}.{member.name}"


def _values(values: Mapping[str, Any]) -> str:
    return mapping({key: literal(value) for key, value in values.items()})


def _secrets(graph: LiveGraph, naming: Naming) -> str | None:
    keys = {name: naming.keys[graph.namespace, graph.name, name] for name in graph.secret_names}
    return mapping({name: f"config.require_secret({string(key)})" for name, key in keys.items()}) if keys else None


def _retry_policy(policy: Mapping[str, Any]) -> str | None:
    defaults = template.section_default("retry_policy")
    fields = {key: value for key, value in policy.items() if key in defaults and value != defaults[key]}
    sources = {
        key: _member(RetryStrategy, value) if key == "strategy" else literal(value) for key, value in fields.items()
    }
    return call("exosphere.RetryPolicyArgs", **sources) if sources else None


def _store_config(store: Mapping[str, Any]) -> str | None:
    required, defaults = store.get("required_keys"), store.get("default_values")
    if not required and not defaults:
        return None
    return call(
        "exosphere.StoreConfigArgs",
        required_keys=literals(required) if required else None,
        default_values=_values(defaults) if defaults else None,
    )


def _triggers(triggers: Mapping[str, Any]) -> str | None:
    arguments = (call("exosphere.CronTriggerArgs", expression=string(expression)) for expression in sorted(triggers))
    return sequence(arguments) if triggers else None
