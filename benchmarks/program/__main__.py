"""`BENCH_GRAPHS` graphs of five nodes; with `BENCH_FLOOR` the same resources with hooks that do nothing."""

import os

NODES = {
    "n0": ("Extract", {"source": os.environ.get("BENCH_SOURCE", "bucket")}, ["n1"]),
    "n1": ("Transform", {"rows": "${{ n0.outputs.rows }}", "mode": "a"}, ["n2"]),
    "n2": ("Transform", {"rows": "${{ n1.outputs.rows }}", "mode": "b"}, ["n3"]),
    "n3": ("Transform", {"rows": "${{ n2.outputs.rows }}", "mode": "c"}, ["n4"]),
    "n4": ("Load", {"rows": "${{ n3.outputs.rows }}"}, []),
}
SECRETS = {"warehouse_password": "not-a-secret"}
NAMES = [f"graph-{number}" for number in range(int(os.environ["BENCH_GRAPHS"]))]

if os.environ.get("BENCH_FLOOR"):
    from benchmarks.floor import Floor

    for name in NAMES:
        nodes = {
            identifier: {"node_name": node, "namespace": "analytics", "inputs": inputs, "next_nodes": following}
            for identifier, (node, inputs, following) in NODES.items()
        }
        Floor(name, {"name": name, "namespace": "analytics", "nodes": nodes, "secrets": SECRETS})
else:
    import pulumi_exosphere as exosphere

    for name in NAMES:
        exosphere.Graph(
            name,
            namespace="analytics",
            nodes=[
                exosphere.GraphNodeArgs(node_name=node, identifier=identifier, inputs=inputs, next_nodes=following)
                for identifier, (node, inputs, following) in NODES.items()
            ],
            secrets=SECRETS,
        )
