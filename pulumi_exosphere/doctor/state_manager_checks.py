"""Whether the state manager answers, takes the key, and has what graphs need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.errors import ExosphereError, Unauthorized

from .configuration import address, key
from .finding import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulumi_exosphere.provider.settings import Settings
    from pulumi_exosphere.state_manager import StateManager

SHOWN = 10
"""Names that a message holds at the most."""


def checks(settings: Settings, namespaces: Sequence[str]) -> Iterator[Finding]:
    """Everything that can be asked for; what can't, since something before it is at fault, is skipped.

    Args:
        settings: Address and key.
        namespaces: Whose nodes to look for; empty: the configured one's.
    """
    from pulumi_exosphere.state_manager import StateManager

    uri, api_key = address(settings), key(settings)
    if not uri or not api_key:
        yield Finding("reachable", Status.SKIPPED, "needs an address and a key")
        return
    try:
        client = StateManager(uri, api_key, timeout=settings.request_timeout, max_retries=1)
    except ExosphereError as error:
        yield Finding("reachable", Status.FAULT, str(error), "correct the address or the key")
        return
    with client:
        yield from _asked(client, settings, namespaces)


def _asked(client: StateManager, settings: Settings, namespaces: Sequence[str]) -> Iterator[Finding]:
    try:
        client.health()
    except ExosphereError as error:
        yield Finding("reachable", Status.FAULT, str(error), _REACH)
        return
    yield Finding("reachable", Status.OK, f"{client.address} answers")
    try:
        found = client.list_namespaces()
    except Unauthorized as error:
        yield Finding("key-accepted", Status.FAULT, str(error), _KEY)
        return
    except ExosphereError as error:
        yield Finding("key-accepted", Status.FAULT, str(error), _REACH)
        return
    yield Finding("key-accepted", Status.OK, "the key is accepted")
    yield _namespaces(found)
    for namespace in namespaces or [settings.namespace]:
        yield _nodes(client, namespace)
        yield _graphs(client, namespace)
    yield Finding("time-zone", Status.HINT, _ZONE)


def _namespaces(found: Sequence[str]) -> Finding:
    if not found:
        return Finding("namespaces", Status.WARNING, "no namespace has registered nodes", _RUNTIME)
    return Finding("namespaces", Status.OK, f"nodes are registered in {_listed(found)}")


def _nodes(client: StateManager, namespace: str) -> Finding:
    try:
        names = [str(node.get("name")) for node in client.list_nodes(namespace)]
    except ExosphereError as error:
        return Finding("nodes", Status.FAULT, str(error))
    if not names:
        return Finding("nodes", Status.WARNING, f"namespace '{namespace}' has no registered nodes", _RUNTIME)
    return Finding("nodes", Status.OK, f"namespace '{namespace}' has {_listed(names)}")


def _graphs(client: StateManager, namespace: str) -> Finding:
    from pulumi_exosphere import spec

    try:
        graphs = [graph for graph in client.list_graphs(namespace) if not spec.is_retired(graph)]
    except ExosphereError as error:
        return Finding("graphs", Status.FAULT, str(error), "look in the state manager's log")
    broken = [str(graph["name"]) for graph in graphs if graph.get("validation_status") == "INVALID"]
    if broken:
        message = f"namespace '{namespace}' has graphs that can't run (INVALID): {_listed(broken)}"
        return Finding("graphs", Status.WARNING, message, "deploy them again; `pulumi up` says what is wrong with them")
    return Finding("graphs", Status.OK, f"namespace '{namespace}' has {len(graphs)} graph{'s' * (len(graphs) != 1)}")


def _listed(names: Sequence[str]) -> str:
    shown = sorted(set(names))
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return ", ".join(shown[:SHOWN]) + more


_REACH = "check the address, that the state manager runs, and what is in between (VPN, proxy, firewall)"
_KEY = "set exosphere:apiKey (or EXOSPHERE_API_KEY) to the key that the state manager was started with"
_RUNTIME = "start the runtime that has the nodes: graphs wait for theirs to be registered"
_ZONE = (
    "schedules are in the state manager's local time zone, and its API doesn't tell which that is: "
    "look at TZ where it runs, for example `docker exec STATE_MANAGER date +%Z`"
)
