"""Reading the state manager's answers: whether they are its own at all, and then as `models`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from .api import UnknownForm, Unreadable
from .models import Graph, GraphListing, RegisteredNode, graph_listing, places, registered_node

ABSENT = object()
"""Stands for the content if the state manager said that there is no such graph; nothing in JSON is equal to it."""


def read_graph(content: Any) -> Graph:
    """Read the answer to a PUT or GET of one graph."""
    document = _object(content)
    if not isinstance(document.get("nodes"), list) or not isinstance(document.get("validation_status"), str):
        raise Unreadable("it isn't a graph")
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
        return graph_listing(namespace, templates)

    return read


def read_nodes(namespace: str) -> Callable[[Any], list[RegisteredNode]]:
    """Read the listing of a namespace's registered nodes."""
    return lambda content: [registered_node(node) for node in _listed(content, "nodes", namespace)]


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
