"""Reading the state manager's answers: whether they are its own at all, and then as `models`.

The models, and pydantic with them, are loaded with the first document that is read: a preview of new graphs reads none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import UnreadableAnswer

from .api import UnknownForm, Unreadable
from .failures import UPDATE

if TYPE_CHECKING:
    from .models import Graph, ListedGraph, RegisteredNode

ABSENT = object()
"""Stands for the content if the state manager said that there is no such graph; nothing in JSON is equal to it."""


class GraphListing:
    """The graphs of a namespace. Each document, which has a text ``name``, is read when it is asked for."""

    def __init__(self, namespace: str, documents: Iterable[Mapping[str, Any]] = ()) -> None:
        self.namespace = namespace
        self._documents: dict[str, Mapping[str, Any]] = {}
        repeated: set[str] = set()
        for document in documents:
            if self._documents.setdefault(document["name"], document) is not document:
                repeated.add(document["name"])
        self.repeated = tuple(sorted(repeated))
        """The names that more than one document has, sorted; the first counts, as a GET finds it."""
        self._read: dict[str, ListedGraph | str] = {}

    def find(self, name: str) -> ListedGraph | None:
        """Return the graph of this name, or None.

        Raises UnreadableAnswer if its document can't be read.
        """
        if name not in self._documents:
            return None
        graph = self._graph(name)
        if isinstance(graph, str):
            raise UnreadableAnswer(self.why_unreadable(name))
        return graph

    @cached_property
    def graphs(self) -> Mapping[str, ListedGraph]:
        """All graphs that can be read, by name."""
        read = {name: self._graph(name) for name in self._documents}
        return {name: graph for name, graph in read.items() if not isinstance(graph, str)}

    @property
    def unreadable(self) -> list[str]:
        """The names of graphs whose documents have a form that this version doesn't know."""
        return [name for name in self._documents if name not in self.graphs]

    def why_unreadable(self, name: str) -> str:
        """Return the message about a document that can't be read."""
        return (
            f"graph '{name}' in namespace '{self.namespace}' has a form that this version of pulumi-exosphere doesn't "
            f"know ({self._graph(name)}), so it can't be managed. {UPDATE}"
        )

    def notices(self) -> list[str]:
        """Return a sentence about each name that more than one document has."""
        return [
            f"graph '{name}' in namespace '{self.namespace}' is stored more than once: the first document is used, as "
            "the state manager does. Remove the others from its database"
            for name in self.repeated
        ]

    def _graph(self, name: str) -> ListedGraph | str:
        from .models import listed_graph

        if name not in self._read:
            self._read[name] = listed_graph(self._documents[name])
        return self._read[name]


def read_graph(content: Any) -> Graph:
    """Read the answer to a PUT or GET of one graph."""
    document = _object(content)
    if not isinstance(document.get("nodes"), list) or not isinstance(document.get("validation_status"), str):
        raise Unreadable("it isn't a graph")
    from pydantic import ValidationError

    from .models import Graph, places

    try:
        return Graph.model_validate(document)
    except ValidationError as error:
        why = places(error)
    raise UnknownForm(f"the graph has a form that this version of pulumi-exosphere doesn't know ({why})")


def read_graph_if_any(content: Any) -> Graph | None:
    """Read the answer to a GET of one graph; None for ABSENT, and for nothing else."""
    return None if content is ABSENT else read_graph(content)


def read_graphs(namespace: str) -> Callable[[Any], GraphListing]:
    """Read the listing of a namespace's graphs: only a whole one, of that namespace, may say that a graph is gone."""

    def read(content: Any) -> GraphListing:
        templates = _listed(content, "templates", namespace)
        if any(template.get("namespace", namespace) != namespace for template in templates):
            raise Unreadable("it lists a graph of another namespace")
        return GraphListing(namespace, templates)

    return read


def read_nodes(namespace: str) -> Callable[[Any], list[RegisteredNode]]:
    """Read the listing of a namespace's registered nodes."""

    def read(content: Any) -> list[RegisteredNode]:
        from .models import registered_node

        return [registered_node(node) for node in _listed(content, "nodes", namespace)]

    return read


def read_namespaces(content: Any) -> list[str]:
    """Read the listing of the namespaces that have registered nodes."""
    namespaces = _object(content).get("namespaces")
    if not isinstance(namespaces, list) or not all(isinstance(name, str) for name in namespaces):
        raise Unreadable("it has no list 'namespaces'")
    return namespaces


def read_object(content: Any) -> dict[str, Any]:
    """Read any JSON object."""
    return _object(content)


def _object(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise Unreadable("its JSON isn't an object")
    return content


def _listed(content: Any, key: str, namespace: str) -> list[dict[str, Any]]:
    listing = _object(content)
    if listing.get("namespace") != namespace:
        raise Unreadable("it isn't the listing of that namespace")
    items = listing.get(key)
    if not isinstance(items, list) or not all(
        isinstance(item, dict) and isinstance(item.get("name"), str) for item in items
    ):
        raise Unreadable(f"it has no list '{key}' of objects with a name")
    if listing.get("count", len(items)) != len(items):
        raise Unreadable(f"'count' isn't the number of its '{key}'")
    return items
