"""The calls of the API that this package makes: method, path, and the words for what is being done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pulumi_exosphere.errors import InvalidGraph

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    return path, f"graph '{name}' in namespace '{namespace}'"


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
