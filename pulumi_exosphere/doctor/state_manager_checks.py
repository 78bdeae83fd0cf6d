"""Checks of the state manager: it responds, accepts the key, and has what the graphs need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pulumi_exosphere.errors import ExosphereError, Unauthorized, first_of
from pulumi_exosphere.provider.settings import Settings

from .configuration import address, headers, key
from .findings import Finding, Status
from .stack_state import StackState

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

SHOWN = 10
"""Names in one message, at most."""


def checks(settings: Settings, namespaces: Sequence[str], state: StackState) -> Iterator[Finding]:
    """Check everything that can be asked for; skip the rest.

    Without an address or a key nothing is asked. That is no problem if each resource has its own ``connection=``; those
    servers are not checked.

    Args:
        settings: The address and the key.
        namespaces: Where to look for nodes and graphs; none for each namespace that has registered nodes.
        state: The graphs and nodes that must exist.
    """
    from pulumi_exosphere.state_manager import StateManager

    uri, api_key = address(settings), key(settings)
    if not uri or not api_key:
        yield Finding("reachable", Status.SKIPPED, "this needs an address and a key")
        return
    try:
        client = StateManager(uri, api_key, headers=headers(settings), timeout=settings.request_timeout, max_retries=1)
    except ExosphereError as error:
        yield Finding("reachable", Status.FAULT, str(error), "correct the address or the key")
        return
    with client:
        for notice in client.notices:
            yield Finding("reachable", Status.WARNING, notice, "correct it")
        yield from _asked(client, settings, namespaces, state)


def _asked(client: StateManager, settings: Settings, namespaces: Sequence[str], state: StackState) -> Iterator[Finding]:
    try:
        client.health()
    except ExosphereError as error:
        yield Finding("reachable", Status.FAULT, str(error), _REACH)
        return
    yield Finding("reachable", Status.OK, f"{client.address} responds")
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
    for namespace in namespaces or found or [settings.namespace]:
        nodes, graphs = state.nodes_in(namespace), state.graphs_in(namespace)
        # A namespace may have only graphs, whose nodes are elsewhere, or only nodes.
        if nodes or not graphs:
            yield _nodes(client, namespace, nodes)
        if graphs or not nodes:
            yield from _graphs(client, namespace, graphs)
    yield Finding("time-zone", Status.HINT, _ZONE)


def _namespaces(found: Sequence[str]) -> Finding:
    if not found:
        return Finding("namespaces", Status.WARNING, "no namespace has registered nodes", _RUNTIME)
    return Finding("namespaces", Status.OK, f"nodes are registered in {_listed(found)}")


def _nodes(client: StateManager, namespace: str, needed: set[str]) -> Finding:
    try:
        names = {node.name for node in client.list_nodes(namespace)}
    except ExosphereError as error:
        return Finding("nodes", Status.FAULT, str(error))
    if not names:
        return Finding("nodes", Status.WARNING, f"namespace '{namespace}' has no registered nodes", _RUNTIME)
    if missing := needed - names:
        message = f"namespace '{namespace}' lacks nodes that the stack's graphs need: {_listed(missing)}"
        return Finding("nodes", Status.WARNING, message, _RUNTIME)
    return Finding("nodes", Status.OK, f"namespace '{namespace}' has {_listed(names)}")


def _graphs(client: StateManager, namespace: str, expected: set[str]) -> Iterator[Finding]:
    from pulumi_exosphere import template

    try:
        listing = client.list_graphs(namespace)
    except ExosphereError as error:
        yield Finding("graphs", Status.FAULT, str(error), "look in the state manager's log")
        return
    graphs = [graph for graph in listing.graphs.values() if not template.is_retired(graph.document())]
    broken = [graph.name for graph in graphs if graph.validation_status == "INVALID"]
    missing = expected - {graph.name for graph in graphs} - set(listing.unreadable)
    for name in listing.unreadable:
        yield Finding("graphs", Status.WARNING, listing.why_unreadable(name))
    for notice in listing.notices():
        yield Finding("graphs", Status.WARNING, notice)
    if broken:
        message = f"namespace '{namespace}' has graphs that can't run (INVALID): {_listed(broken)}"
        yield Finding(
            "graphs",
            Status.WARNING,
            message,
            "run `pulumi up --refresh`: it deploys the stack's own graphs again, and says what is wrong",
        )
    if missing:
        message = f"namespace '{namespace}' lacks graphs that the stack's state contains: {_listed(missing)}"
        yield Finding(
            "graphs", Status.WARNING, message, "run `pulumi up --refresh`: it creates the stack's own graphs again"
        )
    if not broken and not missing:
        count = f"{len(graphs)} graph{'s' * (len(graphs) != 1)}"
        yield Finding("graphs", Status.OK, f"namespace '{namespace}' has {count}")


def _listed(names: Iterable[str]) -> str:
    return first_of(sorted(set(names)), SHOWN)


_REACH = "check the address, that the state manager is running, and the network in between (VPN, proxy, firewall)"
_KEY = "set exosphere:apiKey (or EXOSPHERE_API_KEY) to the key that the state manager was started with"
_RUNTIME = "start the runtime that registers the nodes; until then, graphs that need them can't be deployed"
_ZONE = (
    "schedules use the state manager's local time zone, which its API doesn't report; "
    "check TZ where it runs, for example with `docker exec STATE_MANAGER date +%Z`"
)
