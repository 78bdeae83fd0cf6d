"""What the exported graphs, their secrets and their modules are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .names import camel_case, distinct, snake_case, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .live import LiveGraph

_PROVIDERS_OWN = frozenset({"adopt", "apiKey", "namespace", "stateManagerUri"})
"""Keys under ``exosphere:``, which a secret's key isn't to be taken for."""


@dataclass(frozen=True)
class Naming:
    """Each name by what it is for; a graph is a namespace and a name."""

    project: str
    """Also the namespace of its configuration, so never ``exosphere``, which is the provider's."""
    modules: dict[str, str]
    """By namespace."""
    variables: dict[tuple[str, str], str]
    """By graph; none twice in a module."""
    resources: dict[tuple[str, str], str]
    """By graph; none twice in the stack."""
    keys: dict[tuple[str, str, str], str]
    """The configuration key of each secret, by graph and secret's name; none twice in the stack."""


def name_all(graphs: Sequence[LiveGraph]) -> Naming:
    """Names for all that is exported together."""
    namespaces = list(dict.fromkeys(graph.namespace for graph in graphs))
    variables: dict[tuple[str, str], str] = {}
    for namespace in namespaces:
        names = [graph.name for graph in graphs if graph.namespace == namespace]
        named = distinct({name: [snake_case(name, "graph")] for name in names})
        variables.update({(namespace, name): variable for name, variable in named.items()})
    return Naming(
        project=f"{_kebab(namespaces[0], 'namespace')[:80] if len(namespaces) == 1 else 'exosphere'}-graphs",
        # A module of the package `graphs`, so that no namespace hides a module of Python's own.
        modules=distinct({namespace: [snake_case(namespace, "namespace")] for namespace in namespaces}),
        variables=variables,
        resources=distinct({(graph.namespace, graph.name): _resource(graph) for graph in graphs}, separator="-"),
        keys=distinct(
            {
                (graph.namespace, graph.name, secret): _key(graph, secret)
                for graph in graphs
                for secret in graph.secret_names
            },
            separator="",
        ),
    )


def _resource(graph: LiveGraph) -> list[str]:
    """The graph's name, if it can be a part of a URN; with the namespace in front where two namespaces have it."""
    plain = graph.name.isprintable() and not set(graph.name) & set(":$\\\"'") and graph.name == graph.name.strip()
    short = graph.name if plain else _kebab(graph.name, "graph")
    return [short, f"{_kebab(graph.namespace, 'namespace')}-{short}"]


def _key(graph: LiveGraph, secret: str) -> list[str]:
    parts = [secret, f"{graph.name} {secret}", f"{graph.namespace} {graph.name} {secret}"]
    keys = [camel_case(part, "secret") for part in parts]
    return keys[1:] if keys[0] in _PROVIDERS_OWN else keys


def _kebab(name: str, otherwise: str) -> str:
    return "-".join(words(name)) or otherwise
