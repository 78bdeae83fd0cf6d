"""The parts that can be measured without the engine: the import, big graphs, long listings.

Prints medians of five runs; nothing is asserted, since the machine is shared.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.reconcile.live import from_document
from pulumi_exosphere.state_manager import StateManager

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 5
BIG = 5000
GRAPHS = 2000


def median(call: Callable[[], object]) -> float:
    """Seconds, of five calls after one that isn't counted."""
    call()
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def imports() -> None:
    """`import pulumi_exosphere` beside what it has to load, in turn."""
    programs = {
        "pulumi.dynamic": "import pulumi.dynamic",
        "pulumi_exosphere": "import pulumi_exosphere",
        "... with the hooks": "import pulumi_exosphere, pulumi_exosphere.provider.graph",
        "... and the client": (
            "import pulumi_exosphere.provider.graph; from pulumi_exosphere.state_manager import StateManager"
        ),
    }
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(3 * RUNS):
        for name, program in programs.items():
            code = f"import time; began = time.process_time(); {program}; print(time.process_time() - began)"
            out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
            seconds[name].append(float(out))
    base = statistics.median(seconds["pulumi.dynamic"])
    for name, measured in seconds.items():
        middle = statistics.median(measured)
        print(f"import {name:20} {middle * 1000:7.1f} ms of processor time, {middle / base:.2f} of pulumi.dynamic")


def node(*next_nodes: str) -> dict[str, Any]:
    """A node that refers to nothing."""
    return {"node_name": "Transform", "inputs": {"rows": "r", "mode": "m"}, "next_nodes": list(next_nodes)}


def big_graphs() -> None:
    """What `check` and `diff` do to graphs of 5,000 nodes."""
    width = 50
    layers = [[f"n{row}-{place}" for place in range(width)] for row in range(BIG // width)]
    shapes = {
        "a chain": {f"n{n}": node(*([f"n{n + 1}"] if n + 1 < BIG else [])) for n in range(BIG)},
        "a star": {"n0": node(*(f"n{n}" for n in range(1, BIG))), **{f"n{n}": node() for n in range(1, BIG)}},
        f"layers of {width}, all links": {
            "root": node(*layers[0]),
            **{
                name: node(*(layers[row + 1] if row + 1 < len(layers) else []))
                for row, layer in enumerate(layers)
                for name in layer
            },
        },
    }
    for name, nodes in shapes.items():
        props = {"name": "big", "namespace": "analytics", "nodes": nodes, "secrets": {}}
        inputs = spec.normalise(props)
        again = spec.normalise(props)
        normalising = median(lambda props=props: spec.normalise(props))  # type: ignore[misc]
        judging = median(lambda inputs=inputs: spec.judge(inputs))  # type: ignore[misc]
        comparing = median(lambda one=inputs, other=again: one == other)  # type: ignore[misc]
        print(
            f"{BIG} nodes, {name}: normalise {normalising * 1000:.0f} ms, judge {judging * 1000:.0f} ms, "
            f"compare {comparing * 1e6 / BIG:.2f} µs a node"
        )


def listings() -> None:
    """A listing of 2,000 graphs of five nodes, read and understood."""
    nodes = [
        {"node_name": "Ping", "namespace": "analytics", "identifier": f"n{n}", "inputs": {"x": "y"},
         "next_nodes": [f"n{n + 1}"] if n < 4 else []}
        for n in range(5)
    ]  # fmt: skip
    with LocalStateManager(api_key="benchmark") as running, StateManager(running.uri, running.api_key) as client:
        for number in range(GRAPHS):
            client.put_graph("analytics", f"graph-{number}", {"secrets": {}, "nodes": nodes})
        reading = median(lambda: client.list_graphs("analytics"))
        documents = client.list_graphs("analytics")
        understanding = median(lambda: [from_document(document) for document in documents])
        tracemalloc.start()
        listed = client.list_graphs("analytics")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(
            f"{len(listed)} graphs listed in {reading * 1000:.0f} ms, understood in {understanding * 1000:.0f} ms; "
            f"at most {peak / 2**20:.0f} MiB of memory meanwhile"
        )


if __name__ == "__main__":
    imports()
    big_graphs()
    listings()
