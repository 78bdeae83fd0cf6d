"""Failed nodes are tried again: after 1 s, 3 s, 9 s, ... up to a minute, each with a random part."""

import pulumi_exosphere as exosphere

exosphere.Graph(
    "retries",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
    retry_policy=exosphere.RetryPolicyArgs(
        max_retries=6,
        strategy=exosphere.RetryStrategy.EXPONENTIAL_EQUAL_JITTER,
        backoff_factor=1000,  # milliseconds before the first repeat
        exponent=3,
        max_delay=60_000,  # milliseconds at the most
    ),
)
