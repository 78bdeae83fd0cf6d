"""Take over a graph that already exists.

Without `adopt`, the preview fails if the live graph differs, and lists the differing paths. With it, the first
`pulumi up` overwrites the differences; it still fails if the live graph has secrets that are not declared here.
`pulumi config set exosphere:adopt true` sets it for a whole stack. `pulumi-exosphere export` writes such programs.
"""

import pulumi_exosphere as exosphere

exosphere.Graph(
    "made-by-hand",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
    adopt=True,
)
