"""Every type of resource, every section, in every way in which version 0.1.0 puts them into state."""

import pulumi

import pulumi_exosphere as exosphere

password = pulumi.Output.secret("recorded-password")

report = exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Extract",
            identifier="extract",
            inputs={"source": pulumi.Output.secret("recorded-input"), "day": "${{ store.day }}"},
            next_nodes=["clean", "count"],
        ),
        exosphere.GraphNodeArgs(
            node_name="Transform",
            identifier="clean",
            inputs={"rows": "${{ extract.outputs.rows }}", "mode": "strict"},
        ),
        exosphere.GraphNodeArgs(
            node_name="Load",
            identifier="count",
            inputs={"rows": "${{ extract.outputs.rows }}"},
            unites=exosphere.UnitesArgs(identifier="extract", strategy=exosphere.UnitesStrategy.ALL_DONE),
        ),
    ],
    secrets={"warehouse_password": password, "token": password},
    registration_timeout=30,
    validation_timeout=20,
    adopt=False,
)
exosphere.RetryPolicy(
    "report-retry", graph=report, max_retries=5, strategy=exosphere.RetryStrategy.LINEAR_FULL_JITTER, max_delay=60000
)
exosphere.StoreConfig(
    "report-store",
    graph=report,
    required_keys=["day"],
    default_values={"mode": "strict", "token": pulumi.Output.secret("recorded-default")},
)
exosphere.CronTrigger("report-mornings", graph=report, expression="0 9 * * 1-5")
exosphere.CronTrigger("report-daily", graph=report, expression="@daily")

exosphere.Graph(
    "inline",
    name="inline graph",
    namespace="shared",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping", namespace="analytics", inputs={"x": "ü ☕"})],
    retry_policy=exosphere.RetryPolicyArgs(),
    store_config=exosphere.StoreConfigArgs(default_values={"a": "1"}),
    triggers=[],
)
exosphere.Graph(
    "hidden",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
    secrets=pulumi.Output.secret({"one": "recorded-hidden"}),
)
bare = exosphere.Graph(
    "bare", namespace="analytics", nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")]
)
exosphere.Graph.get("looked-up", bare.id)
