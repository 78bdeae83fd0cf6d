"""Whether the state manager answers, takes the key, and has what graphs need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pulumi_exosphere.errors import ExosphereError, Unauthorized, first_of
from pulumi_exosphere.provider.settings import Settings

from .configuration import address, key
from .findings import Finding, Status
from .stack_state import StackState

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

SHOWN = 10
"""Names that a message holds at the most."""


def checks(settings: Settings, namespaces: Sequence[str], state: StackState) -> Iterator[Finding]:
    """Everything that can be asked for; what can't, since something before it is at fault or missing, is skipped.

    Missing without a fault are address and key where each resource has its ``connection=``, whose servers nobody asks.

    Args:
        settings: Address and key.
        namespaces: Where to look for nodes and graphs.
        state: The graphs and nodes that are to be there.
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
        yield from _asked(client, namespaces, state)


def _asked(client: StateManager, namespaces: Sequence[str], state: StackState) -> Iterator[Finding]:
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
    for namespace in namespaces:
        nodes, graphs = state.nodes_in(namespace), state.graphs_in(namespace)
        # A namespace can be one of graphs alone, whose nodes are elsewhere, or one of nodes alone.
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
        names = {str(node.get("name")) for node in client.list_nodes(namespace)}
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
        graphs = [graph for graph in client.list_graphs(namespace) if not template.is_retired(graph)]
    except ExosphereError as error:
        yield Finding("graphs", Status.FAULT, str(error), "look in the state manager's log")
        return
    broken = [str(graph["name"]) for graph in graphs if graph.get("validation_status") == "INVALID"]
    missing = expected - {str(graph["name"]) for graph in graphs}
    if broken:
        message = f"namespace '{namespace}' has graphs that can't run (INVALID): {_listed(broken)}"
        yield Finding("graphs", Status.WARNING, message, "deploy them again; `pulumi up` says what is wrong with them")
    if missing:
        message = f"namespace '{namespace}' lacks graphs that the stack's state names: {_listed(missing)}"
        yield Finding("graphs", Status.WARNING, message, "`pulumi up --refresh` makes the stack's own graphs again")
    if not broken and not missing:
        count = f"{len(graphs)} graph{'s' * (len(graphs) != 1)}"
        yield Finding("graphs", Status.OK, f"namespace '{namespace}' has {count}")


def _listed(names: Iterable[str]) -> str:
    return first_of(sorted(set(names)), SHOWN)


_REACH = "check the address, that the state manager runs, and what is in between (VPN, proxy, firewall)"
_KEY = "set exosphere:apiKey (or EXOSPHERE_API_KEY) to the key that the state manager was started with"
_RUNTIME = "start the runtime that has the nodes: graphs wait for theirs to be registered"
_ZONE = (
    "schedules are in the state manager's local time zone, and its API doesn't tell which that is: "
    "look at TZ where it runs, for example `docker exec STATE_MANAGER date +%Z`"
)
