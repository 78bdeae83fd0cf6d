"""Orders: a graph or a piece of one as it is wanted, where it goes, and how far the write may go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .keys import GraphKey, PieceKey
from .live import Live, from_graph

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager


@dataclass(frozen=True)
class Site:
    """Where a body goes, and how long its validation may take."""

    client: StateManager
    key: GraphKey
    validation_timeout: float
    """Seconds."""

    def read(self) -> Live | None:
        """Return the graph as one GET shows it; None if there is none."""
        graph = self.client.get_graph(self.key.namespace, self.key.name)
        return None if graph is None else from_graph(graph)


LookAt = Callable[[GraphKey], Live | None]
"""Returns a graph at another address as it is live now. Raises Conflict if that can't be told."""


@dataclass(frozen=True)
class Written:
    """An update whose sections haven't been seen yet."""

    site: Site
    body: Mapping[str, Any]
    before: Live | None
    back: Mapping[str, Any] | None
    """The body that restores ``before``; None if that can't be."""


Inputs = Mapping[str, Any]

DEFAULT_TIMEOUT = 60.0
"""Seconds that nodes may take to be registered, and a validation may take, unless the program says otherwise."""


@dataclass(frozen=True)
class Order:
    """One hook's order: a graph as it is wanted, where, and how far it may go."""

    client: StateManager
    key: GraphKey
    inputs: Inputs
    """The inputs that the program wants; of a delete, those in state."""
    adopt: bool = False
    """Whether a graph that is live already, and differs, is taken over by a create."""
    overwrite_drift: bool = False
    """Whether what someone else changed is overwritten before a refresh has shown it."""
    registration_timeout: float = DEFAULT_TIMEOUT
    """Seconds to wait for nodes that aren't registered yet."""
    validation_timeout: float = DEFAULT_TIMEOUT
    """Seconds to wait for each validation."""

    @property
    def site(self) -> Site:
        """Where the graph goes."""
        return Site(self.client, self.key, self.validation_timeout)


@dataclass(frozen=True)
class PieceOrder:
    """One attachment's order: a piece, where, and what state said of it."""

    client: StateManager
    piece: PieceKey
    value: Inputs
    """The section's fields, or ``{expression: {"type": "CRON"}}``."""
    old: Inputs | None = None
    """The same as state has it; None at create."""
    old_piece: PieceKey | None = None
    """Where state has it, if that is on the same graph."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds to wait for nodes that aren't registered yet, and for each validation."""
    lost: Mapping[str, str] = field(default_factory=dict)
    """Values by path that someone removed from it, as state keeps them."""
    adopt: bool = False
    overwrite_drift: bool = False

    @property
    def site(self) -> Site:
        """Where the graph is."""
        return Site(self.client, self.piece.graph, self.timeout)
