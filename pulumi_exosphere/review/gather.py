"""Sorts what a preview says by the graph that it is about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_exosphere.review.belonging import attach
from pulumi_exosphere.review.drifting import drift
from pulumi_exosphere.review.graphs import Fate, GraphReview
from pulumi_exosphere.review.places import Places, place_of
from pulumi_exosphere.review.state import graph_state
from pulumi_exosphere.review.steps import Steps, is_stack, kind, sort

if TYPE_CHECKING:
    from pulumi_exosphere.review.preview import Diagnostic, Preview, Step
    from pulumi_exosphere.review.schedules import Clock

_FATES = {
    "create": Fate.NEW,
    "update": Fate.CHANGED,
    "delete": Fate.RETIRED,
    "replace": Fate.REPLACED,
    "same": Fate.SAME,
}
_OURS = "exosphere: "
"""What a line that a hook tells starts with; such lines come under the stack."""


@dataclass
class Review:
    """All that a comment says."""

    stack: str
    """``PROJECT/STACK``, or empty."""
    graphs: list[GraphReview]
    """Those that change or that something was said about, the most dangerous first."""
    others: Counter[str]
    """How often each operation stands for other resources."""
    errors: list[Diagnostic] = field(default_factory=list)
    """Everything that failed, wherever."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Warnings and lines about the stack as a whole."""
    other_warnings: int = 0
    """How many warnings there are about other resources."""

    @property
    def warnings(self) -> int:
        """How many warnings there are about graphs and the stack."""
        said = [*self.diagnostics, *(one for graph in self.graphs for one in graph.diagnostics)]
        return sum(diagnostic.severity == "warning" for diagnostic in said)

    def of(self, fate: Fate) -> list[GraphReview]:
        """The graphs that this becomes of."""
        return [graph for graph in self.graphs if graph.fate is fate]


def review(preview: Preview, clock: Clock) -> Review:
    """What there is to say about a preview."""
    steps = sort(preview.steps)
    graphs = _graphs(steps, clock)
    places = attach(steps, graphs, clock)
    found = Review(preview.stack, [], steps.others)
    _tell(preview.diagnostics, graphs, found, clock)
    drift(steps, graphs, places, clock)
    shown = {id(graph): graph for graph in graphs.values() if graph.fate is not Fate.SAME or graph.said}
    fates, ids = list(Fate), Counter(graph.id for graph in shown.values())
    for graph in shown.values():
        graph.has_namesake = ids[graph.id] > 1
    found.graphs = sorted(shown.values(), key=lambda graph: (fates.index(graph.fate), graph.id))
    return found


def _graphs(steps: Steps, clock: Clock) -> dict[str, GraphReview]:
    """By URN. A resource that was renamed, and is the same graph, stands under both its URNs."""
    found = {urn: _graph(step, clock) for urn, step in steps.ours.items() if kind(step.urn) == "Graph"}
    made: Places[GraphReview] = Places()
    for graph in found.values():
        if graph.fate is Fate.NEW and graph.new and graph.new.id:
            made.put(place_of(graph.new), graph)
    for urn, graph in list(found.items()):
        kept = made.get(place_of(graph.old)) if graph.fate in {Fate.RETIRED, Fate.LEFT} and graph.old else None
        if kept is not None:
            kept.old, kept.fate, kept.renamed_from = graph.old, Fate.CHANGED, graph.resource
            found[urn] = kept
    return found


def _graph(step: Step, clock: Clock) -> GraphReview:
    old = graph_state(step.old) if step.old is not None else None
    new = graph_state(step.new) if step.new is not None and step.op != "delete" else None
    fate = _FATES[step.op]
    if fate is Fate.REPLACED and old and new and old.id and place_of(old).agrees(place_of(new)):
        fate = Fate.CHANGED  # made again under its own name, which is an upsert
    if fate is Fate.RETIRED and step.retained:
        fate, new = Fate.LEFT, old
    return GraphReview(step.urn.name, fate, old, new, clock, retained=step.retained)


def _tell(diagnostics: tuple[Diagnostic, ...], graphs: dict[str, GraphReview], found: Review, clock: Clock) -> None:
    for diagnostic in diagnostics:
        urn = diagnostic.urn
        if diagnostic.severity == "error":
            found.errors.append(diagnostic)
        elif kind(urn):
            unknown = GraphReview(urn.name, Fate.SAME, None, None, clock)
            graphs.setdefault(urn.text, unknown).diagnostics.append(diagnostic)
        elif not is_stack(urn):
            found.other_warnings += diagnostic.severity == "warning"
        elif diagnostic.severity == "warning" or diagnostic.message.startswith(_OURS):
            found.diagnostics.append(diagnostic)
