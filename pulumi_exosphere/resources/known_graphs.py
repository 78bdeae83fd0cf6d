"""The graphs that a program has declared or looked up, for what is attached to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_exosphere.resources.collect import Collection


@dataclass(frozen=True)
class KnownGraph:
    """What attachments need to know about their graph."""

    label: str
    """The graph, as messages name it."""
    connection: object
    """The argument ``connection`` of the graph, as it was given."""
    id: pulumi.Input[str]
    """The graph's id, ``NAMESPACE/NAME``."""
    collection: Collection | None = None
    """What takes pieces into the graph's own upsert; None where the graph is only read."""
    ignored: Sequence[str] = ()
    """The graph's ``ignore_changes``."""


_ATTRIBUTE = "_exosphere_known"
"""The graph itself holds what is known: it leads back to the graph, and both can go once the program drops it."""


def note(graph: pulumi.Resource, known: KnownGraph) -> None:
    """Remember a graph."""
    vars(graph)[_ATTRIBUTE] = known


def known_graph(resource: object) -> KnownGraph | None:
    """What is known about a graph; None for everything else."""
    return vars(resource).get(_ATTRIBUTE) if isinstance(resource, pulumi.Resource) else None
