"""The resource `CronTrigger`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi.dynamic
from pulumi import Input, Output

from pulumi_exosphere.folding.registration import Declared, raised_here
from pulumi_exosphere.resources import inputs
from pulumi_exosphere.template.triggers import CRON

from .args import ConnectionArgs, ConnectionArgsDict
from .attachment import Attachment
from .coerce import Mistakes
from .graph import Graph


class CronTrigger(Declared, kind="CronTrigger"):
    """One schedule of a graph, as a resource of its own.

    On a `Graph` of the same program it goes live with the graph, in one upsert, together with the graph's argument
    ``triggers`` and its other schedules. A graph has each expression once. On a graph that is given by its id it adds
    its schedule and changes nothing else. Every change is an update; deleting the resource removes the schedule.

    Examples:
        ```python
        import pulumi_exosphere as exosphere

        exosphere.CronTrigger("mornings", graph="analytics/daily-report", expression="0 9 * * 1-5")
        ```
    """

    graph: Output[str]
    """The graph's id, ``NAMESPACE/NAME``."""
    expression: Output[str]
    """The cron expression."""
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
        expression: Input[str],
        connection: ConnectionArgs | ConnectionArgsDict | None = None,
    ) -> None:
        """Declare a schedule of a graph.

        Args:
            resource_name: The resource's name in the stack.
            opts: Pulumi's options. On a `Graph` of the same program, ``ignore_changes`` and ``retain_on_delete`` are
                rejected, and so are ``transforms`` that change a field: set them on the graph. ``custom_timeouts`` and
                ``replace_on_changes`` are always rejected, because they don't reach a dynamic provider.
            graph: A `Graph`, or the id ``NAMESPACE/NAME`` of a graph that this program doesn't declare. A change moves
                the schedule there.
            expression: A cron expression of 5 fields, 6 (the last is the second) or 7 (the last is the year), or
                ``@hourly``, ``@daily``, ``@weekly``, ``@monthly``, ``@yearly``, in the **state manager's** local time.
                May be an output but not a secret, because it is a key in state.
            connection: The state manager that has the graph; default: the graph's own, else the configured one.

        Raises:
            InvalidGraph: The program gives the graph this schedule twice, the expression is a secret, ``graph`` isn't
                an id or is the id of a graph that the program declares, or the graph has been registered already.
                Raised in a unit test with Pulumi's mocks and inside an ``apply``; elsewhere a preview reports it at the
                program's end, with all other problems.
        """
        attachment = Attachment(f"CronTrigger {resource_name!r}", self, "triggers", _read)
        arguments = {"graph": graph, "expression": expression, "connection": connection}
        with raised_here(attachment.label):
            super().__init__(_provider(), resource_name, arguments, attachment.options(opts))


def _read(given: dict[str, Any], mistakes: Mistakes) -> dict[str, Any]:
    return {CRON.key: inputs.expression(given[CRON.key], CRON.key, mistakes)}


def _provider() -> pulumi.dynamic.ResourceProvider:
    from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider

    return CronTriggerProvider()
