"""`BENCH_GRAPHS` graphs of five nodes; with `BENCH_FLOOR` the same resources with hooks that do nothing."""

import os

from benchmarks.graphs import NAMESPACE, SECRETS, names, nodes

NODES = nodes(os.environ.get("BENCH_SOURCE", "bucket"))
NAMES = names(int(os.environ["BENCH_GRAPHS"]))

if os.environ.get("BENCH_FLOOR"):
    from benchmarks.floor import Floor

    for name in NAMES:
        by_identifier = {
            node["identifier"]: {key: value for key, value in node.items() if key != "identifier"} for node in NODES
        }
        Floor(name, {"name": name, "namespace": NAMESPACE, "nodes": by_identifier, "secrets": SECRETS})
else:
    import pulumi_exosphere as exosphere

    for name in NAMES:
        exosphere.Graph(
            name,
            namespace=NAMESPACE,
            nodes=[exosphere.GraphNodeArgs(**node) for node in NODES],
            secrets=SECRETS,
        )
