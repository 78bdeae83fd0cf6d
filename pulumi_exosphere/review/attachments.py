"""What becomes of the `RetryPolicy`, `StoreConfig` and `CronTrigger` resources, and of the graphs that they belong to.

Declared on a graph of the same program they are part of that graph's own inputs already, and are only mentioned with
it. Of a graph that the program doesn't declare they are all that is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.review.state import GraphState, graph_state
from pulumi_exosphere.review.steps import kind
from pulumi_exosphere.review.values import Hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi_exosphere.review.preview import Step

_SECTIONS = {"RetryPolicy": "retry_policy", "StoreConfig": "store_config", "CronTrigger": "triggers"}
_NOT_FIELDS = {"graph", "connection", "state_manager", "updated_at"}


@dataclass(frozen=True)
class Attachment:
    """One such resource, with its graph."""

    kind: str
    name: str
    op: str
    lost: bool = False
    """True where it is deleted and the graph keeps nothing of it."""


def attachment(step: Step, graph: GraphState | None) -> Attachment:
    """What becomes of the resource; ``graph`` is as it will be, or None where it will be no more."""
    lost = step.op == "delete" and graph is not None and not _keeps(graph, step)
    return Attachment(kind(step.urn), step.urn.name, step.op, lost)


def graph_ids(step: Step) -> list[str | None]:
    """The graphs that the resource belongs to: one, or two where it moves; None for one that isn't known yet."""
    return list(dict.fromkeys(_graph_id(inputs) for inputs in (step.new, step.old) if inputs is not None))


def foreign_graph(graph: str | None, steps: Iterable[Step], side: str) -> GraphState:
    """What is known, on one ``side`` (``old`` or ``new``), of a graph from the resources that belong to it alone."""
    inputs: dict[str, Any] = {"namespace": Hidden.UNKNOWN, "name": Hidden.UNKNOWN}
    if graph is not None:
        inputs["namespace"], _, inputs["name"] = graph.rpartition("/")
    for step in steps:
        given: Mapping[str, Any] | None = getattr(step, side)
        section = _SECTIONS.get(kind(step.urn))
        if given is None or section is None or _graph_id(given) != graph:
            continue
        if section == "triggers":
            expression, known = given.get("expression"), inputs.get(section, {})
            # One expression that isn't known yet makes the schedules as a whole unknown.
            unknown = not isinstance(expression, str) or isinstance(known, Hidden)
            inputs[section] = Hidden.UNKNOWN if unknown else {**known, expression: {}}
        else:
            inputs[section] = {key: value for key, value in given.items() if key not in _NOT_FIELDS}
    return graph_state(inputs)


def _graph_id(inputs: Mapping[str, Any]) -> str | None:
    graph = inputs.get("graph")
    return graph if isinstance(graph, str) else None


def _keeps(graph: GraphState, step: Step) -> bool:
    section = _SECTIONS.get(kind(step.urn))
    if section == "triggers":
        return (step.old or {}).get("expression") in (graph.triggers or ())
    return (graph.retry_policy if section == "retry_policy" else graph.required_keys) is not None
