"""The resource `StoreConfig`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi.dynamic
from pulumi import Input, Output

from pulumi_exosphere.folding.registration import Declared, raised_here
from pulumi_exosphere.resources import inputs

from .args import ConnectionArgs, ConnectionArgsDict
from .attachment import Attachment
from .coerce import Mistakes
from .graph import Graph

_FIELDS = ("required_keys", "default_values")


class StoreConfig(Declared, kind="StoreConfig"):
    """The store that the nodes of one run of a graph share, as a resource of its own.

    On a `Graph` of the same program it goes live with the graph, in one upsert, so the graph's inputs may refer to its
    keys. A graph has one store, here or in its argument ``store_config``. On a graph that is given by its id it changes
    only the store. Every change is an update; deleting the resource restores the empty default.

    Examples:
        ```python
        import pulumi_exosphere as exosphere

        exosphere.StoreConfig(
            "store",
            graph="analytics/daily-report",
            required_keys=["source"],
            default_values={"batch": "100"},
        )
        ```
    """

    graph: Output[str]
    """The graph's id, ``NAMESPACE/NAME``."""
    required_keys: Output[Sequence[str]]
    """Keys that must be given to start a run, sorted."""
    default_values: Output[Mapping[str, str]]
    """Default values by key."""
    updated_at: Output[str]
    """When the graph was last written: a time without zone, in the state manager's local time."""
    state_manager: Output[str]
    """The address of the state manager that has the graph, without credentials."""
    connection: Output[Mapping[str, str] | None]
    """As given, or that of the graph; the key is secret."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        graph: Graph | Input[str],
        required_keys: Sequence[str] | None = None,
        default_values: Mapping[str, Input[str]] | None = None,
        connection: ConnectionArgs | ConnectionArgsDict | None = None,
    ) -> None:
        """Declare the store of a graph.

        Args:
            resource_name: The resource's name in the stack.
            opts: Pulumi's options. On a `Graph` of the same program, ``ignore_changes`` and ``retain_on_delete`` are
                rejected, and so are ``transforms`` that change a field: set them on the graph. ``custom_timeouts`` and
                ``replace_on_changes`` are always rejected, because they don't reach a dynamic provider.
            graph: A `Graph`, or the id ``NAMESPACE/NAME`` of a graph that this program doesn't declare. A change moves
                the store's configuration there.
            required_keys: Keys that must be given to start a run; default: none. Plain strings without a dot. A
                scheduled run starts with an empty store, so **any** required key makes every scheduled run fail.
            default_values: Default values by key; default: none. Keys are plain strings without a dot, values are
                strings. The state manager shows them to everyone who can list the graph.
            connection: The state manager that has the graph; default: the graph's own, else the configured one.

        Raises:
            InvalidGraph: The program gives the graph another store, a key isn't a plain string, ``graph`` isn't an id
                or is the id of a graph that the program declares, or the graph has been registered already. Raised in a
                unit test with Pulumi's mocks and inside an ``apply``; elsewhere a preview reports it at the program's
                end, with all other problems.
        """
        attachment = Attachment(f"StoreConfig {resource_name!r}", self, "store_config", _read)
        arguments = {
            "graph": graph,
            "required_keys": required_keys,
            "default_values": default_values,
            "connection": connection,
        }
        with raised_here(attachment.label):
            super().__init__(_provider(), resource_name, arguments, attachment.options(opts))


def _read(given: dict[str, Any], mistakes: Mistakes) -> dict[str, Any]:
    return inputs.store_config({field: given[field] for field in _FIELDS}, mistakes)


def _provider() -> pulumi.dynamic.ResourceProvider:
    from pulumi_exosphere.provider.store_config import StoreConfigProvider

    return StoreConfigProvider()
