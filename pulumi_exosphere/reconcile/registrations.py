"""Waiting for nodes to be registered, before anything is sent: nothing validates a second time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import NotRegistered

from .keys import GraphKey
from .listings import Shared
from .outcome import tell
from .waiting import pause

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

POLL = 0.5
"""Seconds between two listings of a namespace's nodes while a hook waits for one."""

Node = tuple[str, str]


class Registrations:
    """The registered nodes of each namespace, and since when which node has been missed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listings: dict[tuple[str, str], Shared[Mapping[str, Mapping[str, Any]]]] = {}
        self._missed_since: dict[tuple[str, str, str], float] = {}

    def registered(self, client: StateManager, namespace: str) -> Mapping[str, Mapping[str, Any]]:
        """The nodes of a namespace by name, from the run's one listing of it."""
        return self._listing(client.address, namespace).get(client)

    def wait(self, client: StateManager, key: GraphKey, nodes: Iterable[Node], timeout: float) -> bool:
        """Return once all nodes, given as ``(namespace, node_name)``, are registered.

        The deadline counts once for each node and run, however many graphs wait for it in turn. Returns whether it had
        to wait: what was looked at before is old then.

        Raises NotRegistered when it has passed, and a look since then hasn't found them either.
        """
        wanted = set(nodes)
        missing = {node for node in wanted if node[1] not in self.registered(client, node[0])}
        waited = looked = False
        while missing:
            now = time.monotonic()
            with self._lock:
                since = [self._missed_since.setdefault((client.address, *node), now) for node in missing]
            left = min(since) + timeout - now
            if left <= 0 and looked:
                raise NotRegistered(_message(key, missing, timeout))
            if left > 0 and not waited:
                waited = True
                tell(
                    f"{key} waits up to {left:.0f} s for {_names(missing)} to be registered. If a resource of this "
                    "program starts their runtime, give the graph depends_on=[that resource]"
                )
            pause(max(min(POLL, left), 0.0))
            looked = True
            namespaces = {namespace for namespace, _ in missing}
            fresh = {namespace: self._listing(client.address, namespace).fresh(client) for namespace in namespaces}
            missing = {node for node in missing if node[1] not in fresh[node[0]]}
        return waited

    def _listing(self, address: str, namespace: str) -> Shared[Mapping[str, Mapping[str, Any]]]:
        with self._lock:
            return self._listings.setdefault(
                (address, namespace),
                Shared(lambda client: {node.name: node.document() for node in client.list_nodes(namespace)}),
            )


def nodes_of(inputs: Mapping[str, Any]) -> set[Node]:
    """The nodes that a graph needs."""
    return {(node["namespace"], node["node_name"]) for node in inputs["nodes"].values()}


def _names(nodes: Iterable[Node]) -> str:
    return ", ".join(f"node '{name}' ({namespace})" for namespace, name in sorted(nodes))


def _message(key: GraphKey, missing: Iterable[Node], timeout: float) -> str:
    return (
        f"{_names(missing)} not registered within {timeout:g} s (registration_timeout), so {key} was not sent. "
        "Start the runtime, or correct node_name or namespace, then run `pulumi up` again. If a resource of this "
        "program starts the runtime, give the graph depends_on=[that resource]: graphs that wait can keep it from "
        "starting"
    )
