"""What a refresh found changed outside of Pulumi.

That is what state held before it, against what the step that follows starts from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.review.attachments import End, ends, graph_of
from pulumi_exosphere.review.compare import compare
from pulumi_exosphere.review.node_words import node_changes
from pulumi_exosphere.review.section_words import section_changes
from pulumi_exosphere.review.state import graph_state
from pulumi_exosphere.review.steps import Steps, kind

if TYPE_CHECKING:
    from pulumi_exosphere.review.graphs import GraphReview
    from pulumi_exosphere.review.places import Places
    from pulumi_exosphere.review.schedules import Clock


def drift(steps: Steps, graphs: dict[str, GraphReview], places: Places[GraphReview], clock: Clock) -> None:
    """Note it with each graph."""
    _of_graphs(steps, graphs, clock)
    _of_pieces(steps, places, clock)


def _of_graphs(steps: Steps, graphs: dict[str, GraphReview], clock: Clock) -> None:
    for urn, refresh in steps.refreshed.items():
        step = steps.ours.get(urn)
        if kind(refresh.urn) != "Graph" or refresh.old is None or step is None or urn not in graphs:
            continue
        graph = graphs[urn]
        if step.old is None:
            graph.gone = True
            continue
        before, after = graph_state(refresh.old), graph_state(step.old)
        graph.drift += node_changes(before.nodes, after.nodes, compare(before, after))
        graph.drift += section_changes(before, after, clock)


def _of_pieces(steps: Steps, places: Places[GraphReview], clock: Clock) -> None:
    """Of graphs that the program doesn't declare. Those that it does show it themselves."""
    found: dict[int, tuple[GraphReview, list[End], list[End]]] = {}
    for urn, refresh in steps.refreshed.items():
        if kind(refresh.urn) in {"", "Graph"} or refresh.old is None:
            continue
        before, step = ends(refresh)[-1], steps.ours.get(urn)
        graph = places.get(before.place)
        if graph is None or graph.resource or before.owner:
            continue
        _, old, new = found.setdefault(id(graph), (graph, [], []))
        old.append(before)
        if step is None:
            new.append(before)
        elif step.old is not None:
            new.append(ends(step)[-1])
        elif before.kind != "CronTrigger":
            graph.gone = True  # A section is never gone without its graph.
    for graph, old, new in found.values():
        if not graph.gone:
            place = old[0].place
            graph.drift += section_changes(graph_of(place, old), graph_of(place, new), clock)
