"""Look-ups: what the state manager has, for use in a program.

Each comes twice. The plain one takes plain values, asks at once and gives a plain result, so that a program can loop
over it. Its ``_output`` twin takes outputs too and gives an output; in a preview that is unknown while what it is asked
with comes from a resource that doesn't exist yet.

A loop over what is looked up is to choose by what the program itself doesn't change. One that gives a schedule to each
graph that has none finds the schedules of its first run in the second, no longer declares them, and so takes them away.

Examples:
    ```python
    import pulumi_exosphere as exosphere

    # Graphs of other programs. One that has secrets can be changed by its own program alone.
    for graph in exosphere.get_graphs("analytics"):
        if not graph.secret_names:
            exosphere.CronTrigger(f"{graph.name}-hourly", graph=graph.id, expression="@hourly")
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import GraphNotFound
from pulumi_exosphere.resources.asking import ask, ask_later
from pulumi_exosphere.resources.configured import configured_namespace
from pulumi_exosphere.resources.results import graph_result, registered_node_result

if TYPE_CHECKING:
    from pulumi import Input, Output

    from pulumi_exosphere.resources.args import ConnectionArgs, ConnectionArgsDict
    from pulumi_exosphere.resources.results import GraphResult, RegisteredNodeResult
    from pulumi_exosphere.state_manager import StateManager


def get_graph(
    name: str, namespace: str | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> GraphResult:
    """Look one graph up, as it is live.

    Args:
        name: The graph's name.
        namespace: Its namespace; default: the configuration's ``exosphere:namespace``, else ``default``.
        connection: Which state manager to ask; default: the configured one.

    Raises:
        GraphNotFound: There is none of this name, or a retired one.
        ConfigurationError: An argument is an output, or address or key is missing.
        StateManagerError: The state manager refused, or didn't answer.
    """
    return ask(_graph, connection, name=name, namespace=_namespace(namespace))


def get_graph_output(
    name: Input[str],
    namespace: Input[str] | None = None,
    *,
    connection: ConnectionArgs | ConnectionArgsDict | None = None,
) -> Output[GraphResult]:
    """Look one graph up as `get_graph` does, with outputs for arguments and an output for a result."""
    return ask_later(_graph, connection, name=name, namespace=_namespace(namespace))


def get_graphs(
    namespace: str | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> list[GraphResult]:
    """Look all graphs of a namespace up, sorted by name, retired ones left out.

    Args:
        namespace: The namespace; default: the configuration's ``exosphere:namespace``, else ``default``. One that
            nobody uses has no graphs.
        connection: Which state manager to ask; default: the configured one.

    Raises:
        ConfigurationError: An argument is an output, or address or key is missing.
        StateManagerError: The state manager refused, or didn't answer.
    """
    return ask(_graphs, connection, namespace=_namespace(namespace))


def get_graphs_output(
    namespace: Input[str] | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> Output[list[GraphResult]]:
    """Look all graphs up as `get_graphs` does, with outputs for arguments and an output for a result."""
    return ask_later(_graphs, connection, namespace=_namespace(namespace))


def get_registered_nodes(
    namespace: str | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> list[RegisteredNodeResult]:
    """Look the nodes up that runtimes have registered in a namespace, sorted by name.

    Args:
        namespace: The namespace; default: the configuration's ``exosphere:namespace``, else ``default``. One that
            nobody uses has no nodes.
        connection: Which state manager to ask; default: the configured one.

    Raises:
        ConfigurationError: An argument is an output, or address or key is missing.
        StateManagerError: The state manager refused, or didn't answer.
    """
    return ask(_nodes, connection, namespace=_namespace(namespace))


def get_registered_nodes_output(
    namespace: Input[str] | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> Output[list[RegisteredNodeResult]]:
    """Look registered nodes up as `get_registered_nodes` does, with outputs for arguments and for a result."""
    return ask_later(_nodes, connection, namespace=_namespace(namespace))


def _namespace(namespace: Input[str] | None) -> Input[str]:
    return configured_namespace() if namespace is None else namespace


def _graph(client: StateManager, given: dict[str, Any]) -> GraphResult:
    for graph in _graphs(client, given):
        if graph.name == given["name"]:
            return graph
    raise GraphNotFound(
        f"{client.address} has no graph {given['name']!r} in namespace {given['namespace']!r}, or only a retired one. "
        "Correct the name, or deploy the graph first (`get_graphs` gives those that there are)"
    )


def _graphs(client: StateManager, given: dict[str, Any]) -> list[GraphResult]:
    from pulumi_exosphere.spec import is_retired

    # The listing, since a GET of one graph gives its retry policy, store and triggers as their defaults.
    documents = [document for document in client.list_graphs(given["namespace"]) if not is_retired(document)]
    return sorted((graph_result(document) for document in documents), key=lambda graph: graph.name)


def _nodes(client: StateManager, given: dict[str, Any]) -> list[RegisteredNodeResult]:
    nodes = client.list_nodes(given["namespace"])
    return sorted((registered_node_result(node) for node in nodes), key=lambda node: node.name)
