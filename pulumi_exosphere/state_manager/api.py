"""The calls of the API that this package makes, and whether an answer is the state manager's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from pulumi_exosphere.errors import InvalidGraph, graph_label


class Unreadable(Exception):
    """An answer isn't the state manager's; the text says why, and contains nothing of the answer."""


class UnknownForm(Unreadable):
    """An answer is the state manager's, and of a form that this version doesn't know."""


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
    date: datetime | None = None
    """The server's clock when it answered, to the second."""

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


def retry_after(header: str | None, now: str | None) -> float | None:
    """The seconds of a Retry-After header, which holds a number of them or a time; None where it holds neither.

    A time is compared with the server's own clock (``now``, its Date header) where it tells.
    """
    header = (header or "").strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    until = http_date(header)
    if until is None:
        return None
    return max((until - (http_date(now) or datetime.now(timezone.utc))).total_seconds(), 0.0)


def http_date(header: str | None) -> datetime | None:
    """Read a date header; None where it is none."""
    try:
        time = parsedate_to_datetime(header or "")
    except (ValueError, TypeError):
        return None
    return time if time.tzinfo is not None else time.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Call:
    """One call, as it is sent and as it is told of."""

    kind: str
    """What it is, for messages: ``graph``, ``graphs``, ``nodes``, ``namespaces`` or ``health``."""
    method: str
    path: str
    """Percent-encoded, and with the slash at the end where the API has one: without it the answer is a redirect."""
    doing: str
    """How a message begins: ``could not ...``."""
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    only_if_certain: bool = False
    """Repeated only where the try before certainly wasn't carried out."""
    absent_is_fine: bool = False
    """That there is no such graph is an answer, and no error."""

    @property
    def writes(self) -> bool:
        """Whether it changes anything at the state manager."""
        return self.method == "PUT"


def put_graph(namespace: str, name: str, body: Mapping[str, Any]) -> Call:
    """Upsert a graph."""
    # Repeating it is harmless in itself, since it replaces everything. But a try whose answer was lost may have been
    # carried out and be in validation now, and a PUT into a running validation can be lost for good: whoever calls
    # has to look first. So it is repeated here only where nothing can have been carried out.
    path, what = _graph(namespace, name)
    return Call("graph", "PUT", path, f"could not write {what}", body, only_if_certain=True)


def get_graph(namespace: str, name: str) -> Call:
    """Read one graph."""
    path, what = _graph(namespace, name)
    return Call("graph", "GET", path, f"could not read {what}", absent_is_fine=True)


def list_graphs(namespace: str) -> Call:
    """Read all graphs of a namespace."""
    path = f"/v0/namespace/{_segment(namespace)}/graphs/"
    return Call("graphs", "GET", path, f"could not list the graphs of namespace '{namespace}'")


def list_nodes(namespace: str) -> Call:
    """Read the registered nodes of a namespace."""
    path = f"/v0/namespace/{_segment(namespace)}/nodes/"
    return Call("nodes", "GET", path, f"could not list the registered nodes of namespace '{namespace}'")


def register_nodes(namespace: str, body: Mapping[str, Any]) -> Call:
    """Register a runtime's nodes."""
    path = f"/v0/namespace/{_segment(namespace)}/nodes/"
    return Call("nodes", "PUT", path, f"could not register nodes in namespace '{namespace}'", body)


def list_namespaces() -> Call:
    """Read the namespaces that have registered nodes."""
    return Call("namespaces", "GET", "/v0/namespaces", "could not list the namespaces")


def health() -> Call:
    """See whether the state manager is up."""
    return Call("health", "GET", "/health", "could not see whether the state manager is up")


def _graph(namespace: str, name: str) -> tuple[str, str]:
    path = f"/v0/namespace/{_segment(namespace)}/graph/{_segment(name)}"
    return path, graph_label(name, namespace)


def _segment(name: str) -> str:
    encoded = None
    if name not in {"", ".", ".."} and "/" not in name and "\0" not in name:
        try:
            encoded = quote(name, safe="")
        except UnicodeEncodeError:
            encoded = None
    if encoded is None:
        raise InvalidGraph(
            f"{name!r} can't be the name of a graph or a namespace: the state manager finds none that is empty, '.' or "
            "'..', or that holds '/', NUL or half a character"
        )
    return encoded
