"""Where a body goes (`Site`), and what has gone there and hasn't been seen in a listing since (`Written`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True)
class Written:
    """An update whose sections haven't been seen yet."""

    site: Site
    body: Mapping[str, Any]
    before: Live | None
