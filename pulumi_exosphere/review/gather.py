"""Sort a preview by graph: its own steps, its attachments, its messages, and what a refresh found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from pulumi_exosphere.template.take_over import read_take_over

from .attachments import End, Place, Places, attachment, ends, graph_of, place_of
from .compare import compare
from .graph_review import Fate, GraphReview
from .graph_state import graph_state
from .node_sentences import node_changes
from .preview import Diagnostic, Preview, Step, Steps, Urn, is_stack, kind, sort
from .schedules import Clock
from .section_sentences import section_changes


def attach(steps: Steps, graphs: dict[str, GraphReview], clock: Clock) -> Places[GraphReview]:
    """Add each attachment to its graph, and add the graphs that the program doesn't declare.

    Returns all graphs by place, and stores in ``graphs`` the graph of each attachment's URN.
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
        # A preview omits what stays the same: a graph without a step has no changes.
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


def drift(steps: Steps, graphs: dict[str, GraphReview], places: Places[GraphReview], clock: Clock) -> None:
    """Add to each graph what a refresh found changed outside Pulumi."""
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
    """Cover graphs that the program doesn't declare; the others have steps of their own."""
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


_FATES = {
    "create": Fate.NEW,
    "update": Fate.CHANGED,
    "delete": Fate.RETIRED,
    "replace": Fate.REPLACED,
    "same": Fate.SAME,
}
_OURS = "exosphere: "
"""The beginning of a hook's own lines, which are shown with the stack."""


@dataclass
class Review:
    """The content of a comment."""

    stack: str
    """``PROJECT/STACK``, or empty."""
    graphs: list[GraphReview]
    """Those with changes or messages; retired ones first, then those that lose something, then by fate."""
    others: Counter[str]
    """The number of other resources by operation."""
    errors: list[Diagnostic] = field(default_factory=list)
    """Every error."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Warnings and messages about the stack as a whole."""
    other_warnings: int = 0
    """The number of warnings about other resources."""

    @property
    def warnings(self) -> int:
        """The number of warnings about graphs and the stack."""
        said = [*self.diagnostics, *(one for graph in self.graphs for one in graph.diagnostics)]
        return sum(diagnostic.severity == "warning" for diagnostic in said)

    def of(self, fate: Fate) -> list[GraphReview]:
        """Return the graphs with this fate."""
        return [graph for graph in self.graphs if graph.fate is fate]


def review(preview: Preview, clock: Clock) -> Review:
    """Return what a comment on the preview contains."""
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
    found.graphs = sorted(
        shown.values(),
        key=lambda graph: (graph.fate is not Fate.RETIRED, not graph.loses, fates.index(graph.fate), graph.id),
    )
    return found


def _graphs(steps: Steps, clock: Clock) -> dict[str, GraphReview]:
    """Return the graphs by URN; a renamed resource whose graph is the same is under both its URNs."""
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
        fate = Fate.CHANGED  # created again under its own name, which is an upsert
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
            _tell_graph(diagnostic, graphs.setdefault(urn.text, unknown))
        elif not is_stack(urn):
            found.other_warnings += diagnostic.severity == "warning"
        elif diagnostic.severity == "warning" or diagnostic.message.startswith(_OURS):
            found.diagnostics.append(diagnostic)


def _tell_graph(diagnostic: Diagnostic, graph: GraphReview) -> None:
    taken_over = read_take_over(diagnostic.message)
    if taken_over is not None and graph.renamed_from:
        return  # It is this stack's own, which is compared with state.
    # A changed one is taken over where its address changes to a state manager that has it already.
    if taken_over is None or graph.fate not in {Fate.NEW, Fate.CHANGED}:
        graph.diagnostics.append(diagnostic)
    else:
        graph.fate, graph.taken_over = Fate.TAKEN_OVER, taken_over
