"""One graph per source. Another source in the list is one new graph in the preview, and nothing else."""

import pulumi
import pulumi_exosphere as exosphere

SOURCES = {"orders": "0 5 * * *", "returns": "30 5 * * *", "stock": "0 6 * * 1-5"}

password = pulumi.Config().require_secret("warehousePassword")

for source, schedule in SOURCES.items():
    exosphere.Graph(
        f"load-{source}",
        namespace="analytics",
        nodes=[
            exosphere.GraphNodeArgs(
                node_name="Extract", identifier="extract", inputs={"source": source}, next_nodes=["load"]
            ),
            exosphere.GraphNodeArgs(
                node_name="Load", identifier="load", inputs={"rows": "${{ extract.outputs.rows }}"}
            ),
        ],
        secrets={"warehouse_password": password},
        triggers=[exosphere.CronTriggerArgs(expression=schedule)],
    )
