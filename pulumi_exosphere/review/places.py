"""Where graphs are: one id is another graph on each state manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from pulumi_exosphere.review.state import GraphState, Leaf

T = TypeVar("T")


class Place(NamedTuple):
    """A graph on a state manager."""

    address: Leaf
    """Empty where it isn't said: a preview may be made where none is configured."""
    id: str | None
    """``NAMESPACE/NAME``; None where that isn't known yet."""

    def agrees(self, other: Place) -> bool:
        """Whether both may be one graph: an address that isn't said may be any."""
        return self.id == other.id and (self.address == other.address or not self.address or not other.address)


def place_of(state: GraphState) -> Place:
    """Where the graph is."""
    return Place(state.state_manager, state.id)


class Places(Generic[T]):
    """What is where."""

    def __init__(self) -> None:
        self._found: dict[str | None, list[tuple[Place, T]]] = {}

    def put(self, place: Place, what: T) -> None:
        """Note that it is there."""
        self._found.setdefault(place.id, []).append((place, what))

    def get(self, place: Place) -> T | None:
        """What is there, the address that is meant before one that isn't said."""
        there = [(other, what) for other, what in self._found.get(place.id, ()) if other.agrees(place)]
        return min(there, key=lambda one: one[0] != place, default=(place, None))[1]
