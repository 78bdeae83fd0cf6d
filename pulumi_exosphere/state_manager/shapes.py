"""The shapes that the state manager's answers have, looked at once, here: who reads them later can trust them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .api import Unreadable

Document = dict[str, Any]

ABSENT = object()
"""Stands for the content where the state manager said that there is no such graph; nothing in JSON is equal to it."""


def read_graph(content: Any) -> Document:
    """The answer of a PUT or GET of one graph."""
    document = _object(content)
    _graph(document, "the graph")
    return document


def read_graph_if_any(content: Any) -> Document | None:
    """The answer of a GET of one graph; None for ABSENT, and for nothing else."""
    return None if content is ABSENT else read_graph(content)


def read_graphs(namespace: str) -> Callable[[Any], list[Document]]:
    """The listing of a namespace's graphs: only a whole one, and of that namespace, may say that a graph is gone."""

    def read(content: Any) -> list[Document]:
        templates = _listed(content, "templates", namespace)
        for template in templates:
            _graph(template, "a listed graph")
            _text(template, "name", "a listed graph")
            if template.get("namespace", namespace) != namespace:
                raise Unreadable("it lists a graph of another namespace")
        return templates

    return read


def read_nodes(namespace: str) -> Callable[[Any], list[Document]]:
    """The listing of a namespace's registered nodes."""

    def read(content: Any) -> list[Document]:
        nodes = _listed(content, "nodes", namespace)
        for node in nodes:
            _text(node, "name", "a listed node")
        return nodes

    return read


def read_namespaces(content: Any) -> list[str]:
    """The listing of the namespaces that have registered nodes."""
    namespaces = _object(content).get("namespaces")
    if not isinstance(namespaces, list) or not all(isinstance(name, str) for name in namespaces):
        raise Unreadable("it has no list 'namespaces'")
    return namespaces


def read_object(content: Any) -> Document:
    """Any JSON object."""
    return _object(content)


def _object(content: Any) -> Document:
    if not isinstance(content, dict):
        raise Unreadable("its JSON isn't an object")
    return content


def _listed(content: Any, key: str, namespace: str) -> list[Document]:
    listing = _object(content)
    if listing.get("namespace") != namespace:
        raise Unreadable("it isn't the listing of that namespace")
    items = listing.get(key)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unreadable(f"it has no list '{key}'")
    if listing.get("count", len(items)) != len(items):
        raise Unreadable(f"'count' isn't the number of its '{key}'")
    return items


def _graph(document: Document, what: str) -> None:
    _text(document, "validation_status", what)
    nodes = document.get("nodes")
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise Unreadable(f"{what} has no list 'nodes'")
    for node in nodes:
        _text(node, "identifier", "a node of it")
        _text(node, "node_name", "a node of it")


def _text(document: Document, key: str, what: str) -> None:
    if not isinstance(document.get(key), str):
        raise Unreadable(f"{what} has no text '{key}'")
