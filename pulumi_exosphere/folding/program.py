"""One run of a program: its declarations so far, whether it has ended, and the work that it waits for at its end."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from weakref import ReferenceType, WeakKeyDictionary, ref

import pulumi

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.folding import introspection as private
from pulumi_exosphere.provider.settings import warn_of_clear_text

T = TypeVar("T")


class Background(Generic[T]):
    """One output that handles all items that are added: Pulumi looks at every output again and again.

    Args:
        work: Called with the items, and removes them; more may be added while it runs. An exception ends the program.
    """

    def __init__(self, work: Callable[[deque[T]], Awaitable[None]]) -> None:
        self._work = work
        self._items: deque[T] = deque()
        self._running: pulumi.Output[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def add(self, item: T) -> None:
        """Handle an item as soon as the event loop turns."""
        known: asyncio.Future[bool] = asyncio.Future()
        known.set_result(True)
        if self._running is None or self._loop is not known.get_loop():
            # Under Pulumi's mocks one event loop follows another, and the items of an old one are lost with it.
            self._loop, self._items = known.get_loop(), deque()
            self._running = pulumi.Output(set(), self._run(self._items), known)
        self._items.append(item)

    async def _run(self, items: deque[T]) -> None:
        try:
            while items:
                await self._work(items)
        finally:
            if self._items is items:
                self._running = None


Key = tuple[str, object]
"""A graph's id and its state manager: the same id on two state managers is two graphs."""

_LOOK_AGAIN = 0.1
"""The longest pause in seconds between two looks at a program that waits for something."""

TELL_AFTER = 15.0
"""Seconds after which a line says what the graphs of a running program wait for."""


@dataclass(frozen=True)
class _Declared:
    label: str
    early: bool


_Completion = Callable[[], Awaitable[None]]


@dataclass
class Program:
    """One run of a program."""

    _root: ReferenceType[pulumi.Resource] | None = None
    _graphs: dict[Key, _Declared] = field(default_factory=dict)
    _by_id: dict[Key, dict[str, str]] = field(default_factory=dict)
    _awaited: set[asyncio.Future[Any]] = field(default_factory=set)
    _awaited_at: float = -1.0
    _told: bool = False
    tell_after: float = TELL_AFTER
    """Seconds after which a program that is still running is shown what its graphs wait for."""
    _registering: Background[_Completion] = field(default_factory=lambda: Background(_see_to))
    _kept: dict[type, Any] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether the program's last line has run."""
        return private.has_ended(self._root() if self._root else None)

    def declare_graph(self, key: Key, label: str) -> None:
        """Note a graph.

        Raises:
            InvalidGraph: The program declares it twice.
        """
        declared = _Declared(label, early=not self.has_ended)
        other = self._graphs.get(key)
        # Under Pulumi's mocks the program has ended from the start, and many tests share one run.
        if other is not None and (declared.early or other.early):
            raise InvalidGraph(
                f"{label} and {other.label} are both {key[0]}, but a graph is declared once. Give one of them another "
                "`name` or `namespace`"
            )
        self._graphs[key] = declared
        if declared.early and key in self._by_id:
            raise InvalidGraph(named_by_id(next(iter(self._by_id[key].values())), label))

    def declare_by_id(self, key: Key, label: str, piece: str) -> None:
        """Note a resource that names its graph by id.

        Args:
            key: The graph.
            label: The resource, for messages.
            piece: The part of the graph that the resource sets.

        Raises:
            InvalidGraph: The program declares that graph itself, or another resource that sets the same part of it.
        """
        if self.has_ended:
            return
        graph = self._graphs.get(key)
        if graph is not None and graph.early:
            raise InvalidGraph(named_by_id(label, graph.label))
        owner = self._by_id.setdefault(key, {}).setdefault(piece, label)
        if owner != label:
            raise InvalidGraph(f"{label} and {owner} both set the {piece} of the graph {key[0]}. Remove one of them")

    def register(self, completion: _Completion) -> None:
        """See to it that the program ends with what ``completion``, for which a graph's registration waits, raises.

        Pulumi awaits all outputs when the program has run, and ends with the first that fails: this one, in most
        programs.
        """
        self._registering.add(completion)

    def only(self, kind: type[T]) -> T:
        """The only object of this class in this run, created when it is first needed."""
        if kind not in self._kept:
            self._kept[kind] = kind()
        kept: T = self._kept[kind]
        return kept

    async def ends_or_waits_for(self, task: asyncio.Future[Any], label: str) -> None:
        """Wait until nothing more can be declared, or the program waits for this task, of the graph ``label``.

        Not every way to wait can be detected, so a line says what to do if it takes long.
        """
        pause, began = 0.0, time.monotonic()
        while not self.has_ended and task not in self._what_the_program_awaits():
            await asyncio.sleep(pause)
            pause = min(_LOOK_AGAIN, pause + 0.002)
            if not self._told and time.monotonic() - began > self.tell_after:
                self._told = True
                pulumi.log.info(
                    f"{label} is registered when the program ends, but the program is still running "
                    f"{self.tell_after:g} s after declaring it. If it waits for the graph, that can't be detected: "
                    "await one of the graph's outputs, as in `await graph.urn.future()`"
                )

    def _what_the_program_awaits(self) -> set[asyncio.Future[Any]]:
        now = asyncio.get_running_loop().time()
        if not 0 <= now - self._awaited_at < _LOOK_AGAIN / 4:  # One look serves all graphs.
            self._awaited, self._awaited_at = private.waits_for(private.awaited_by_program()), now
        return self._awaited


def named_by_id(attachment: str, graph: str) -> str:
    """The error for a graph of this program that is named by its id."""
    return (
        f"{attachment} names its graph by its id, but this program declares that graph, as {graph}. Give the Graph "
        "itself (`graph=`), so that both go live together"
    )


async def _see_to(ahead: deque[_Completion]) -> None:
    while ahead:
        await ahead.popleft()()


_programs: WeakKeyDictionary[pulumi.Resource, Program] = WeakKeyDictionary()


def current_program() -> Program:
    """The program that is running."""
    root = private.root_resource()
    if root is None:
        return Program()
    program = _programs.get(root)
    if program is None:
        program = _programs[root] = Program(ref(root))
        warn_of_clear_text()
    return program
