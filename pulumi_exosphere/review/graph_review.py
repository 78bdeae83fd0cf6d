"""One graph of a preview: its state before and after, its changes and messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

from pulumi_exosphere.template.take_over import TakeOver

from .attachments import Attachment
from .compare import Comparison, Mark, compare
from .graph_state import GraphState
from .node_sentences import Change, node_changes
from .preview import Diagnostic
from .schedules import Clock, named_schedule
from .section_sentences import address_changes, section_changes, takes_away
from .take_over import take_over_changes, take_over_comparison, takes_schedules
from .text import Words, code, counted, value_words

_LEAVES = "leaves this stack and stays live: "


class Fate(Enum):
    """The outcome for a graph, the most dangerous first."""

    RETIRED = "retired"
    REPLACED = "replaced"
    TAKEN_OVER = "taken over"
    LEFT = "left"
    CHANGED = "changed"
    NEW = "new"
    SAME = "unchanged"


@dataclass
class GraphReview:
    """One graph: before, after, and the messages about it."""

    resource: str
    """Its name in the program; empty if the program doesn't declare it."""
    fate: Fate
    old: GraphState | None
    new: GraphState | None
    clock: Clock
    attachments: list[Attachment] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    drift: list[Change] = field(default_factory=list)
    """Changes made outside Pulumi that a refresh found."""
    renamed_from: str = ""
    """The resource's previous name, if only that changed."""
    gone: bool = False
    """True if a refresh found that the graph is gone."""
    retained: bool = False
    """True if the resource has ``retain_on_delete``, so nothing is retired."""
    taken_over: TakeOver | None = None
    """The differences of a live graph that this stack takes over."""
    has_namesake: bool = False
    """True if the review also contains a graph of the same name on another state manager."""

    @property
    def state(self) -> GraphState:
        """The graph after the update, or else before it."""
        return self.new or self.old or GraphState()

    @property
    def id(self) -> str:
        """``NAMESPACE/NAME``, or the resource's name if that isn't known."""
        return self.state.id or self.resource or "a graph that is not known yet"

    @property
    def named(self) -> Words:
        """The same, with the state manager if there is a namesake."""
        return (code(self.id, 200), *(_at(self.state) if self.has_namesake else ()))

    @property
    def said(self) -> bool:
        """True if there is something to show although the program changes nothing."""
        return bool(self.diagnostics or self.drift or self.gone or self.attachments)

    @property
    def shows_times(self) -> bool:
        """True if schedules are shown, so their time zone must be too."""
        changes = self.fate is not Fate.SAME or bool(self.drift)
        return changes and any(state.triggers for state in (self.old, self.new) if state)

    @property
    def loses(self) -> bool:
        """True if the graph stays but loses a schedule, or a section is reset to its default."""
        taken = self.old is not None and self.new is not None and takes_away(self.old, self.new)
        fires_less = self.taken_over is not None and takes_schedules(self.taken_over)
        return taken or fires_less or any(one.lost for one in self.attachments)

    @cached_property
    def comparison(self) -> Comparison:
        """The differences between the nodes before and after."""
        if self.taken_over is not None:
            return take_over_comparison(self.state, self.taken_over)
        return compare(self.old, self.new)

    @cached_property
    def changes(self) -> list[Change]:
        """A sentence for each change, removals first."""
        nothing = Change(
            Mark.SAME, ("nothing that can be shown: the value of a secret input or of a connection changes",)
        )
        changes = sorted(self._changes(), key=lambda change: change.mark is not Mark.REMOVED)
        return changes or ([nothing] if self.fate is Fate.CHANGED else [])

    @property
    def warnings(self) -> list[Diagnostic]:
        """The warnings about it."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "warning"]

    def _changes(self) -> Iterator[Change]:
        if self.fate is Fate.RETIRED:
            yield from self._retirement()
            return
        if self.fate is Fate.LEFT:
            yield Change(Mark.CHANGED, (_LEAVES, "its resource has ", code("retain_on_delete")))
            return
        if self.taken_over is not None:
            yield from address_changes(self.old or GraphState(), self.state)
            yield from take_over_changes(self.taken_over)
            return
        old = self.old or GraphState()
        if self.fate is Fate.REPLACED and self.old:
            old = replace(old, state_manager="")  # The next line says what happens to the old one.
            yield Change(Mark.CHANGED, self._replacement(self.old))
        if self.renamed_from:
            yield Change(
                Mark.CHANGED, ("its resource is now called ", code(self.resource), ", was ", code(self.renamed_from))
            )
        yield from self._nodes()
        yield from section_changes(old, self.new or GraphState(), self.clock)

    def _replacement(self, old: GraphState) -> Words:
        moves = len({old.state_manager, self.state.state_manager} - {""}) > 1
        what = "is created again as " if old.id == self.id else "is renamed: goes live as "
        fate = (" ", _LEAVES, code("retain_on_delete")) if self.retained else (" is retired",)
        here, there = (_at(self.state), _at(old)) if moves else ((), ())
        return (what, code(self.id), *here, ", then ", code(old.id or "?"), *there, *fate)

    def _nodes(self) -> Iterator[Change]:
        if self.new and self.new.nodes_hidden:
            yield Change(Mark.CHANGED, ("the nodes can't be shown: ", code(self.new.nodes_hidden.value)))
            return
        old = self.old.nodes if self.old else {}
        new = self.new.nodes if self.new else {}
        yield from node_changes(old, new, self.comparison)

    def _retirement(self) -> Iterator[Change]:
        old = self.old or GraphState()
        yield Change(Mark.REMOVED, ("no run can be started any longer",))
        for expression in old.triggers or ():
            yield Change(Mark.REMOVED, ("schedule ", *named_schedule(expression), " stops"))
        if old.secrets:
            words = f"the state manager forgets {counted(len(old.secrets), 'secret')}"
            yield Change(Mark.REMOVED, (words,))


def _at(state: GraphState) -> Words:
    return (" at ", *value_words(state.state_manager)) if state.state_manager else ()
