"""A component that a platform team provides: a report with the schedules and retries of its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_exosphere as exosphere

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEDULES = {
    "prod": {"mornings": "0 6 * * *", "month-end": "0 22 28 * *"},
    "staging": {"mondays": "0 6 * * 1"},
}
"""By environment; in any other environment, reports only run by hand."""

RETRIES = {"prod": 8}
"""By environment; in any other environment 1, so that mistakes show up soon."""


class ScheduledReport(pulumi.ComponentResource):
    """A report from one source: the team says what to report, the environment says when."""

    graph: exosphere.Graph
    """The graph, to attach anything else to it."""

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        source: pulumi.Input[str],
        environment: str,
        secrets: Mapping[str, pulumi.Input[str]],
    ) -> None:
        """Declare a report.

        Args:
            name: The graph's name.
            opts: Pulumi's options.
            source: Where `Extract` reads from.
            environment: Determines the schedules and retries.
            secrets: The secrets that `Load` needs.
        """
        super().__init__("platform:index:ScheduledReport", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.graph = exosphere.Graph(
            name,
            child,
            namespace="analytics",
            nodes=[
                exosphere.GraphNodeArgs(
                    node_name="Extract", identifier="extract", inputs={"source": source}, next_nodes=["load"]
                ),
                exosphere.GraphNodeArgs(
                    node_name="Load", identifier="load", inputs={"rows": "${{ extract.outputs.rows }}"}
                ),
            ],
            secrets=secrets,
            triggers=[],  # Without this, an environment without schedules would keep whatever someone set there.
        )
        exosphere.RetryPolicy(f"{name}-retries", child, graph=self.graph, max_retries=RETRIES.get(environment, 1))
        for title, expression in SCHEDULES.get(environment, {}).items():
            exosphere.CronTrigger(f"{name}-{title}", child, graph=self.graph, expression=expression)
        self.register_outputs({"graph": self.graph.id})
