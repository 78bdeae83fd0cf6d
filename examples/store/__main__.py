"""Values that all nodes of one run share: with a default, or given when the run is started.

`cursor` must be given with the trigger. This graph has no schedule, because scheduled runs start with an empty store
and would all fail.
"""

import pulumi_exosphere as exosphere

exosphere.Graph(
    "store",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Transform",
            identifier="read",
            inputs={"rows": "from ${{ store.cursor }}", "mode": "${{ store.mode }}"},
        )
    ],
    store_config=exosphere.StoreConfigArgs(required_keys=["cursor"], default_values={"mode": "strict"}),
)
