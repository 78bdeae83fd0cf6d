"""The graph with which Exosphere's documentation shows `upsert_graph`, as a resource.

Its schedules stand here since they stand there. On a graph with required store keys every scheduled run fails, since it
begins with an empty store: the preview warns of it.
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
