"""The problems of all resources of a program, reported at once.

The engine stops at the first resource that `check` rejects, so of several faulty ones only one would be reported. If
a program has problems in more than one resource, it reports them all. Those of a single one are left to `check`, which
also knows values that are outputs here.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import pulumi
import pulumi.runtime

from pulumi_exosphere.folding import introspection as private
from pulumi_exosphere.provider.settings import Settings, configured
from pulumi_exosphere.template.messages import printable
from pulumi_exosphere.template.sections import UNKNOWN

from .program import Program
from .registration import InvalidDeclaration, ProgramFailed, declared_at

SHOWN = 100
"""At most so many problems are reported for one resource."""


@dataclass(frozen=True)
class Judgement:
    """The problems of one resource, each a sentence that names it."""

    problems: Sequence[str] = ()
    unsure: Sequence[str] = ()
    """Those that `check` may know better; reported only beside others."""


async def _no_problem() -> Judgement:
    return Judgement()


@dataclass(frozen=True, eq=False)
class Declaration:
    """A resource as the program declared it."""

    label: str
    """The resource, as messages name it."""
    mistakes: Sequence[str] = ()
    """Problems that `check` can't see, because no input can contain them, such as a name that is an output: each a
    sentence that names the resource."""
    judge: Callable[[], Awaitable[Judgement]] = _no_problem
    """Finds the others in a preview; called when nothing more can be attached to a graph."""
    place: str = field(default_factory=declared_at)
    """The program's line."""


class Problems:
    """The problems of one run of a program."""

    def __init__(self) -> None:
        self._declared: list[Declaration] = []
        self._looking: asyncio.Future[None] | None = None
        self._judged = 0
        self._failure: str | None = None

    @cached_property
    def settings(self) -> Settings:
        """The stack's configuration."""
        return configured()

    def add(self, declaration: Declaration, program: Program) -> None:
        """Judge a resource with the others; the program fails at its end if there are mistakes."""
        self._declared.append(declaration)
        if declaration.mistakes:
            program.register(partial(_end, program, declaration.label))

    async def require_none(self) -> None:
        """Report the problems of all resources so far, once.

        Raises:
            InvalidDeclaration: More than one resource has problems, or one has problems that `check` can't see.
        """
        if self._looking is None or self._judged != len(self._declared):
            self._judged = len(self._declared)
            self._looking = asyncio.ensure_future(self._look(self._declared[:]))
        await self._looking
        if self._failure is not None:
            raise InvalidDeclaration(self._failure)

    async def _look(self, declared: Sequence[Declaration]) -> None:
        preview = pulumi.runtime.is_dry_run()  # An update leaves the rest to `check`: the preview has shown it.
        judged = [(it, await it.judge() if preview else Judgement()) for it in declared]
        faulty = sum(1 for it, judgement in judged if it.mistakes or judgement.problems)
        settings = self.settings.faults if faulty and preview else ()
        if faulty + bool(settings) < 2 and not any(it.mistakes for it in declared):
            return
        self._failure = _reported(
            [
                *((it, [*it.mistakes, *judgement.problems, *judgement.unsure]) for it, judgement in judged),
                (Declaration("the configuration", place=""), settings),
            ]
        )


def _reported(found: Iterable[tuple[Declaration, Sequence[str]]]) -> str:
    """Report all problems, and return the error to fail with."""
    lines = {it: [_with_place(problem, it.place) for problem in problems] for it, problems in found if problems}
    count = sum(map(len, lines.values()))
    if count == 1:
        return next(problem for problems in lines.values() for problem in problems)
    for it, problems in lines.items():
        for problem in problems[:SHOWN]:
            pulumi.log.error(problem)
        if len(problems) > SHOWN:
            pulumi.log.error(printable(f"{it.label} has {len(problems) - SHOWN:,} more problems: correct those above"))
    resources = "one resource" if len(lines) == 1 else f"{len(lines):,} resources"
    return f"{count:,} problems in {resources}, listed above: correct them. None of these was sent"


def _with_place(problem: str, place: str) -> str:
    return printable(f"{problem} ({place})" if place else problem)


async def once_judged(program: Program, label: str, value: Any = None) -> Any:
    """Return ``value`` when all resources of the program have been judged.

    Raises:
        InvalidDeclaration: They have problems.
        ProgramFailed: The program failed.
    """
    task = private.current_task()
    assert task is not None
    await program.ends_or_waits_for(task, label)
    if (failure := private.program_failure()) is not None:
        raise ProgramFailed(failure) from failure
    await program.only(Problems).require_none()
    return value


async def _end(program: Program, label: str) -> None:
    try:
        await once_judged(program, label)
    except ProgramFailed:
        return  # Pulumi reports the program's own exception.


def known(value: Any) -> Any:
    """A value of the program, with everything that is only known later as `UNKNOWN`."""
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [known(item) for item in value]
    return UNKNOWN if isinstance(value, pulumi.Output) or inspect.isawaitable(value) else value
