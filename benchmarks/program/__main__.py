"""`BENCH_GRAPHS` graphs of five nodes, as `BENCH_KIND` says: ours, native ones, or with hooks that do nothing."""

import os

from benchmarks.graphs import NAMESPACE, SECRETS, names, nodes

SOURCE = os.environ.get("BENCH_SOURCE", "bucket")
NAMES = names(int(os.environ["BENCH_GRAPHS"]))

KIND = os.environ.get("BENCH_KIND", "dynamic")

if KIND == "dynamic":
    import pulumi_exosphere as exosphere

    for name in NAMES:
        exosphere.Graph(
            name,
            namespace=NAMESPACE,
            nodes=[exosphere.GraphNodeArgs(**node) for node in nodes(SOURCE)],
            secrets=SECRETS,
        )
else:
    from benchmarks.floor import Floor
    from benchmarks.native import Native, properties

    for name in NAMES:
        (Native if KIND == "native" else Floor)(name, properties(name, SOURCE))
