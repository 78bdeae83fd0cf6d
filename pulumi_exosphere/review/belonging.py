"""Which graph each `RetryPolicy`, `StoreConfig` and `CronTrigger` belongs to, before a step and after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pulumi_exosphere.review.attachments import End, attachment, ends, graph_of
from pulumi_exosphere.review.graphs import Fate, GraphReview
from pulumi_exosphere.review.places import Place, Places, place_of
from pulumi_exosphere.review.preview import Urn
from pulumi_exosphere.review.steps import Steps, kind

if TYPE_CHECKING:
    from pulumi_exosphere.review.schedules import Clock


def attach(steps: Steps, graphs: dict[str, GraphReview], clock: Clock) -> Places[GraphReview]:
    """Put each of them under its graph, and the graphs that the program doesn't declare beside those that it does.

    Gives all graphs by place, and notes in ``graphs`` under each attachment's URN where that belongs.
    """
    places: Places[GraphReview] = Places()
    for graph in graphs.values():
        for state in (graph.old, graph.new):
            if state and state.id:
                places.put(place_of(state), graph)
    attached = [(step, ends(step)) for step in steps.ours.values() if kind(step.urn) != "Graph"]
    everything = [end for _, its in attached for end in its]
    for step, its in attached:
        left = next((end.place for end in its[1:] if end.stays), None)
        belonging: dict[int, tuple[GraphReview, list[End]]] = {}
        for end in its:
            if left is None or not end.stays:
                graph = _declared(end, graphs, places, clock) or _foreign(end.place, everything, graphs, places, clock)
                belonging.setdefault(id(graph), (graph, []))[1].append(end)
        for graph, of_it in belonging.values():
            if step.op != "same":
                graph.attachments.append(replace(attachment(step, of_it, graph.old, graph.new), left=left))
            graphs.setdefault(step.urn.text, graph)
    return places


def _declared(
    end: End, graphs: dict[str, GraphReview], places: Places[GraphReview], clock: Clock
) -> GraphReview | None:
    graph = graphs.get(end.owner) or places.get(end.place)
    if graph is None and end.owner:
        # A preview leaves out what stays the same: the graph has no step, and so no change.
        state = graph_of(end.place, ())
        graph = graphs[end.owner] = GraphReview(Urn(end.owner).name, Fate.SAME, state, state, clock)
        places.put(end.place, graph)
    return graph


def _foreign(
    place: Place, everything: list[End], graphs: dict[str, GraphReview], places: Places[GraphReview], clock: Clock
) -> GraphReview:
    there = [end for end in everything if not end.owner and end.place.agrees(place)]
    old = graph_of(place, (end for end in there if not end.after))
    new = graph_of(place, (end for end in there if end.after or end.stays))
    changes = old != new or any(end.hides for end in there)
    graph = GraphReview("", Fate.CHANGED if changes else Fate.SAME, old, new, clock)
    graphs[f"{place.address} {place.id}"] = graph
    places.put(place, graph)
    return graph
