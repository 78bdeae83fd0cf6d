"""The program whose previews of attachments, and of what stays live, are recorded: `CASE` selects its version."""

from __future__ import annotations

import os
from typing import Any

import pulumi
import pulumi.dynamic

import pulumi_exosphere as exosphere

CASE = os.environ["CASE"]
EU = exosphere.ConnectionArgs(uri=os.environ["EU"], api_key=pulumi.Output.secret(os.environ["SECRET"]))
MORNING, NIGHT, QUARTERS = "0 9 * * 1-5", "30 22 * * *", "*/15 * * * *"


class ClockProvider(pulumi.dynamic.ResourceProvider):
    """A resource whose id is an expression that is known only during the update."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Return an id that nobody chose."""
        return pulumi.dynamic.CreateResult("0 5 * * *", props)


class Clock(pulumi.dynamic.Resource, module="cloud", name="Clock"):
    """A resource with an expression."""

    def __init__(self, name: str) -> None:
        super().__init__(ClockProvider(), name, {})


def graph(resource: str, expressions: list[str] | None, **more: Any) -> exosphere.Graph:
    """A graph of one node."""
    return exosphere.Graph(
        resource,
        namespace="analytics",
        nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping", inputs={})],
        triggers=None
        if expressions is None
        else [exosphere.CronTriggerArgs(expression=expression) for expression in expressions],
        **more,
    )


# What is folded into a graph of the program.
if CASE == "namesake":
    graph("report-eu", [MORNING], name="report", connection=EU)
elif CASE == "looked-up":
    exosphere.Graph.get("report", "shared/nightly")
else:
    inline = {"inlined": [MORNING, NIGHT], "outlined": None, "given-up": [MORNING]}.get(CASE, [MORNING])
    retries = None if CASE == "given-up" else exosphere.RetryPolicyArgs(max_retries=5)
    report = graph("report", inline, retry_policy=retries)
    if CASE == "outlined":
        exosphere.CronTrigger("mornings", graph=report, expression=MORNING)
    if CASE not in {"inlined", "given-up"}:
        name = "late" if CASE == "attachment-renamed" else "nights"
        exosphere.CronTrigger(name, graph=report, expression=NIGHT)

# What stays live although it leaves the stack.
if CASE != "left":
    graph("kept", [MORNING], name="kept-2" if CASE == "left-replaced" else None,
          opts=pulumi.ResourceOptions(retain_on_delete=True))  # fmt: skip

# What belongs to graphs that the program doesn't declare.
connection = EU if CASE == "moved-elsewhere" else None
exosphere.CronTrigger(
    "quarters",
    graph="shared/hourly" if CASE == "handed-over" else "shared/nightly",
    expression=QUARTERS,
    connection=connection,
)
if CASE != "forgotten":
    exosphere.RetryPolicy("retries", graph="shared/nightly", max_retries=5, connection=connection,
                          opts=pulumi.ResourceOptions(retain_on_delete=True))  # fmt: skip
if CASE == "unknown-schedule":
    exosphere.CronTrigger("noons", graph="shared/nightly", expression="0 12 * * *")
    exosphere.CronTrigger("whenever", graph="shared/nightly", expression=Clock("clock").id)
