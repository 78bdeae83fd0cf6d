"""Values that all nodes of one run share, with a default or to be given by whoever starts the run.

`cursor` has to be given with the trigger. A schedule would therefore never succeed, since its runs begin with an empty
store: this graph has none.
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
