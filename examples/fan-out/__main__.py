"""Two branches that run at the same time, and a node that waits for both.

`load` unites `extract`: it runs once, when everything that `extract` led to has succeeded. Both branches must name it
in `next_nodes`; if only one did and the other one ended last, `load` would never run.
"""

import pulumi
import pulumi_exosphere as exosphere

exosphere.Graph(
    "fan-out",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Extract", identifier="extract", inputs={"source": "orders"}, next_nodes=["strict", "lenient"]
        ),
        exosphere.GraphNodeArgs(
            node_name="Transform",
            identifier="strict",
            inputs={"rows": "${{ extract.outputs.rows }}", "mode": "strict"},
            next_nodes=["load"],
        ),
        exosphere.GraphNodeArgs(
            node_name="Transform",
            identifier="lenient",
            inputs={"rows": "${{ extract.outputs.rows }}", "mode": "lenient"},
            next_nodes=["load"],
        ),
        exosphere.GraphNodeArgs(
            node_name="Load",
            identifier="load",
            inputs={"rows": "${{ extract.outputs.rows }}"},
            unites=exosphere.UnitesArgs(identifier="extract", strategy=exosphere.UnitesStrategy.ALL_SUCCESS),
        ),
    ],
    secrets={"warehouse_password": pulumi.Config().require_secret("warehousePassword")},
)
