"""Read the state manager's graphs and registered nodes from a program. A preview needs the address and the key for it.

Each look-up has two forms. The plain one takes plain values, asks at once and returns a plain result, so a program can
loop over it. The ``_output`` form also takes outputs and returns an output, which a preview doesn't know as long as it
doesn't know an argument.

A loop over looked-up graphs must choose them by something that the program itself doesn't change. If it chose graphs
without a schedule and gave each one a schedule, the next run would find these schedules, no longer declare them, and so
remove them.

Examples:
    ```python
    import pulumi_exosphere as exosphere

    # Graphs of other programs. If a graph has secrets, only its own program can change it.
    for graph in exosphere.get_graphs("analytics"):
        if not graph.secret_names:
            exosphere.CronTrigger(f"{graph.name}-hourly", graph=graph.id, expression="@hourly")
    ```
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pulumi
import pulumi.runtime
from pulumi import Input, Output

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.folding.registration import raised_here
from pulumi_exosphere.provider.settings import configured, configured_namespace
from pulumi_exosphere.template.messages import OUTPUT_AS_TEXT, output_as_text

from .args import ConnectionArgs, ConnectionArgsDict
from .coerce import Mistakes, comes_later, fields_of
from .results import (
    GraphNodeResult,
    GraphResult,
    RegisteredNodeResult,
    RetryPolicyResult,
    StoreConfigResult,
    find_graph,
    find_graphs,
    find_nodes,
)

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

    class GraphOutput(Output[GraphResult]):
        """An output of a graph, whose fields Pulumi lifts: they are outputs themselves, and have types here."""

        id: Output[str]
        namespace: Output[str]
        name: Output[str]
        nodes: Output[Mapping[str, GraphNodeResult]]
        secret_names: Output[Sequence[str]]
        retry_policy: Output[RetryPolicyResult]
        store_config: Output[StoreConfigResult]
        triggers: Output[Sequence[str]]
        validation_status: Output[str]
        validation_errors: Output[Sequence[str]]
        created_at: Output[str]
        updated_at: Output[str]
        document_id: Output[str]


T = TypeVar("T")


def ask(call: Callable[[StateManager, dict[str, Any]], T], connection: object, **given: Any) -> T:
    """Ask at once.

    Args:
        call: Asks a state manager, given the values of ``given``.
        connection: The look-up's argument.
        given: Its other arguments.

    Raises:
        ConfigurationError: An argument is an output, or address or key is missing.
    """
    with raised_here(""):
        where = _where(connection)
        for name, value in {**given, **{f"connection.{key}": value for key, value in where.items()}}.items():
            if comes_later(value):
                raise ConfigurationError(
                    f"the look-up's argument {name} is an output, which isn't known yet. Use the "
                    "look-up of the same name that ends in `_output`"
                )
            if isinstance(value, str) and OUTPUT_AS_TEXT in value:
                raise ConfigurationError(f"the look-up's argument {output_as_text(name)}")
        return call(_client(where), given)


def ask_later(call: Callable[[StateManager, dict[str, Any]], T], connection: object, **given: Any) -> pulumi.Output[T]:
    """Ask when every argument is known; the result isn't secret, even if the key is."""
    where = _where(connection)
    arguments = pulumi.Output.unsecret(pulumi.Output.all(given=given, where=where))

    async def answer(known: Any) -> Any:
        if pulumi.runtime.is_dry_run() and not await _all_exist(await arguments.resources()):
            return pulumi.UNKNOWN
        client = _client(known["where"])
        return await asyncio.get_running_loop().run_in_executor(None, call, client, known["given"])

    return arguments.apply(answer)


def _where(connection: object) -> dict[str, Any]:
    mistakes = Mistakes()
    where = {} if connection is None else fields_of(connection, ConnectionArgs, "connection", mistakes)
    mistakes.require_none("the look-up's argument")
    return where


async def _all_exist(resources: set[pulumi.Resource]) -> bool:
    """Whether the resources of all arguments exist: a preview doesn't create them."""
    return all([await resource.id.is_known() for resource in resources if isinstance(resource, pulumi.CustomResource)])


def _client(where: Mapping[str, Any]) -> StateManager:
    from pulumi_exosphere.provider.connections import wanted_client

    return wanted_client(configured(), where or None)


def get_graph(
    name: str, namespace: str | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> GraphResult:
    """Look up one live graph.

    Args:
        name: The graph's name.
        namespace: Its namespace; default: the configuration's ``exosphere:namespace``, else ``default``.
        connection: The state manager to ask; default: the configured one.

    Raises:
        GraphNotFound: No graph has this name, or only a retired one.
        ConfigurationError: An argument is an output, or address or key is missing.
        StateManagerError: The state manager rejected the request, or didn't respond.
    """
    return ask(find_graph, connection, name=name, namespace=_namespace(namespace))


def get_graph_output(
    name: Input[str],
    namespace: Input[str] | None = None,
    *,
    connection: ConnectionArgs | ConnectionArgsDict | None = None,
) -> GraphOutput:
    """Look one graph up as `get_graph` does, with outputs for arguments and an output for a result.

    The fields of the result are outputs: ``get_graph_output(name).nodes``.
    """
    return cast("GraphOutput", ask_later(find_graph, connection, name=name, namespace=_namespace(namespace)))


def get_graphs(
    namespace: str | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> list[GraphResult]:
    """Look up all graphs of a namespace except for retired ones, sorted by name.

    A graph of a form that this version doesn't know is left out as well, with a warning.

    Args:
        namespace: The namespace; default: the configuration's ``exosphere:namespace``, else ``default``. An
            unknown namespace has no graphs.
        connection: The state manager to ask; default: the configured one.

    Raises:
        ConfigurationError: An argument is an output, or address or key is missing.
        StateManagerError: The state manager rejected the request, or didn't respond.
    """
    return ask(_find_graphs, connection, namespace=_namespace(namespace))


def get_graphs_output(
    namespace: Input[str] | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> Output[list[GraphResult]]:
    """Look up all graphs like `get_graphs`, with outputs as arguments and as result."""
    return ask_later(_find_graphs, connection, namespace=_namespace(namespace))


def get_registered_nodes(
    namespace: str | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> list[RegisteredNodeResult]:
    """Look up the nodes that runtimes have registered in a namespace, sorted by name.

    Args:
        namespace: The namespace; default: the configuration's ``exosphere:namespace``, else ``default``. An
            unknown namespace has no nodes.
        connection: The state manager to ask; default: the configured one.

    Raises:
        ConfigurationError: An argument is an output, or address or key is missing.
        StateManagerError: The state manager rejected the request, or didn't respond.
    """
    return ask(find_nodes, connection, namespace=_namespace(namespace))


def get_registered_nodes_output(
    namespace: Input[str] | None = None, *, connection: ConnectionArgs | ConnectionArgsDict | None = None
) -> Output[list[RegisteredNodeResult]]:
    """Look up registered nodes like `get_registered_nodes`, with outputs as arguments and as result."""
    return ask_later(find_nodes, connection, namespace=_namespace(namespace))


def _namespace(namespace: Input[str] | None) -> Input[str]:
    return configured_namespace() if namespace is None else namespace


def _find_graphs(client: StateManager, given: dict[str, Any]) -> list[GraphResult]:
    return find_graphs(client, given, lambda notice: pulumi.log.warn(f"exosphere: {notice}"))
