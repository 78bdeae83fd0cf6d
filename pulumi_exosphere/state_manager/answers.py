"""What the state manager answers, and whether it is the state manager that answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Document = dict[str, Any]


ABSENT = object()
"""Stands for the content where the state manager said that there is no such graph; nothing in JSON is equal to it."""


class Unreadable(Exception):
    """An answer isn't the state manager's; the text says why, and holds nothing of the answer."""


@dataclass(frozen=True)
class Answer:
    """One answer, read to its end."""

    status: int
    content: bytes = field(repr=False)
    request_id: str
    content_type: str = ""
    location: str | None = field(default=None, repr=False)
    retry_after: float | None = None
    """Seconds for which the server asked not to be asked again."""

    def json(self) -> Any:
        """The content.

        Raises Unreadable where it isn't JSON.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            pass  # raised below, where the error that holds the whole content isn't its context any more
        raise Unreadable(f"{self.kind()} came where JSON belongs")

    def kind(self) -> str:
        """In a word or two what the content is."""
        if not self.content.strip():
            return "an empty answer"
        if "html" in self.content_type.lower() or self.content.lstrip()[:1] == b"<":
            return "an HTML page"
        return "broken JSON" if "json" in self.content_type.lower() else "something other than JSON"

    def detail(self) -> str | list[Any] | None:
        """The words in which the state manager refuses; None where it isn't the state manager's refusal."""
        try:
            content = self.json()
        except Unreadable:
            return None
        detail = content.get("detail") if isinstance(content, dict) else None
        return detail if isinstance(detail, (str, list)) else None

    def says_no_such_graph(self) -> bool:
        """Whether this 404 is the state manager's own, about a graph.

        A proxy's is a page, or says it in other words; so does the server's own about a path that it doesn't have,
        ``{"detail": "Not Found"}``. Neither means that the graph is gone.
        """
        detail = self.detail()
        return isinstance(detail, str) and "graph" in detail.lower() and "not found" in detail.lower()


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


def retry_after(header: str | None, now: str | None) -> float | None:
    """The seconds of a Retry-After header, which holds a number of them or a time; None where it holds neither.

    A time is compared with the server's own clock (``now``, its Date header) where it tells.
    """
    header = (header or "").strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    until = _time(header)
    if until is None:
        return None
    return max((until - (_time(now) or datetime.now(timezone.utc))).total_seconds(), 0.0)


def _time(header: str | None) -> datetime | None:
    try:
        time = parsedate_to_datetime(header or "")
    except (ValueError, TypeError):
        return None
    return time if time.tzinfo is not None else time.replace(tzinfo=timezone.utc)


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
