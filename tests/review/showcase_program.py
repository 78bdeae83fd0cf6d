"""A larger change to a program of three graphs, for the pictures: `CASE` is ``before`` or ``showcase``."""

from __future__ import annotations

import os
from typing import Any

import pulumi

import pulumi_exosphere as exosphere

AFTER = os.environ["CASE"] == "showcase"
SECRET = os.environ["SECRET"]


def node(identifier: str, name: str, next_nodes: str = "", **inputs: Any) -> exosphere.GraphNodeArgs:
    """Return a node; its next nodes are given as words."""
    return exosphere.GraphNodeArgs(
        node_name=name, identifier=identifier, inputs=inputs, next_nodes=next_nodes.split() or None
    )


before = [
    node("extract", "Extract", "load archive", source="orders"),
    node("load", "Load", rows="${{ extract.outputs.rows }}"),
    node("archive", "Ping"),
]
after = [
    node("extract", "Extract", "clean check", source="orders_v2"),
    node("clean", "Transform", "load", rows="${{ extract.outputs.rows }}", mode="strict"),
    node("load", "Load", "notify", rows="${{ clean.outputs.rows }}"),
    node("check", "Ping", "notify"),
    exosphere.GraphNodeArgs(
        node_name="Notify",
        identifier="notify",
        inputs={"text": "The report is loaded."},
        unites=exosphere.UnitesArgs(identifier="extract", strategy="ALL_SUCCESS"),
    ),
]
report = exosphere.Graph(
    "daily-report",
    namespace="analytics",
    nodes=after if AFTER else before,
    secrets={
        "warehouse_password": pulumi.Output.secret(SECRET + ("-rotated" if AFTER else "")),
        **({"slack_token": pulumi.Output.secret(SECRET)} if AFTER else {}),
    },
    retry_policy=exosphere.RetryPolicyArgs(
        max_retries=5 if AFTER else 3,
        strategy="EXPONENTIAL_FULL_JITTER" if AFTER else "EXPONENTIAL",
        max_delay=30_000 if AFTER else None,
    ),
)
exosphere.CronTrigger("mornings", graph=report, expression="0 9 * * 1-5")
if AFTER:
    exosphere.CronTrigger("noons", graph=report, expression="0 12 * * 1-5")
    exosphere.Graph("heartbeat", namespace="analytics", nodes=[node("ping", "Ping")],
                    triggers=[exosphere.CronTriggerArgs(expression="*/15 * * * *")])  # fmt: skip
else:
    exosphere.Graph("old-report", namespace="analytics", nodes=[node("ping", "Ping")],
                    triggers=[exosphere.CronTriggerArgs(expression="0 6 * * *")])  # fmt: skip
