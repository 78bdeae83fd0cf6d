"""Use outputs of a bucket and a database in a graph, which goes live once both exist.

The password belongs in `secrets`: the state manager would list a node's input in plain text.
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
