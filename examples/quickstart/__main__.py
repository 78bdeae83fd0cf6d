"""A graph that loads a report on weekday mornings."""

import pulumi
import pulumi_exosphere as exosphere

exosphere.Graph(
    "daily-report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Extract", identifier="extract", inputs={"source": "orders"}, next_nodes=["load"]
        ),
        exosphere.GraphNodeArgs(node_name="Load", identifier="load", inputs={"rows": "${{ extract.outputs.rows }}"}),
    ],
    secrets={"warehouse_password": pulumi.Config().require_secret("warehousePassword")},
    triggers=[exosphere.CronTriggerArgs(expression="0 9 * * 1-5")],
)
