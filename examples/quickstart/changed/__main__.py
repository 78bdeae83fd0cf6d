"""A graph that loads a report on weekday mornings, cleans it on the way, and retries more often."""

import pulumi
import pulumi_exosphere as exosphere

exosphere.Graph(
    "daily-report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Extract", identifier="extract", inputs={"source": "orders"}, next_nodes=["clean"]
        ),
        exosphere.GraphNodeArgs(
            node_name="Transform",
            identifier="clean",
            inputs={"rows": "${{ extract.outputs.rows }}", "mode": "strict"},
            next_nodes=["load"],
        ),
        exosphere.GraphNodeArgs(node_name="Load", identifier="load", inputs={"rows": "${{ clean.outputs.rows }}"}),
    ],
    secrets={"warehouse_password": pulumi.Config().require_secret("warehousePassword")},
    retry_policy=exosphere.RetryPolicyArgs(max_retries=5),
    triggers=[exosphere.CronTriggerArgs(expression="0 9 * * 1-5")],
)
