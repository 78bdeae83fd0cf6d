"""The graphs of the stack `production`, and copies of them, with other names, in any other stack."""

import pulumi
import pulumi_exosphere as exosphere

stack = pulumi.get_stack()
# Another name in the same namespace. In another namespace, nodes of this one would never run.
suffix = "" if stack == "production" else f"-{stack}"

exosphere.Graph(
    "daily-report",
    name=f"daily-report{suffix}",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Extract", identifier="extract", inputs={"source": "orders"}, next_nodes=["load"]
        ),
        exosphere.GraphNodeArgs(node_name="Load", identifier="load", inputs={"rows": "${{ extract.outputs.rows }}"}),
    ],
    secrets={"warehouse_password": pulumi.Config().require_secret("warehousePassword")},
    # Copies have no schedules: their stacks have `exosphere:schedules` set to `off`.
    triggers=[exosphere.CronTriggerArgs(expression="0 9 * * 1-5")],
)
