"""Retry failed nodes after at most 1 s, 3 s, 9 s, ... and never more than a minute; half of each delay is random."""

import pulumi_exosphere as exosphere

exosphere.Graph(
    "retries",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
    retry_policy=exosphere.RetryPolicyArgs(
        max_retries=6,
        strategy=exosphere.RetryStrategy.EXPONENTIAL_EQUAL_JITTER,
        backoff_factor=1000,  # milliseconds before the first retry
        exponent=3,
        max_delay=60_000,  # at most so many milliseconds
    ),
)
