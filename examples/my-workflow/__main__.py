"""The example from Exosphere's documentation of `upsert_graph`, as a resource.

It has schedules because the original has them. They don't work: the graph has required store keys, and a scheduled run
starts with an empty store, so it fails. The preview warns about that.
"""

import pulumi
import pulumi_exosphere as exosphere

config = pulumi.Config()

exosphere.Graph(
    "my-workflow",
    namespace="MyProject",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="DataLoaderNode",
            identifier="loader",
            inputs={"source": "initial"},
            next_nodes=["processor"],
        ),
        exosphere.GraphNodeArgs(
            node_name="DataProcessorNode",
            identifier="processor",
            inputs={"data": "${{ loader.outputs.data }}"},
        ),
    ],
    secrets={"api_key": config.require_secret("apiKey")},
    retry_policy=exosphere.RetryPolicyArgs(
        max_retries=3,
        strategy=exosphere.RetryStrategy.EXPONENTIAL,
        backoff_factor=2000,  # milliseconds
        exponent=2,
    ),
    store_config=exosphere.StoreConfigArgs(
        required_keys=["cursor", "batch_id"],
        default_values={"cursor": "0", "batch_size": "100"},
    ),
    triggers=[
        exosphere.CronTriggerArgs(expression="0 9 * * 1-5"),
        exosphere.CronTriggerArgs(expression="0 */6 * * *"),
    ],
)
