"""What a preview says about one graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

from .attachments import Attachment
from .compare import Comparison, Mark, compare
from .graph_state import GraphState
from .node_sentences import Change, node_changes
from .preview import Diagnostic
from .schedules import Clock
from .section_sentences import section_changes, takes_away
from .text import Words, code, counted, value_words

_LEAVES = "leaves this stack, and stays live: "


class Fate(Enum):
    """What becomes of a graph, the most dangerous first."""

    RETIRED = "retired"
    REPLACED = "replaced"
    LEFT = "left"
    CHANGED = "changed"
    NEW = "new"
    SAME = "unchanged"


@dataclass
class GraphReview:
    """One graph: before, after, and what was said about it."""

    resource: str
    """Its name in the program; empty where the program doesn't declare it."""
    fate: Fate
    old: GraphState | None
    new: GraphState | None
    clock: Clock
    attachments: list[Attachment] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    drift: list[Change] = field(default_factory=list)
    """What a refresh found changed outside of Pulumi."""
    renamed_from: str = ""
    """What the resource was called, if it is called something else now and the graph is the same."""
    gone: bool = False
    """True where a refresh found no such graph any more."""
    retained: bool = False
    """True where the resource has ``retain_on_delete``, so that the engine has nothing retired."""
    has_namesake: bool = False
    """True where something is said of a graph on another state manager that is called the same."""

    @property
    def state(self) -> GraphState:
        """What there will be, or was."""
        return self.new or self.old or GraphState()

    @property
    def id(self) -> str:
        """``NAMESPACE/NAME``, or the resource's name where that isn't known."""
        return self.state.id or self.resource or "a graph that isn't known yet"

    @property
    def named(self) -> Words:
        """The same, with the state manager where that has to be said."""
        return (code(self.id, 200), *(_at(self.state) if self.has_namesake else ()))

    @property
    def said(self) -> bool:
        """True where there is something to say although the program changes nothing."""
        return bool(self.diagnostics or self.drift or self.gone or self.attachments)

    @property
    def tells_times(self) -> bool:
        """True where schedules may be told, so that their zone has to be said."""
        changes = self.fate is not Fate.SAME or bool(self.drift)
        return changes and any(state.triggers for state in (self.old, self.new) if state)

    @property
    def loses(self) -> bool:
        """True where a schedule goes, or a section back to its default, although the graph stays."""
        taken = self.old is not None and self.new is not None and takes_away(self.old, self.new)
        return taken or any(one.lost for one in self.attachments)

    @cached_property
    def comparison(self) -> Comparison:
        """What becomes of the nodes."""
        return compare(self.old, self.new)

    @cached_property
    def changes(self) -> list[Change]:
        """All that changes, a sentence each."""
        nothing = Change(Mark.SAME, ("nothing that can be shown: the value of a secret input, or of a connection",))
        return list(self._changes()) or ([nothing] if self.fate is Fate.CHANGED else [])

    @property
    def warnings(self) -> list[Diagnostic]:
        """What was warned of."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "warning"]

    def _changes(self) -> Iterator[Change]:
        if self.fate is Fate.RETIRED:
            yield from self._retirement()
            return
        if self.fate is Fate.LEFT:
            yield Change(Mark.CHANGED, (_LEAVES, "its resource has ", code("retain_on_delete")))
            return
        old = self.old or GraphState()
        if self.fate is Fate.REPLACED and self.old:
            old = replace(old, state_manager="")  # What becomes of the old one is said here.
            yield Change(Mark.CHANGED, self._replacement(self.old))
        if self.renamed_from:
            yield Change(
                Mark.CHANGED, ("its resource is now called ", code(self.resource), ", was ", code(self.renamed_from))
            )
        yield from self._nodes()
        yield from section_changes(old, self.new or GraphState(), self.clock)

    def _replacement(self, old: GraphState) -> Words:
        moves = len({old.state_manager, self.state.state_manager} - {""}) > 1
        what = "is made again as " if old.id == self.id else "gets another name: goes live as "
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
        yield Change(Mark.REMOVED, ("no run can be started any more",))
        for expression in old.triggers or ():
            yield Change(Mark.REMOVED, ("schedule ", code(expression), " stops"))
        if old.secrets:
            words = f"the state manager forgets {counted(len(old.secrets), 'secret')}"
            yield Change(Mark.REMOVED, (words,))


def _at(state: GraphState) -> Words:
    return (" at ", *value_words(state.state_manager)) if state.state_manager else ()
