"""Names of the exported graphs, their secrets and their modules: readable, and each name once.

Live names can contain anything; names in the program are ASCII, and don't depend on the order of the listing.
"""

from __future__ import annotations

import builtins
import itertools
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .live import LiveGraph

Key = TypeVar("Key", bound=Hashable)

TAKEN = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "config", "exosphere", "pulumi"})
"""Names that no variable of the program may have."""

LONGEST = 80
"""Letters of a variable, a module or a configuration key, at most: file systems take 255, readers fewer."""

_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z0-9]+")


def words(name: str) -> list[str]:
    """The words of a name, in lower case: ``dailyReport``, ``DAILY_REPORT`` and ``daily-report`` have the same."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return [word.lower() for word in _WORD.findall(plain)]


def camel_case(name: str, otherwise: str) -> str:
    """Return a configuration key, such as ``warehousePassword``; start with ``otherwise`` if the name has no start."""
    found = words(name)
    if not found or found[0][0].isdigit():
        found.insert(0, otherwise)
    return (found[0] + "".join(word.capitalize() for word in found[1:]))[:LONGEST]


def snake_case(name: str, otherwise: str, taken: Iterable[str] = TAKEN) -> str:
    """Return a variable or module name, such as ``daily_report``; it ends with ``otherwise`` if that is taken."""
    found = words(name)
    if not found or found[0][0].isdigit():
        found.insert(0, otherwise)
    plain = "_".join(found)[:LONGEST].rstrip("_")
    return f"{plain}_{otherwise}" if plain in taken else plain


def distinct(wanted: Mapping[Key, Sequence[str]], *, separator: str = "_") -> dict[Key, str]:
    """One name for each key, none twice.

    Args:
        wanted: For each key its candidates, from the shortest to the most telling. The first one that no other key
            wants is taken; if there is none, the last one, with a number from the second key on.
        separator: What stands between a name and its number.
    """
    how_many = Counter(candidate for candidates in wanted.values() for candidate in dict.fromkeys(candidates))
    names = {
        key: next((candidate for candidate in candidates if how_many[candidate] == 1), "")
        for key, candidates in wanted.items()
    }
    given = {name for name in names.values() if name}
    for key, candidates in wanted.items():
        if not names[key]:
            names[key] = _free(candidates[-1], separator, given, how_many)
            given.add(names[key])
    return names


def _free(name: str, separator: str, given: Container[str], wanted: Container[str]) -> str:
    if name not in given:
        return name
    numbered = (f"{name}{separator}{number}" for number in itertools.count(2))
    return next(one for one in numbered if one not in given and one not in wanted)


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
    """Return the graph's name, made fit for a URN; the second candidate starts with the namespace."""
    plain = graph.name.isprintable() and not set(graph.name) & set(":$\\\"'") and graph.name == graph.name.strip()
    short = graph.name if plain else _kebab(graph.name, "graph")
    return [short, f"{_kebab(graph.namespace, 'namespace')}-{short}"]


def _key(graph: LiveGraph, secret: str) -> list[str]:
    parts = [secret, f"{graph.name} {secret}", f"{graph.namespace} {graph.name} {secret}"]
    keys = [camel_case(part, "secret") for part in parts]
    return keys[1:] if keys[0] in _PROVIDERS_OWN else keys


def _kebab(name: str, otherwise: str) -> str:
    return "-".join(words(name)) or otherwise
