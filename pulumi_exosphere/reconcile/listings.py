"""Listings, taken once for each namespace and run and shared by everything that looks.

A snapshot is never older than the last write of the same run: what this run wrote is laid over it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from pulumi_exosphere.errors import Conflict, StateManagerError, Unauthorized, UnreadableAnswer

from .keys import GraphKey
from .live import Live, from_graph
from .outcome import tell
from .waiting import holding

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager
    from pulumi_exosphere.state_manager.answers import GraphListing

T = TypeVar("T")

RECENT = 5.0
"""Seconds for which a create believes a listing: it may have waited for what it depends on, and others write."""
FAILURE_KEPT = 5.0
"""Seconds for which a failed fetch can be recalled: hundreds of resources would each wait for it in turn."""


class Shared(Generic[T]):
    """A value that one thread fetches and the others wait for; where the fetch fails, it fails them all.

    But who would have tried for longer (`StateManager.patience`) tries anew: what `check` gave up on a read may get.
    """

    def __init__(self, fetch: Callable[[StateManager], T]) -> None:
        self._fetch = fetch
        self._fetching = threading.Lock()
        self._counting = threading.Lock()
        self._asked = 0
        self._value: tuple[int, T] | None = None
        self._began = 0.0
        self.took = 0.0
        """Seconds of the last fetch."""
        self._failure: tuple[float, float, StateManagerError] | None = None
        """When the last one failed, how patiently it was tried, and with what."""

    def get(self, client: StateManager, *, recall: bool = False) -> T:
        """The value as last fetched; fetched now if it never was.

        With ``recall``, a fetch that failed a moment ago isn't tried again: its error is raised once more.
        """
        if (have := self._value) is not None:
            return have[1]
        came = time.monotonic()
        with holding(self._fetching):
            if self._value is not None:
                return self._value[1]
            return self._refetch(client, came - FAILURE_KEPT if recall else came)

    def recent(self, client: StateManager, seconds: float) -> T:
        """The value, if its fetch began less than ``seconds`` ago; else a fresh one."""
        young = self._value is not None and time.monotonic() - self._began < seconds
        return self.get(client) if young or self._value is None else self.fresh(client)

    def fresh(self, client: StateManager) -> T:
        """A value whose fetch began after this call; callers that wait together share one fetch."""
        with self._counting:
            self._asked += 1
            mine = self._asked
        came = time.monotonic()
        with holding(self._fetching):
            if self._value is not None and self._value[0] >= mine:
                return self._value[1]
            return self._refetch(client, came)

    def _refetch(self, client: StateManager, since: float) -> T:
        if (failure := self._failure) is not None and failure[0] >= since and failure[1] >= client.patience:
            raise failure[2]
        started, began = self._asked, time.monotonic()
        try:
            value = self._fetch(client)
        except Unauthorized:  # the next one may have another key
            raise
        except StateManagerError as error:
            self._failure = (time.monotonic(), client.patience, error)
            raise
        self._value, self._began, self.took = (started, value), began, time.monotonic() - began
        return value


class Listing:
    """The graphs of a namespace as `Live`; each is read when it is asked for."""

    def __init__(self, listing: GraphListing) -> None:
        self._listing = listing
        self._live: dict[str, Live | None] = {}

    def find(self, name: str) -> Live | None:
        """Return the graph of this name, or None.

        Raises Conflict if this version can't read it.
        """
        if name not in self._live:
            try:
                graph = self._listing.find(name)
            except UnreadableAnswer as error:
                raise Conflict(str(error)) from None
            self._live[name] = None if graph is None else from_graph(graph)
        return self._live[name]

    def readable(self, name: str) -> Live | None:
        """Return the graph of this name; None if there is none, or this version can't read it."""
        try:
            return self.find(name)
        except Conflict:
            return None


class Snapshots:
    """The graphs of each namespace as this run has seen or written them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listings: dict[tuple[str, str], Shared[Listing]] = {}
        self._written: dict[GraphKey, Live] = {}

    def live(self, client: StateManager, key: GraphKey, *, recall: bool = False) -> Live | None:
        """The graph as written by this run, else as in the shared listing; None where there is none."""
        if (written := self._written.get(key)) is not None:
            return written
        return self._listing(client.address, key.namespace).get(client, recall=recall).find(key.name)

    def recent(self, client: StateManager, key: GraphKey) -> Live | None:
        """The graph as written by this run, else as in a listing that is no older than a few seconds."""
        if (written := self._written.get(key)) is not None:
            return written
        return self._listing(client.address, key.namespace).recent(client, RECENT).find(key.name)

    def fresh(self, client: StateManager, key: GraphKey) -> Live | None:
        """The graph as in a listing that began after this call."""
        written = self._written.get(key)
        live = self._listing(client.address, key.namespace).fresh(client).find(key.name)
        with self._lock:
            if self._written.get(key) is written:
                self._written.pop(key, None)
        return live

    def refreshed(self, client: StateManager, namespace: str) -> Listing:
        """The graphs of a namespace, as in a listing that began after this call."""
        return self._listing(client.address, namespace).fresh(client)

    def cost(self, address: str, namespace: str) -> float:
        """Seconds that the namespace's last listing took; 0 where there was none."""
        return self._listing(address, namespace).took

    def wrote(self, key: GraphKey, live: Live) -> bool:
        """Whether this run wrote what is live, and has seen it validated."""
        written = self._written.get(key)
        return written is not None and written.updated_at == live.updated_at

    def note_written(self, key: GraphKey, live: Live) -> None:
        """Lay what this run wrote, and has seen to be stored, over the listing."""
        with self._lock:
            self._written[key] = live

    def forget(self, key: GraphKey) -> None:
        """Drop what is known of a namespace after a write whose outcome isn't."""
        with self._lock:
            self._written.pop(key, None)
            self._listings.pop((key.address, key.namespace), None)

    def _listing(self, address: str, namespace: str) -> Shared[Listing]:
        with self._lock:
            return self._listings.setdefault((address, namespace), Shared(lambda client: _read(client, namespace)))


def _read(client: StateManager, namespace: str) -> Listing:
    listing = client.list_graphs(namespace)
    for notice in listing.notices():
        tell(notice)
    return Listing(listing)
