"""The listings that a preview asks for: once for all graphs of the program, and for a few seconds at most."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi

from pulumi_exosphere.errors import ExosphereError
from pulumi_exosphere.provider.settings import MISSING_KEY, MISSING_URI, Settings, configured

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

T = TypeVar("T")
Documents = list[dict[str, Any]]

QUICK = 3.0
"""Seconds for a request, which isn't repeated: a preview continues without it."""
NAMESPACES = 20
"""At most so many namespaces are searched for a node that isn't registered in its own."""
_SHORT = {message: message.partition(":")[0] for message in (MISSING_KEY, MISSING_URI)}
"""Errors by message, each without its advice."""


@dataclass
class Survey:
    """The look-ups of one run of a program."""

    _asked: dict[object, Awaitable[Any]] = field(default_factory=dict)
    _told: bool = False

    async def nodes(
        self, connection: Mapping[str, Any] | None, namespaces: Iterable[str]
    ) -> dict[str, dict[str, dict[str, Any]]]:
        """The registered nodes by name, for each of the namespaces that could be listed."""
        wanted = sorted(namespaces)
        listings = await asyncio.gather(*(self._listing("nodes", connection, namespace) for namespace in wanted))
        return {
            namespace: {str(node["name"]): node for node in listing}
            for namespace, listing in zip(wanted, listings, strict=True)
            if listing is not None
        }

    async def graphs(self, connection: Mapping[str, Any] | None, namespace: str) -> dict[str, dict[str, Any]]:
        """The live graphs of a namespace by name; none if it couldn't be listed."""
        return await self.listed_graphs(connection, namespace) or {}

    async def listed_graphs(
        self, connection: Mapping[str, Any] | None, namespace: str
    ) -> dict[str, dict[str, Any]] | None:
        """The live graphs of a namespace by name; None if it couldn't be listed."""
        listing = await self._listing("graphs", connection, namespace)
        return None if listing is None else {str(graph["name"]): graph for graph in listing}

    async def other_namespaces(self, connection: Mapping[str, Any] | None, except_for: Iterable[str]) -> list[str]:
        """Namespaces with registered nodes, except for ``except_for``."""
        known = await self._once(
            ("namespaces", _where(connection)), connection, lambda client: client.list_namespaces()
        )
        return sorted(set(known or ()) - set(except_for))[:NAMESPACES]

    async def _listing(self, kind: str, connection: Mapping[str, Any] | None, namespace: str) -> Documents | None:
        def ask(client: StateManager) -> Documents:
            if kind == "nodes":
                return [node.document() for node in client.list_nodes(namespace)]
            return [graph.document() for graph in client.list_graphs(namespace).graphs.values()]

        return await self._once((kind, _where(connection), namespace), connection, ask)

    async def _once(
        self, what: object, connection: Mapping[str, Any] | None, ask: Callable[[StateManager], T]
    ) -> T | None:
        if what not in self._asked:
            self._asked[what] = asyncio.ensure_future(self._answer(connection, ask))
        answer: T | None = await self._asked[what]
        return answer

    async def _answer(self, connection: Mapping[str, Any] | None, ask: Callable[[StateManager], T]) -> T | None:
        from pulumi_exosphere.template import UNKNOWN

        if connection is not None and UNKNOWN in connection.values():
            self._tell("the state manager's address or key is only known after the update")
            return None
        quick = configured().quick(QUICK)
        try:
            return await _in_thread(lambda: ask(_client(quick, connection)))
        except ExosphereError as error:
            # Without a key is how a preview usually runs: it needs no advice.
            self._tell(_SHORT.get(str(error), str(error)))
        return None

    def _tell(self, reason: str) -> None:
        """Say once, for the whole run, that nothing could be looked up."""
        if not self._told:
            self._told = True
            pulumi.log.info(f"exosphere: registered nodes and live graphs were not checked: {reason}")


def _client(settings: Settings, connection: Mapping[str, Any] | None) -> StateManager:
    from pulumi_exosphere.provider.connections import wanted_client

    return wanted_client(settings, connection)


def _where(connection: Mapping[str, Any] | None) -> object:
    return None if connection is None else tuple(sorted((key, str(value)) for key, value in connection.items()))


async def _in_thread(call: Callable[[], T]) -> T:
    """Call it in a thread that doesn't delay the end of the program, unlike an executor's."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def finish(result: T | None, error: Exception | None) -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = call()
        except Exception as failed:  # noqa: BLE001  It is raised where it is waited for.
            error = failed
        try:
            loop.call_soon_threadsafe(finish, result, error)
        except RuntimeError:
            return  # The program has ended in the meantime.

    threading.Thread(target=run, daemon=True, name="exosphere-survey").start()
    return await done
