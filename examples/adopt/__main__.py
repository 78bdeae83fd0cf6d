"""Take over a graph that already exists.

Preview without `adopt` first: a graph that doesn't differ is taken over anyway, and for one that differs the preview
fails and lists the paths. With `adopt`, the preview warns what would be overwritten or removed, and `pulumi up` does
so. It still fails if the live graph has secrets that are not declared here.
`pulumi config set exosphere:adopt true` sets it for a whole stack. `pulumi-exosphere export` writes such programs.
"""

import pulumi_exosphere as exosphere

exosphere.Graph(
    "made-by-hand",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
    adopt=True,
)
