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
from .graph import Graph

_FIELDS = ("required_keys", "default_values")


class StoreConfig(Declared, kind="StoreConfig"):
    """The store that the nodes of one run of a graph share, as a resource of its own.

    On a `Graph` of the same program it goes live with the graph, in one upsert, so that the graph's inputs may refer to
    its keys; a graph has one, here or in its argument ``store_config``. On a graph that is given by its id it changes
    that alone and keeps everything else of the graph. Every change updates; deleting gives the graph the empty default
    back.

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
    """Keys that whoever starts a run must give, sorted."""
    default_values: Output[Mapping[str, str]]
    """Values by key for what a run wasn't given."""
    updated_at: Output[str]
    """When the state manager last wrote the graph: a time without zone, in the state manager's local time."""
    state_manager: Output[str]
    """The address of the state manager that has the graph, without credentials."""
    connection: Output[Mapping[str, str] | None]
    """As given, or the graph's; the key is secret."""

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
                refused, and so are ``transforms`` that change a field: set them on the graph.
            graph: A `Graph`, or the id ``NAMESPACE/NAME`` of a graph that this program doesn't declare. A change moves
                the store's configuration there.
            required_keys: Keys that whoever starts a run must give; default: none. Plain strings without a dot. A run
                started by a schedule starts with an empty store, so that **any** required key makes every scheduled run
                fail.
            default_values: Values by key for what a run wasn't given; default: none. Keys are plain strings without a
                dot, values are strings. The state manager shows them to whoever can list the graph.
            connection: Which state manager has the graph; default: the graph's own, else the configured one.

        Raises:
            InvalidGraph: The graph has a store from elsewhere in the program, a key is no plain string, the id isn't
                one or is that of a graph which the program declares, or the graph has been registered already.
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


def _read(given: dict[str, Any]) -> dict[str, Any]:
    return inputs.store_config({field: given[field] for field in _FIELDS})


def _provider() -> pulumi.dynamic.ResourceProvider:
    from pulumi_exosphere.provider.store_config import StoreConfigProvider

    return StoreConfigProvider()
