"""A bucket and a database, whose outputs are a graph's inputs: the graph goes live when both are there.

A secret is given as one: as a node's input it would be listed by the state manager in clear.
"""

import pulumi_digitalocean as digitalocean
import pulumi_exosphere as exosphere

bucket = digitalocean.SpacesBucket("landing", region=digitalocean.Region.FRA1)
database = digitalocean.DatabaseCluster(
    "warehouse",
    engine="pg",
    version="16",
    size=digitalocean.DatabaseSlug.D_B_1_VPCU1_GB,
    region=digitalocean.Region.FRA1,
    node_count=1,
)

exosphere.Graph(
    "load-landing",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Extract", identifier="extract", inputs={"source": bucket.bucket_domain_name}, next_nodes=["load"]
        ),
        exosphere.GraphNodeArgs(node_name="Load", identifier="load", inputs={"rows": "${{ extract.outputs.rows }}"}),
    ],
    secrets={"warehouse_password": database.password},
)
