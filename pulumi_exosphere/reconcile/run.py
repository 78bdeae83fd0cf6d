"""Notes of what this run wants: one run is one process of hooks, and its hooks tell each other through these notes.

The engine calls ``create`` under a new URN and then ``delete`` under the old one when a resource is renamed without an
alias, replaced, or moved from a resource to inline. Both are the same graph; so what any hook of this run wants, no
``delete`` of this run takes away.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .keys import GraphKey, PieceKey, pieces_of
from .listings import Snapshots
from .orders import Written
from .owners import Owners
from .registrations import Registrations
from .waiting import Pace, holding

Inputs = Mapping[str, Any]

LONGEST_WAIT = 0.3
"""Seconds for which an update that seems to be the last of its namespace waits for another one, at most."""


class Run:
    """The notes of one run; safe to use from the engine's worker threads."""

    def __init__(self) -> None:
        self.update_wait: float | None = None
        """Seconds for which an update that seems to be the last of its namespace waits for another one.

        None: as long as a listing of the namespace took, up to `LONGEST_WAIT`."""
        self.snapshots = Snapshots()
        self.registrations = Registrations()
        self.owners = Owners()
        self.unverified: dict[GraphKey, Written] = {}
        """Updates whose sections haven't been seen in a listing yet."""
        self._taken_rows: dict[GraphKey, set[str]] = {}
        self._made_rows: dict[GraphKey, set[str]] = {}
        self._stray_rows: dict[GraphKey, set[str]] = {}
        self._paces: dict[str, Pace] = {}
        self._done: set[tuple[str, ...]] = set()
        self._lock = threading.Lock()
        self._noted = threading.Condition(self._lock)
        self._wanted: dict[GraphKey, Inputs] = {}
        self._declared: dict[GraphKey, str] = {}
        self._known: dict[GraphKey, Inputs] = {}
        self._kept: set[GraphKey] = set()
        self._pieces: set[PieceKey] = set()
        self._attached: dict[GraphKey, PieceKey] = {}
        self._connections: dict[str, Mapping[str, Any]] = {}
        self._updates: set[GraphKey] = set()
        self._graph_locks: dict[GraphKey, threading.RLock] = {}

    def pace(self, address: str) -> Pace:
        """What is known of how long the state manager at this address takes to validate."""
        with self._lock:
            return self._paces.setdefault(address, Pace())

    def is_first(self, *what: str) -> bool:
        """Whether this is asked for the first time: of what many resources meet, a run says or does one thing once."""
        with self._lock:
            first = what not in self._done
            self._done.add(what)
            return first

    def want(self, key: GraphKey, inputs: Inputs) -> None:
        """Note that this run wants this graph, with these inputs (plain secrets among them: never shown)."""
        with self._lock:
            self._wanted[key] = inputs
            self._pieces.update(pieces_of(key, inputs))
            self._connect(key.address, inputs)

    def declare(self, key: GraphKey, urn: str) -> str:
        """Note which resource declares this graph; return the first that did, which may be another one."""
        with self._lock:
            return self._declared.setdefault(key, urn)

    def wants(self, key: GraphKey) -> bool:
        """Whether any hook of this run wants this graph."""
        return key in self._wanted

    def wanted_inputs(self, key: GraphKey) -> Inputs | None:
        """The inputs with which this run wants the graph; None where it does not."""
        return self._wanted.get(key)

    def wanted_elsewhere(self, key: GraphKey) -> list[GraphKey]:
        """The keys by which this run wants a graph of this name at other addresses; both may name one state manager."""
        with self._lock:
            keys = {*self._wanted, *(piece.graph for piece in self._pieces)}
        return sorted(other for other in keys if other != key and other[1:] == key[1:])

    def connection(self, address: str) -> Mapping[str, Any] | None:
        """The connection with which a resource of this run names this address, if one does."""
        return self._connections.get(address)

    def _connect(self, address: str, inputs: Inputs) -> None:
        if isinstance(connection := inputs.get("connection"), Mapping):
            self._connections[address] = connection

    def wanted_namesakes(self, key: GraphKey) -> list[tuple[GraphKey, Inputs]]:
        """Graphs of the same name that this run wants in other namespaces of the same state manager."""
        with self._lock:
            return [
                (other, inputs)
                for other, inputs in self._wanted.items()
                if other != key and (other.address, other.name) == (key.address, key.name)
            ]

    def want_piece(self, piece: PieceKey, inputs: Inputs | None = None) -> None:
        """Note that this run wants this piece; its ``inputs`` can name a connection."""
        with self._lock:
            self._pieces.add(piece)
            self._connect(piece.graph.address, inputs or {})

    def note_attached(self, piece: PieceKey) -> None:
        """Note that a resource of its own wants this piece of a graph that the program doesn't declare."""
        with self._lock:
            self._attached.setdefault(piece.graph, piece)

    def attached(self, key: GraphKey) -> PieceKey | None:
        """A piece of this graph that a resource of its own wants, if there is one."""
        return self._attached.get(key)

    def wants_piece(self, piece: PieceKey) -> bool:
        """Whether any hook of this run wants this piece."""
        return piece in self._pieces

    def know(self, key: GraphKey, inputs: Inputs) -> None:
        """Note what this stack's state says of a graph."""
        with self._lock:
            self._known[key] = inputs
            self._noted.notify_all()

    def known_inputs(self, key: GraphKey, *, wait: float = 0.0) -> Inputs | None:
        """Return the graph's inputs in this stack's state, if this run has seen it, or sees it in ``wait`` seconds."""
        with self._lock:
            self._noted.wait_for(lambda: key in self._known, wait)
            return self._known.get(key)

    def keep(self, key: GraphKey) -> None:
        """Note that a resource which has this graph in state wants it again; a create of it then isn't a conflict."""
        with self._lock:
            self._kept.add(key)

    def kept_inputs(self, key: GraphKey) -> Inputs | None:
        """Return the graph's inputs in state if the resource that wants it has it there: the engine replaces it.

        What another resource of the stack has doesn't count, because the answer would depend on which is checked first.
        """
        with self._lock:
            return self._known.get(key) if key in self._kept else None

    def expect_update(self, key: GraphKey) -> None:
        """Note that a change of this graph was reported to the engine, so that an update is likely to come."""
        with self._lock:
            self._updates.add(key)
            self._noted.notify_all()

    def finish_update(self, key: GraphKey) -> bool:
        """Note that the update has come to its end, good or bad; says whether one was expected."""
        with self._lock:
            expected = key in self._updates
            self._updates.discard(key)
            return expected

    def more_updates(self, address: str, namespace: str, *, wait: float = 0.0) -> bool:
        """Whether another update in this namespace is expected or under way, or is so within ``wait`` seconds."""
        with self._lock:
            return self._noted.wait_for(
                lambda: any((key.address, key.namespace) == (address, namespace) for key in self._updates), wait
            )

    def wait_for_update(self, address: str, namespace: str) -> bool:
        """As `more_updates`, waiting for one that the program may be about to declare."""
        wait = self.update_wait
        if wait is None:
            # A listing for each update would cost most where the program takes longer to declare its next graph than
            # the last one took to update. To wait as long as a listing takes costs little, and mostly spares one.
            wait = min(self.snapshots.cost(address, namespace), LONGEST_WAIT)
        return self.more_updates(address, namespace, wait=wait)

    def note_rows(self, key: GraphKey, *, taken: Iterable[str], made: Iterable[str]) -> None:
        """Note that an upsert of this graph took the rows of these expressions away, and made these."""
        with self._lock:
            self._taken_rows.setdefault(key, set()).update(taken)
            self._made_rows[key] = set(made)

    def lost_rows(self, key: GraphKey) -> set[str]:
        """The expressions whose rows upserts of this graph took away and didn't make again; asked for once."""
        with self._lock:
            return self._taken_rows.pop(key, set()) - self._made_rows.pop(key, set())

    def note_stray_rows(self, key: GraphKey, expressions: Iterable[str]) -> None:
        """Note that another writer replaced an upsert while it was validated: its rows may be made all the same."""
        with self._lock:
            self._stray_rows.setdefault(key, set()).update(expressions)

    def stray_rows(self, key: GraphKey) -> set[str]:
        """The expressions that were noted so."""
        with self._lock:
            return set(self._stray_rows.get(key, ()))

    def take_stray_rows(self, key: GraphKey) -> set[str]:
        """The same, for the one that removes them."""
        with self._lock:
            return self._stray_rows.pop(key, set())

    @contextmanager
    def alone_with(self, key: GraphKey) -> Iterator[None]:
        """Hold the graph: hooks of this run that write to one graph do it one after another.

        Raises Cancelled, see `holding`.
        """
        with self._lock:
            lock = self._graph_locks.setdefault(key, threading.RLock())
        with holding(lock):
            yield


_current = Run()


def current() -> Run:
    """The notes of this process."""
    return _current


def begin() -> Run:
    """Start with empty notes. The engine starts a process for each run; what drives hooks in one process calls this."""
    global _current  # noqa: PLW0603  # one process is one run, and hooks share nothing else
    _current = Run()
    return _current
