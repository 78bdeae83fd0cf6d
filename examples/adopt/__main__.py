"""A graph that exists already becomes Pulumi's.

Without `adopt` the preview refuses if the live graph differs, and says in which paths. With it, the first `pulumi up`
replaces what differs; live secrets that aren't declared here are refused all the same. Set it by configuration for a
whole stack: `pulumi config set exosphere:adopt true`. `pulumi-exosphere export` writes such programs.
"""

import pulumi_exosphere as exosphere

exosphere.Graph(
    "made-by-hand",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
    adopt=True,
)
