"""The program whose previews are recorded: `CASE` selects its version."""

from __future__ import annotations

import os
from typing import Any

import pulumi
import pulumi.dynamic

import pulumi_exosphere as exosphere

CASE = os.environ["CASE"]
SECRET = os.environ["SECRET"]


class BucketProvider(pulumi.dynamic.ResourceProvider):
    """A resource that isn't a graph, whose id is known only during the update."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Return a name that nobody chose."""
        return pulumi.dynamic.CreateResult("raw-4f1c", props)


class Bucket(pulumi.dynamic.Resource, module="cloud", name="Bucket"):
    """Return the source of the rows."""

    def __init__(self, name: str) -> None:
        super().__init__(BucketProvider(), name, {})


def node(identifier: str, name: str, next_nodes: str = "", **inputs: Any) -> exosphere.GraphNodeArgs:
    """Return a node; its next nodes are given as words."""
    return exosphere.GraphNodeArgs(
        node_name=name, identifier=identifier, inputs=inputs, next_nodes=next_nodes.split() or None
    )


bucket = Bucket("raw")
first = [
    node("extract", "Extract", "load", source=bucket.id),
    node("load", "Load", rows="${{ extract.outputs.rows }}"),
]
changed = [
    node("extract", "Extract", "clean", source="orders"),
    node("clean", "Transform", "load", rows="${{ extract.outputs.rows }}"),
    node("load", "Load", rows="${{ clean.outputs.rows }}"),
]
renamed = [
    node("extract", "Extract", "load_rows", source=bucket.id),
    node("load_rows", "Load", rows="${{ extract.outputs.rows }}"),
]
united = [
    node("extract", "Extract", "load ping", source=bucket.id),
    node("load", "Load", "notify", rows="${{ extract.outputs.rows }}"),
    node("ping", "Ping", "notify"),
    exosphere.GraphNodeArgs(
        node_name="Notify",
        namespace="shared",
        identifier="notify",
        inputs={"text": "done"},
        unites=exosphere.UnitesArgs(identifier="extract", strategy="ALL_DONE"),
    ),
]
broken = [node("extract", "Extract", "lood", source="orders"), node("load", "Load", rows="${{ extrct.outputs.rows }}")]

if CASE not in {"retired", "before"}:
    report = exosphere.Graph(
        "weekly" if CASE == "resource-renamed" else "daily-report",
        name={"replaced": "weekly-report", "resource-renamed": "daily-report"}.get(CASE),
        namespace="analytics",
        nodes={"changed": changed, "renamed": renamed, "united": united, "broken": broken}.get(CASE, first),
        secrets={
            "warehouse_password": pulumi.Output.secret(SECRET + ("-rotated" if CASE == "changed" else "")),
            **({"slack_token": pulumi.Output.secret(SECRET)} if CASE == "united" else {}),
        },
        retry_policy=exosphere.RetryPolicyArgs(
            max_retries=5 if CASE == "changed" else 3,
            strategy="EXPONENTIAL_FULL_JITTER" if CASE == "changed" else "EXPONENTIAL",
            max_delay=30_000 if CASE == "changed" else None,
        ),
        store_config=exosphere.StoreConfigArgs(default_values={"batch": "200" if CASE == "changed" else "100"}),
        triggers=[exosphere.CronTriggerArgs(expression="0 9 * * 1-5")],
    )
    if CASE != "changed":
        exosphere.CronTrigger("evenings", graph=report, expression="30 18 * * 1-5")
    else:
        exosphere.CronTrigger("noons", graph=report, expression="0 12 * * *")

if CASE == "elsewhere":
    exosphere.RetryPolicy("nightly-retries", graph="shared/nightly", strategy="LINEAR", backoff_factor=500)
    exosphere.CronTrigger("nights", graph="shared/nightly", expression="15 2 * * *")
