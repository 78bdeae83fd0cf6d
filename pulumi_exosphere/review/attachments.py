"""The `RetryPolicy`, `StoreConfig` and `CronTrigger` resources of a preview, and the graphs that they belong to.

If the same program declares the graph, they are part of its inputs already, and are only mentioned with it. Of other
graphs nothing else is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar

from pulumi_exosphere.template.sections import is_unknown_expression, unknown_expression

from .graph_state import GraphState, Leaf, graph_state, leaf
from .preview import Step, Urn, kind
from .values import Hidden

T = TypeVar("T")


class Place(NamedTuple):
    """A graph on a state manager."""

    address: Leaf
    """Empty if unknown: a preview works without a configured address."""
    id: str | None
    """``NAMESPACE/NAME``; None if that isn't known yet."""

    def agrees(self, other: Place) -> bool:
        """Return whether both may be the same graph; an unknown address may be any."""
        return self.id == other.id and (self.address == other.address or not self.address or not other.address)


def place_of(state: GraphState) -> Place:
    """Return the place of the graph."""
    return Place(state.state_manager, state.id)


class Places(Generic[T]):
    """Values by place."""

    def __init__(self) -> None:
        self._found: dict[str | None, list[tuple[Place, T]]] = {}

    def put(self, place: Place, what: T) -> None:
        """Add a value at a place."""
        self._found.setdefault(place.id, []).append((place, what))

    def get(self, place: Place) -> T | None:
        """Return the value at the place; the same address takes precedence over an unknown one."""
        there = [(other, what) for other, what in self._found.get(place.id, ()) if other.agrees(place)]
        return min(there, key=lambda one: one[0] != place, default=(place, None))[1]


_SECTIONS = {"RetryPolicy": "retry_policy", "StoreConfig": "store_config", "CronTrigger": "triggers"}
_NOT_FIELDS = {"graph", "connection", "state_manager", "updated_at"}


@dataclass(frozen=True)
class Attachment:
    """One attachment, shown with its graph."""

    kind: str
    name: str
    op: str
    lost: bool = False
    """True if the graph keeps nothing that the resource set before."""
    unsure: bool = False
    """True if only the update will show whether the graph keeps it, because an expression isn't known yet."""
    left: Place | None = None
    """The place where the previous settings stay live although the resource has moved."""


@dataclass(frozen=True)
class End:
    """One side of a step: the resource's settings before or after it, and the graph that they belong to."""

    kind: str
    op: str
    after: bool
    inputs: Mapping[str, Any]
    owner: str
    """The URN of the graph of the same program that it is part of; empty if unknown, or if there is none."""
    place: Place
    stays: bool = False
    """True before a step that leaves the resource's settings live."""

    @property
    def deployed(self) -> bool:
        """False for a schedule that ``exosphere:schedules off`` keeps from being deployed."""
        return self.inputs.get("schedules") != "off"

    @property
    def hides(self) -> bool:
        """True if it may change in a way that can't be shown."""
        return self.op != "same" and any(_hides(self.inputs[key]) for key in self.inputs.keys() - _NOT_FIELDS)


def ends(step: Step) -> list[End]:
    """Return the sides after the step and before it; only one of them if the resource is created or deleted."""
    after = None if step.new is None or step.op == "delete" else _end(step, step.new, step.new_owners, after=True)
    if step.old is None:
        return [after] if after else []
    before = _end(step, step.old, step.old_owners, after=False)
    if after is None:
        return [replace(before, stays=step.retained)]
    return [after, replace(before, stays=_leaves(step, before, after))]


def attachment(step: Step, its: Iterable[End], old: GraphState | None, new: GraphState | None) -> Attachment:
    """Return the outcome for the resource, from its sides that belong to a graph that changes from ``old`` to ``new``.

    A graph that doesn't change loses nothing, and of a graph that is removed the attachments aren't counted as well.
    """
    found = Attachment(kind(step.urn), step.urn.name, step.op)
    if new is None or old == new:
        return found
    gone = [end for end in its if not end.after and not end.stays and end.deployed and not _keeps(new, end)]
    unsure = [end for end in gone if end.kind == "CronTrigger" and new.unknown_triggers]
    return replace(found, lost=gone != unsure, unsure=bool(unsure))


def graph_of(place: Place, pieces: Iterable[End]) -> GraphState:
    """Return the graph as far as its attachments describe it."""
    inputs: dict[str, Any] = {"namespace": Hidden.UNKNOWN, "name": Hidden.UNKNOWN, "state_manager": place.address}
    if place.id is not None:
        inputs["namespace"], _, inputs["name"] = place.id.rpartition("/")
    for piece in pieces:
        if not piece.deployed:
            continue
        section = _SECTIONS.get(piece.kind)
        if section == "triggers":
            triggers, expression = inputs.setdefault(section, {}), piece.inputs.get("expression")
            unknown = unknown_expression(1 + sum(map(is_unknown_expression, triggers)))
            triggers[expression if isinstance(expression, str) else unknown] = {}
        elif section is not None:
            inputs[section] = {key: value for key, value in piece.inputs.items() if key not in _NOT_FIELDS}
    return graph_state(inputs)


def _end(step: Step, inputs: Mapping[str, Any], owners: Iterable[str], *, after: bool) -> End:
    graph = inputs.get("graph")
    place = Place(leaf(inputs.get("state_manager", "")), graph if isinstance(graph, str) else None)
    owner = next((urn for urn in owners if kind(Urn(urn)) == "Graph"), "")
    return End(kind(step.urn), step.op, after, inputs, owner, place)


def _leaves(step: Step, before: End, after: End) -> bool:
    """Return whether a resource that moves leaves its settings live."""
    if before.place.agrees(after.place):
        return False
    if step.op == "update":  # They are removed from another graph, but stay on another state manager.
        return not before.owner and before.place.id == after.place.id
    return step.retained


def _keeps(graph: GraphState, end: End) -> bool:
    section = _SECTIONS.get(end.kind)
    if section == "triggers":
        return end.inputs.get("expression") in (graph.triggers or ())
    return (graph.retry_policy if section == "retry_policy" else graph.required_keys) is not None


def _hides(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_hides, value.values()))
    return isinstance(value, Hidden)
