"""The problems of all graphs of a program, reported at once.

The engine stops at the first resource that `check` rejects, so of several faulty graphs only one would be reported. If
a preview finds problems in more than one graph, the program reports them all. Those of a single graph are left to
`check`, which also knows values that are outputs here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi.runtime

from pulumi_exosphere.errors import graph_label
from pulumi_exosphere.template.messages import Fault, printable
from pulumi_exosphere.template.sections import UNKNOWN

from .registration import InvalidDeclaration

SHOWN = 100
"""At most so many problems are reported for one graph."""


@dataclass(frozen=True)
class Declaration:
    """A graph as the program declared it."""

    name: str
    namespace: str
    inputs: Callable[[], dict[str, Any]]
    """The rest of its inputs; called when nothing more can be attached to the graph."""
    own: Sequence[Fault]
    """Problems that `check` can't see, such as None, which doesn't reach it."""


@dataclass
class Problems:
    """The problems of one run of a program."""

    _declared: list[Declaration] = field(default_factory=list)
    _judged: int = 0
    _failure: str | None = None

    def add(self, declaration: Declaration) -> None:
        """Judge a graph with the others."""
        self._declared.append(declaration)

    def require_none(self) -> None:
        """Report the problems of all graphs so far, once.

        Raises:
            InvalidDeclaration: More than one graph has problems, or one has problems that `check` can't see.
        """
        if self._judged != len(self._declared):
            self._judged = len(self._declared)
            self._report()
        if self._failure is not None:
            raise InvalidDeclaration(self._failure)

    def _report(self) -> None:
        faulty = [(it, found) for it in self._declared if (found := [*it.own, *_problems(it)])]
        if len(faulty) < 2 and not any(it.own for it, _ in faulty):
            return
        for it, found in faulty:
            label = graph_label(it.name.strip(), it.namespace.strip())
            for problem in found[:SHOWN]:
                pulumi.log.error(printable(f"{label}, {problem}"))
            if len(found) > SHOWN:
                pulumi.log.error(printable(f"{label} has {len(found) - SHOWN:,} more problems: correct those above"))
        count = sum(len(found) for _, found in faulty)
        problems = f"{count:,} problem{'s' * (count > 1)}"
        graphs = f"{len(faulty):,} graph{'s' * (len(faulty) > 1)}"
        self._failure = f"{problems} in {graphs}, listed above: correct them. Nothing was sent"


def _problems(declaration: Declaration) -> list[Fault]:
    if not pulumi.runtime.is_dry_run():
        return []  # `check` reports them, one graph in each run: the preview has shown them all.
    from pulumi_exosphere.template import judge, normalise

    named = {"name": declaration.name, "namespace": declaration.namespace}
    return judge(normalise({**known(declaration.inputs()), **named}))


def known(value: Any) -> Any:
    """A value of the program, with everything that is only known later as `UNKNOWN`."""
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [known(item) for item in value]
    return UNKNOWN if isinstance(value, pulumi.Output) or inspect.isawaitable(value) else value
