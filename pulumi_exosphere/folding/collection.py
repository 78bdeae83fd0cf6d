"""The graphs that a program has declared or looked up, and the attachments that each one collects."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pulumi

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.folding import introspection as private
from pulumi_exosphere.template.normalise import free_key
from pulumi_exosphere.template.sections import SECTIONS
from pulumi_exosphere.template.triggers import CRON, in_state

from .outputs import Later, outputs_in, resources_of, settle, trigger_map
from .problems import Problems
from .program import Program
from .registration import ProgramFailed


@dataclass(frozen=True)
class Piece:
    """The part of a graph that a resource attaches."""

    label: str
    """The resource, as messages name it: ``CronTrigger 'mornings'``."""
    resource: pulumi.Resource
    section: str
    fields: Mapping[str, Any]
    depends_on: Any = None
    """The resource's own ``depends_on``, for which the graph waits in its place."""


@dataclass
class _Complete:
    """The sections and dependencies that a graph is registered with."""

    sections: dict[str, Any]
    depends_on: list[pulumi.Resource] = field(default_factory=list)


class Collection:
    """The attachments of one graph."""

    def __init__(self, label: str, graph: pulumi.Resource, inline: Mapping[str, Any], program: Program) -> None:
        self.label = label
        self._graph = graph
        self._inline = inline
        self._program = program
        self._pieces: list[Piece] = []
        self._sealed = False
        self._declared_by = private.current_task()
        self._complete: asyncio.Task[_Complete] | None = None
        program.register(self._completion)

    def add(self, piece: Piece) -> None:
        """Attach a piece.

        Raises:
            InvalidGraph: Something else gives the same section, or the graph has been registered.
        """
        if self._sealed:
            raise InvalidGraph(
                f"{piece.label} is declared too late: {self.label} has been registered already. Declare it "
                "where the graph is declared: not inside an `apply`, nor after the program has waited for the graph or "
                "for all resources so far, as registering a transform does"
            )
        if piece.section != "triggers":
            owner = next((other.label for other in self._pieces if other.section == piece.section), None)
            if self._inline[piece.section] is not None:
                owner = f"the argument `{piece.section}` of {self.label}"
            if owner:
                raise InvalidGraph(
                    f"{piece.label} and {owner} both set the {piece.section} of {self.label}, but a graph has one. "
                    "Remove one of them"
                )
        self._pieces.append(piece)

    async def _completion(self) -> None:
        """Wait until the graph is complete; raises the program's own exception if the program failed."""
        own = None
        try:
            await self._completed()
        except ProgramFailed as failed:
            own = failed.__cause__
            if not isinstance(own, Exception):
                raise
        if own is not None:
            raise own  # Outside the `except`, so that it has no context.

    def section(self, name: str) -> Later:
        """A section with everything that is attached to it by the end of the program; None if nothing is."""
        return Later(partial(self._value_of, name))

    async def _value_of(self, section: str) -> Any:
        return (await self._completed()).sections[section]

    def known_sections(self) -> dict[str, Any]:
        """The sections as far as the program knows them now."""
        sections = {name: value for name in SECTIONS if (value := self._section(name)) is not None}
        expressions = [*(self._inline["triggers"] or ()), *(expression for _, expression in self._schedules())]
        triggers: dict[str, Any] = {}
        for expression in expressions:
            if isinstance(expression, str):
                triggers[free_key(expression, triggers)] = in_state()
        return {**sections, "triggers": triggers}

    async def dependencies(self) -> list[pulumi.Resource]:
        """The resources that the attachments wait for; none if the graph is never registered."""
        try:
            return (await self._completed()).depends_on
        except Exception:  # noqa: BLE001  The sections raise it.
            return []

    async def _completed(self) -> _Complete:
        if self._complete is None:
            self._complete = asyncio.ensure_future(self._collect())
        return await self._complete

    async def _collect(self) -> _Complete:
        task = private.current_task()
        assert task is not None
        await self._program.ends_or_waits_for(task, self.label)
        self._sealed = True
        if (failure := self._failure()) is not None:
            raise ProgramFailed(failure) from failure
        await self._program.only(Problems).require_none()
        await settle(self._outputs(), task, self.label)
        depends_on = await self._dependencies(task)
        sections = {name: self._section(name) for name in SECTIONS}
        sections["triggers"], sources = await trigger_map(self.label, self._inline["triggers"], self._schedules())
        return _Complete(sections, depends_on + sources)

    def _failure(self) -> BaseException | None:
        """The program's exception, if it failed: whatever it would have attached is then missing."""
        failure = private.program_failure()
        if failure is None and self._declared_by and self._declared_by.done() and not self._declared_by.cancelled():
            failure = self._declared_by.exception()  # It was declared inside an `apply`, which failed.
        return failure if failure is not None and private.is_failure(failure) else None

    def _outputs(self) -> dict[pulumi.Output[Any], str]:
        """The outputs in the pieces, and where each of them is."""
        return {
            output: f"{piece.label}, in {name}"
            for piece in self._pieces
            for name, value in (*piece.fields.items(), ("depends_on", piece.depends_on))
            for output in outputs_in(value)
        }

    async def _dependencies(self, task: asyncio.Future[Any]) -> list[pulumi.Resource]:
        ours = {self._graph, *(piece.resource for piece in self._pieces)}
        found = {
            resource: piece.label
            for piece in self._pieces
            for resource in await resources_of(piece.depends_on)
            if resource not in ours
        }
        urns = {resource.urn: f"{label}, in depends_on" for resource, label in found.items()}
        await settle(urns, task, self.label)
        return list(found)

    def _schedules(self) -> list[tuple[str, Any]]:
        return [(piece.label, piece.fields[CRON.key]) for piece in self._pieces if piece.section == "triggers"]

    def _section(self, name: str) -> Any:
        attached = (dict(piece.fields) for piece in self._pieces if piece.section == name)
        return next(attached, self._inline[name])


@dataclass(frozen=True)
class KnownGraph:
    """A graph, as its attachments need to know it."""

    label: str
    """The graph, as messages name it."""
    connection: dict[str, Any] | None
    """The fields of the graph's argument ``connection``."""
    id: Any
    """The graph's id, ``NAMESPACE/NAME``, or an output of it; `UNKNOWN` if the program gave none that can be used."""
    collection: Collection | None = None
    """Takes attachments into the graph's own upsert; None if the graph is only read."""
    ignored: Sequence[str] = ()
    """The graph's ``ignore_changes``."""


_ATTRIBUTE = "_exosphere_known"
"""An attribute of the graph, so that both can be freed when the program drops the graph."""


def note(graph: pulumi.Resource, known: KnownGraph) -> None:
    """Remember a graph."""
    vars(graph)[_ATTRIBUTE] = known


def known_graph(resource: object) -> KnownGraph | None:
    """The known graph of a resource; None if it isn't a graph."""
    return vars(resource).get(_ATTRIBUTE) if isinstance(resource, pulumi.Resource) else None
