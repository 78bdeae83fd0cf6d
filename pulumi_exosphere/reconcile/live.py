"""A graph as the state manager returns it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeGuard

from pulumi_exosphere import template
from pulumi_exosphere.template.sections import SECTIONS

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager.models import Graph

OUTPUTS = ("updated_at", "created_at", "document_id")
"""The outputs that a graph's state takes from a reading, in addition to its inputs."""
LEAVING = 3
"""How often a schedule is listed in an upsert that is only sent to remove its row; the state manager makes one row of
them, and stores the list as it was sent. By that, other runs recognise what is not to be kept."""


@dataclass(frozen=True)
class Live:
    """One reading of one graph."""

    inputs: Mapping[str, Any]
    """Nodes, sections and names of secrets, in the shape of a graph's inputs; the sections only from a listing."""
    status: str
    """The validation status: ``VALID``, ``INVALID`` or ``PENDING``."""
    errors: tuple[str, ...]
    """Why it is INVALID, sorted, none twice; they can hold values (`state_manager.redaction`)."""
    updated_at: str
    """When it was last written, to the millisecond, in the state manager's local time; empty where it doesn't say."""
    created_at: str
    """When it was first written, in the same way."""
    document_id: str | None
    """The state manager's own id; only a listing has it."""
    retired: bool
    """Whether it is what stands for a deleted graph (`template.retired`): it can't run."""

    trigger_fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By expression those triggers, as the API has them, that contain fields this version doesn't know."""
    leaving: frozenset[str] = frozenset()
    """Schedules that a run is just removing, see `LEAVING`; they are among the inputs, since they may fire."""

    @property
    def kept(self) -> Mapping[str, Any]:
        """The inputs as an upsert keeps them that changes something else: without schedules that are leaving."""
        if not self.leaving:
            return self.inputs
        triggers = {e: trigger for e, trigger in self.inputs["triggers"].items() if e not in self.leaving}
        return {**self.inputs, "triggers": triggers}

    @property
    def pending(self) -> bool:
        """Whether a validation is under way, or died."""
        return self.status == "PENDING"

    @property
    def secret_names(self) -> frozenset[str]:
        """All that can be read of secrets."""
        return frozenset(self.inputs.get("secrets") or ())


def same_document(one: Live, other: Live) -> bool:
    """Whether two readings of now, from two addresses, are of one document: both are names of one state manager."""
    if None not in (one.document_id, other.document_id) and one.document_id != other.document_id:
        return False
    # A copy of a database has the same ids; but what is written to the one doesn't show in the other.
    return bool(one.created_at) and (one.created_at, one.updated_at) == (other.created_at, other.updated_at)


def is_document_of(state: Mapping[str, Any], live: Live) -> bool:
    """Whether a reading is of the document of ``state``: by its id or, directly after a create, by its creation time.

    Of a copy of a state manager's database that is true as well: `same_document` is not.
    """
    if None not in (document := state.get("document_id"), live.document_id):
        return bool(document == live.document_id)
    return bool(live.created_at) and live.created_at == state.get("created_at")


def is_live(live: Live | None) -> TypeGuard[Live]:
    """Whether there is a graph: not where none was found, nor where it was retired."""
    return live is not None and not live.retired


def from_graph(graph: Graph) -> Live:
    """Read a document of the listing, or the answer to a GET or PUT."""
    document = graph.document()
    inputs = template.from_document(document)
    listed = Counter(trigger["value"]["expression"] for trigger in document.get("triggers") or ())
    return Live(
        inputs=inputs,
        status=graph.validation_status or "PENDING",
        errors=tuple(sorted(set(graph.validation_errors or ()))),
        updated_at=milliseconds(graph.updated_at or ""),
        created_at=milliseconds(graph.created_at or ""),
        document_id=getattr(graph, "id", None),
        retired=template.is_retired(inputs),
        trigger_fields=trigger_fields(document),
        leaving=frozenset(expression for expression, times in listed.items() if times >= LEAVING),
    )


def trigger_fields(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return by expression the triggers of a document, or of a body, that contain fields this version doesn't know."""
    return {
        trigger["value"]["expression"]: trigger
        for trigger in document.get("triggers") or ()
        if trigger.keys() - {"type", "value"} or trigger["value"].keys() - {"expression"}
    }


def keeping_fields(body: dict[str, Any], live: Live | None) -> dict[str, Any]:
    """Return a body whose triggers have the unknown fields that the live ones of the same expression have."""
    if live is None or not live.trigger_fields or "triggers" not in body:
        return body
    kept = []
    for trigger in body["triggers"]:
        known = live.trigger_fields.get(trigger["value"]["expression"], {})
        kept.append({**known, **trigger, "value": {**known.get("value", {}), **trigger["value"]}})
    return {**body, "triggers": kept}


def holds(live: Live, sent: Mapping[str, Any]) -> bool:
    """Whether what is stored is what was sent; a section that ``sent`` lacks isn't compared."""
    return not template.changes(live.inputs, sent)


def in_place(live: Live | None, wanted: Mapping[str, Any]) -> bool:
    """Whether a graph is live and VALID and the same in all but the values of secrets."""
    return live is not None and live.status == "VALID" and holds(live, wanted)


def without_sections(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs without what a GET doesn't show."""
    return {key: value for key, value in inputs.items() if key not in SECTIONS}


def milliseconds(timestamp: str) -> str:
    """Cut a timestamp to milliseconds: the 201 has microseconds where every later read has milliseconds."""
    seconds, dot, fraction = timestamp.partition(".")
    return f"{seconds}.{fraction[:3].ljust(3, '0')}" if dot else timestamp


def seconds_between(earlier: str, later: str) -> float:
    """Seconds between two of the server's timestamps; infinite where one can't be read."""
    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
    except (ValueError, TypeError):  # no timestamp, or one with a zone and one without
        return math.inf
