"""What becomes of the `RetryPolicy`, `StoreConfig` and `CronTrigger` resources, and of the graphs that they belong to.

Declared on a graph of the same program they are part of that graph's own inputs already, and are only mentioned with
it. Of a graph that the program doesn't declare they are all that is known.
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


_SECTIONS = {"RetryPolicy": "retry_policy", "StoreConfig": "store_config", "CronTrigger": "triggers"}
_NOT_FIELDS = {"graph", "connection", "state_manager", "updated_at"}


@dataclass(frozen=True)
class Attachment:
    """One such resource, with its graph."""

    kind: str
    name: str
    op: str
    lost: bool = False
    """True where the graph keeps nothing of what the resource set before."""
    unsure: bool = False
    """True where only the update will know whether it keeps that: an expression isn't known yet."""
    left: Place | None = None
    """Where what it set before stays live, although the resource is elsewhere now."""


@dataclass(frozen=True)
class End:
    """One end of a step: what the resource sets before it or after it, and of which graph."""

    kind: str
    op: str
    after: bool
    inputs: Mapping[str, Any]
    owner: str
    """URN of the graph of the same program that it is part of; empty where that isn't said, or there is none."""
    place: Place
    stays: bool = False
    """True before a step that leaves live what the resource set."""

    @property
    def deployed(self) -> bool:
        """False for a schedule that ``exosphere:schedules off`` keeps from being deployed."""
        return self.inputs.get("schedules") != "off"

    @property
    def hides(self) -> bool:
        """True where it may change and nobody can see it."""
        return self.op != "same" and any(_hides(self.inputs[key]) for key in self.inputs.keys() - _NOT_FIELDS)


def ends(step: Step) -> list[End]:
    """After the step and before it; only one of them where the resource is made or deleted."""
    after = None if step.new is None or step.op == "delete" else _end(step, step.new, step.new_owners, after=True)
    if step.old is None:
        return [after] if after else []
    before = _end(step, step.old, step.old_owners, after=False)
    if after is None:
        return [replace(before, stays=step.retained)]
    return [after, replace(before, stays=_leaves(step, before, after))]


def attachment(step: Step, its: Iterable[End], old: GraphState | None, new: GraphState | None) -> Attachment:
    """What becomes of the resource, by those of its ends that belong to a graph, which is ``old`` and will be ``new``.

    A graph that doesn't change loses nothing; of one that will be no more, nothing is lost besides.
    """
    found = Attachment(kind(step.urn), step.urn.name, step.op)
    if new is None or old == new:
        return found
    gone = [end for end in its if not end.after and not end.stays and end.deployed and not _keeps(new, end)]
    unsure = [end for end in gone if end.kind == "CronTrigger" and new.unknown_triggers]
    return replace(found, lost=gone != unsure, unsure=bool(unsure))


def graph_of(place: Place, pieces: Iterable[End]) -> GraphState:
    """What is known of a graph from the resources that belong to it alone."""
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
    """Whether a resource that goes elsewhere leaves live what it set."""
    if before.place.agrees(after.place):
        return False
    if step.op == "update":  # Takes it from another graph, and leaves it on another state manager.
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
