"""The resource `RetryPolicy`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi.dynamic
from pulumi import Input, Output

from pulumi_exosphere.folding.registration import Declared, raised_here
from pulumi_exosphere.resources import inputs

from .args import ConnectionArgs, ConnectionArgsDict, RetryStrategy
from .attachment import Attachment
from .coerce import Mistakes
from .graph import Graph

_FIELDS = ("max_retries", "strategy", "backoff_factor", "exponent", "max_delay")


class RetryPolicy(Declared, kind="RetryPolicy"):
    """The retries of a node that fails, as a resource of its own.

    On a `Graph` of the same program it goes live with the graph, in one upsert. A graph has one retry policy, here or
    in its argument ``retry_policy``. On a graph that is given by its id it changes only the retry policy. Every change
    is an update; deleting the resource restores the default policy.

    Examples:
        ```python
        import pulumi_exosphere as exosphere

        exosphere.RetryPolicy(
            "patience",
            graph="analytics/daily-report",
            max_retries=5,
            strategy=exosphere.RetryStrategy.EXPONENTIAL_FULL_JITTER,
            backoff_factor=1000,
            max_delay=60_000,
        )
        ```
    """

    # Not for type checkers only, unlike those of `Graph`: Pulumi needs them to convert floats to whole numbers.
    graph: Output[str]
    """The graph's id, ``NAMESPACE/NAME``."""
    max_retries: Output[int]
    """The number of retries."""
    strategy: Output[str]
    """The growth of the delay, a `RetryStrategy`."""
    backoff_factor: Output[int]
    """The first delay in milliseconds."""
    exponent: Output[int]
    """The factor by which an exponential delay grows at every retry."""
    max_delay: Output[int | None]
    """The longest delay in milliseconds; None: no limit."""
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
        max_retries: Input[int] | None = None,
        strategy: Input[RetryStrategy | str] | None = None,
        backoff_factor: Input[int] | None = None,
        exponent: Input[int] | None = None,
        max_delay: Input[int] | None = None,
        connection: ConnectionArgs | ConnectionArgsDict | None = None,
    ) -> None:
        """Declare the retries of a graph's nodes.

        Args:
            resource_name: The resource's name in the stack.
            opts: Pulumi's options. On a `Graph` of the same program, ``ignore_changes`` and ``retain_on_delete`` are
                rejected, and so are ``transforms`` that change a field: set them on the graph. ``custom_timeouts`` and
                ``replace_on_changes`` are always rejected, because they don't reach a dynamic provider.
            graph: A `Graph`, or the id ``NAMESPACE/NAME`` of a graph that this program doesn't declare. A change moves
                the policy there.
            max_retries: The number of retries, 0 or more; default: 3.
            strategy: How the delay grows; default: ``EXPONENTIAL``.
            backoff_factor: The first delay in milliseconds, more than 0; default: 2000.
            exponent: The factor by which an exponential delay grows at every retry, more than 0; default: 2.
            max_delay: The longest delay in milliseconds, more than 0; default: no limit.
            connection: The state manager that has the graph; default: the graph's own, else the configured one.

        Raises:
            InvalidGraph: The program gives the graph another retry policy, ``graph`` isn't an id or is the id of a
                graph that the program declares, or the graph has been registered already. Raised in a unit test with
                Pulumi's mocks and inside an ``apply``; elsewhere a preview reports it at the program's end, with all
                other problems.
        """
        attachment = Attachment(f"RetryPolicy {resource_name!r}", self, "retry_policy", _read)
        arguments = {
            "graph": graph,
            "max_retries": max_retries,
            "strategy": strategy,
            "backoff_factor": backoff_factor,
            "exponent": exponent,
            "max_delay": max_delay,
            "connection": connection,
        }
        with raised_here(attachment.label):
            super().__init__(_provider(), resource_name, arguments, attachment.options(opts))


def _read(given: dict[str, Any], mistakes: Mistakes) -> dict[str, Any]:
    return inputs.retry_policy({field: given[field] for field in _FIELDS}, mistakes)


def _provider() -> pulumi.dynamic.ResourceProvider:
    from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider

    return RetryPolicyProvider()
