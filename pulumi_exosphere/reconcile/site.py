"""Where a body goes (`Site`), and what has gone there and hasn't been seen in a listing since (`Written`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .live import from_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_exosphere.state_manager import StateManager

    from .keys import GraphKey
    from .live import Live


@dataclass(frozen=True)
class Site:
    """Where a body goes, and how long its verdict may take."""

    client: StateManager
    key: GraphKey
    validation_timeout: float
    """Seconds."""

    def read(self) -> Live | None:
        """The graph as one GET tells it; None where there is none."""
        document = self.client.get_graph(self.key.namespace, self.key.name)
        return None if document is None else from_document(document)


@dataclass(frozen=True)
class Written:
    """An update whose sections haven't been seen yet."""

    site: Site
    body: Mapping[str, Any]
    before: Live | None
