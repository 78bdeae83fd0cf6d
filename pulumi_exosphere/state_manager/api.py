"""The API's calls that this package makes, and its answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from pulumi_exosphere.errors import InvalidGraph, graph_label

PAGE = "an HTML page"


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
    """Seconds for which the server asked for no further request."""
    date: datetime | None = None
    """The server's clock when it answered, to the second."""

    def json(self) -> Any:
        """Return the content.

        Raises Unreadable if it isn't JSON.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            pass  # raised below, where the error that contains the whole content is no longer its context
        raise Unreadable(f"the response is {self.kind()}")

    def kind(self) -> str:
        """Return in a word or two what the content is."""
        if not self.content.strip():
            return "empty"
        if "html" in self.content_type.lower() or self.content.lstrip()[:1] == b"<":
            return PAGE
        return "broken JSON" if "json" in self.content_type.lower() else "not JSON"

    def detail(self) -> str | list[Any] | None:
        """Return the words with which the state manager rejects a request; None if they aren't its own."""
        try:
            content = self.json()
        except Unreadable:
            return None
        detail = content.get("detail") if isinstance(content, dict) else None
        return detail if isinstance(detail, (str, list)) else None

    def says_no_such_graph(self) -> bool:
        """Return whether this 404 is the state manager's own, about a graph.

        A proxy's is a page, or worded differently; so is the server's own about a path that it doesn't have,
        ``{"detail": "Not Found"}``. Neither means that the graph is gone.
        """
        detail = self.detail()
        return isinstance(detail, str) and "graph" in detail.lower() and "not found" in detail.lower()


def retry_after(header: str | None, now: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which contains a number or a time; None if it contains neither.

    A time is compared with the server's own clock (``now``, its Date header) if it sends one.
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
    """One call, as it is sent and as messages describe it."""

    kind: str
    """The kind of thing asked for: ``graph``, ``graphs``, ``nodes``, ``namespaces`` or ``health``."""
    method: str
    path: str
    """Percent-encoded, and with the slash at the end if the API has one: without it the answer is a redirect."""
    doing: str
    """The beginning of a message: ``could not ...``."""
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    only_if_certain: bool = False
    """Whether it is repeated only if the previous try certainly wasn't carried out."""
    absent_is_fine: bool = False
    """Whether the answer that there is no such graph is no error."""

    @property
    def writes(self) -> bool:
        """Return whether it changes anything."""
        return self.method == "PUT"


def put_graph(namespace: str, name: str, body: Mapping[str, Any]) -> Call:
    """Upsert a graph."""
    # Repeating it is harmless in itself, because it replaces everything. But a try whose answer was lost may have been
    # carried out and be in validation now, and a PUT during a validation can be lost for good: the caller has to look
    # first. So it is repeated here only if nothing can have been carried out.
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
    """Ask whether the state manager is up."""
    return Call("health", "GET", "/health", "could not check whether the state manager is up")


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
            f"{name!r} can't be the name of a graph or a namespace: the state manager can't look up a name that is "
            "empty, '.' or '..', or that contains '/', a null character or an unpaired surrogate. Choose another"
        )
    return encoded
