"""A graph declared with the objects of Exosphere's SDK that a script passes to `StateManager.upsert_graph`."""

import pulumi
import pulumi_exosphere as exosphere

try:
    from exospherehost import CronTrigger, GraphNodeModel, RetryPolicyModel, RetryStrategyEnum, StoreConfigModel
    from exospherehost import UnitesModel, UnitesStrategyEnum
except ImportError:
    raise pulumi.RunError(
        "This example uses the objects of Exosphere's SDK, which is not installed: "
        "pip install exospherehost (it needs Python 3.12 or later)"
    ) from None

config = pulumi.Config()

# The objects that a script passes to `upsert_graph`.
graph_nodes = [
    GraphNodeModel(
        node_name="Extract",
        namespace="analytics",
        identifier="extract",
        inputs={"source": "${{ store.source }}"},
        next_nodes=["clean", "count"],
    ),
    GraphNodeModel(
        node_name="Transform",
        namespace="analytics",
        identifier="clean",
        inputs={"rows": "${{ extract.outputs.rows }}", "mode": "strict"},
        next_nodes=["load"],
    ),
    GraphNodeModel(
        node_name="Transform",
        namespace="analytics",
        identifier="count",
        inputs={"rows": "${{ extract.outputs.rows }}", "mode": "count"},
        next_nodes=["load"],
    ),
    GraphNodeModel(
        node_name="Load",
        namespace="analytics",
        identifier="load",
        inputs={"rows": "${{ extract.outputs.rows }}"},
        unites=UnitesModel(identifier="extract", strategy=UnitesStrategyEnum.ALL_SUCCESS),
    ),
]

report = exosphere.Graph(
    "from-the-sdk",
    namespace="analytics",
    nodes=graph_nodes,
    secrets={"warehouse_password": config.require_secret("warehousePassword")},
    retry_policy=RetryPolicyModel(max_retries=5, strategy=RetryStrategyEnum.EXPONENTIAL_FULL_JITTER),
    store_config=StoreConfigModel(default_values={"source": "s3://reports/today"}),
    triggers=[CronTrigger(expression="0 9 * * 1-5")],
)

pulumi.export("updated_at", report.updated_at)
