"""Names and ids of graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.resources.args import ConnectionArgs
from pulumi_exosphere.resources.fields import fields_of
from pulumi_exosphere.resources.leaves import plain_string
from pulumi_exosphere.spec.ids import split_id

if TYPE_CHECKING:
    from collections.abc import Callable


def plain_name(value: object, path: str, *, default: Callable[[], str] | None = None) -> str:
    """A graph's name or namespace; check judges it."""
    if value is None and default is not None:
        return default()
    return plain_string(value, path)


def parse_id(graph_id: str, path: str) -> tuple[str, str]:
    """Namespace and name of an id.

    Raises:
        InvalidGraph: It isn't ``NAMESPACE/NAME``.
    """
    parts = split_id(graph_id)
    if parts is None:
        raise InvalidGraph(
            f"{path}: {graph_id!r} is no graph's id. An id is NAMESPACE/NAME, as in 'analytics/daily-report'; to name "
            "a graph of this program, give the Graph itself"
        )
    return parts


def address(connection: object) -> object:
    """What tells one state manager from another: its address, or the output that will be it; None for the default."""
    if connection is None:
        return None
    uri = fields_of(connection, ConnectionArgs, "connection")["uri"]
    return uri.rstrip("/") if isinstance(uri, str) else uri
