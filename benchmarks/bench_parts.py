"""The parts that can be measured without the engine: the import, the hooks of an unchanged graph, big graphs, listings.

Nothing is asserted, because the machine is shared.
"""

from __future__ import annotations

import cProfile
import pstats
import random
import statistics
import string
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.markdown import bullets, paragraph
from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.graph import GraphProvider
from pulumi_exosphere.reconcile.live import Live, from_graph
from pulumi_exosphere.reconcile.refresh import refreshed
from pulumi_exosphere.state_manager import StateManager
from tests.support.hooks_driver import as_wired

RUNS = 5
BIG = 5000
GRAPHS = 2000


def median(call: Callable[[], object]) -> float:
    """Return the median of five calls in seconds, after one that isn't counted."""
    call()
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def imports() -> list[str]:
    """Measure `import pulumi_exosphere` and what it must load, alternating."""
    programs = {
        "`import pulumi.dynamic`": "",
        "`import pulumi_exosphere` on top of that": "import pulumi_exosphere",
        "what a program that declares a graph loads in addition": (
            "import pulumi_exosphere; pulumi_exosphere.Graph; import pulumi_exosphere.provider.graph"
        ),
        "what the provider loads in addition to send something": (
            "import pulumi_exosphere.provider.graph_hooks; from pulumi_exosphere.state_manager import StateManager; "
            "StateManager('http://127.0.0.1', 'key')"
        ),
    }
    programs["pydantic and the models of the API's documents, when the first answer is read"] = (
        "from pulumi_exosphere.state_manager import models; "
        "models.listed_graph({'name': 'g', 'nodes': [], 'validation_status': 'VALID'})"
    )
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(3 * RUNS):
        for name, program in programs.items():
            begin = "began = time.process_time(); import pulumi.dynamic"
            if program:
                begin = f"import pulumi.dynamic; began = time.process_time(); {program}"
            code = f"import time; {begin}; print(time.process_time() - began)"
            out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
            seconds[name].append(float(out))
    middle = {name: statistics.median(measured) for name, measured in seconds.items()}
    base = middle["`import pulumi.dynamic`"]
    return [
        f"{name}: {one * 1000:.0f} ms of processor time{'' if one == base else f', {one / base:.2f} times the first'}"
        for name, one in middle.items()
    ]


def node(*next_nodes: str) -> dict[str, Any]:
    """Return a node that refers to nothing."""
    return {"node_name": "Transform", "inputs": {"rows": "r", "mode": "m"}, "next_nodes": list(next_nodes)}


def unchanged() -> list[str]:
    """Measure `check` and `diff` of an unchanged graph, and where the time goes."""
    provider = GraphProvider()
    count = 900
    nodes = {f"n{n}": node(*([f"n{n + 1}"] if n + 1 < count else [])) for n in range(count)}
    program = as_wired({"name": "g", "namespace": "analytics", "nodes": nodes, "secrets": {"a": "not-a-secret"}})
    inputs = as_wired(provider.check({}, program).inputs)
    outs = {**inputs, "updated_at": "2026-01-01T00:00:00.000", "document_id": "1"}

    def both() -> None:
        assert not provider.check(outs, program).failures
        assert not provider.diff("analytics/g", outs, inputs).changes

    seconds = median(both)
    profile = cProfile.Profile()
    profile.runcall(both)
    stats = pstats.Stats(profile)
    top = sorted(stats.stats.items(), key=lambda entry: -entry[1][2])[:5]  # type: ignore[attr-defined]
    whole = stats.total_tt  # type: ignore[attr-defined]
    lines = [f"`{Path(file).name}` `{name}` {entry[2] / whole:.0%}" for (file, _, name), entry in top]
    told = (
        f"`check` and `diff` of an unchanged chain of {count} nodes: {seconds * 1e6 / count:.0f} µs per node, most of "
        f"it in {', '.join(lines)}"
    )
    return [told]


def big_graphs() -> list[str]:
    """Measure `check` and `diff` of graphs with 5,000 nodes."""
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
    lines = []
    for name, nodes in shapes.items():
        props = {"name": "big", "namespace": "analytics", "nodes": nodes, "secrets": {}}
        inputs = template.normalise(props)
        again = template.normalise(props)
        normalising = median(lambda props=props: template.normalise(props))  # type: ignore[misc]
        judging = median(lambda inputs=inputs: template.judge(inputs))  # type: ignore[misc]
        comparing = median(lambda one=inputs, other=again: one == other)  # type: ignore[misc]
        lines.append(
            f"{BIG:,} nodes, {name}: normalised in {normalising * 1000:.0f} ms, validated in {judging * 1000:.0f} ms, "
            f"compared in {comparing * 1e6 / BIG:.2f} µs per node"
        )
    return lines


def listings() -> list[str]:
    """Measure a listing of 2,000 graphs of five nodes, of which only those are read that something asks for."""
    nodes = [
        {"node_name": "Ping", "namespace": "analytics", "identifier": f"n{n}", "inputs": {"x": "y"},
         "next_nodes": [f"n{n + 1}"] if n < 4 else []}
        for n in range(5)
    ]  # fmt: skip
    with LocalStateManager(api_key="benchmark") as running, StateManager(running.uri, running.api_key) as client:
        for number in range(GRAPHS):
            client.put_graph("analytics", f"graph-{number}", {"secrets": {}, "nodes": nodes})
        listing = median(lambda: client.list_graphs("analytics"))
        reading = median(lambda: [from_graph(one) for one in client.list_graphs("analytics").graphs.values()])
        tracemalloc.start()
        read = client.list_graphs("analytics").graphs
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    times = f"in {listing * 1000:.0f} ms; in {reading * 1000:.0f} ms if all of them are read"
    return [f"{len(read):,} graphs listed {times}, with {peak / 2**20:.0f} MiB of memory at most"]


def secrets() -> list[str]:
    """Measure refreshing 500 graphs that all changed, which looks for the values of each in what is new there."""
    texts = random.Random(1)  # noqa: S311

    def text(length: int) -> str:
        return "".join(texts.choices(string.ascii_letters + string.digits, k=length))

    def graph(values: dict[str, str], **new: str) -> tuple[dict[str, Any], Live]:
        inputs = {name: value for name, value in values.items() if name.startswith("input")}
        held = {name: value for name, value in values.items() if name not in inputs}
        state = {"nodes": {"a": node() | {"inputs": inputs}}, "secrets": held}
        nodes = {"a": node() | {"inputs": {**inputs, **new}}}
        return state, Live({"nodes": nodes}, "VALID", tuple(held), "", "", None, retired=False)

    def values(length: int) -> dict[str, str]:
        return {name: text(length) for name in ("secret_1", "secret_2", "input_1", "input_2")}

    def changed(length: int, graphs: int, *, shared: bool = False) -> str:
        """Return the processor time of it in seconds: the median of five."""
        common = values(length)
        new = [{f"option_{n}": " ".join(text(9) for _ in range(20)) for n in range(4)} for _ in range(graphs)]
        seconds = []
        for _ in range(RUNS):
            read = [graph(common if shared else values(length), **inputs) for inputs in new]
            began = time.process_time()
            for state, live in read:
                refreshed(state, live)
            seconds.append(time.process_time() - began)
        return f"{statistics.median(seconds):.2f} s"

    told = (
        "a refresh of 500 changed graphs, each with four new inputs of 200 characters and four values of its own that "
        f"are looked for in them: {changed(40, 500)} of processor time with values of 40 characters, "
        f"{changed(400, 500)} of 400, {changed(4000, 500)} of 4,000; of 1,000 such graphs {changed(40, 1000)} "
        f"with values of 40; with the same values in all 500 graphs {changed(40, 500, shared=True)} with 40, "
        f"{changed(4000, 500, shared=True)} with 4,000"
    )
    return [told]


def measure() -> list[str]:
    """Measure all of it; return a sentence each."""
    print("parts", file=sys.stderr)
    return [*imports(), *unchanged(), *big_graphs(), *listings(), *secrets()]


def section(lines: list[str]) -> str:
    """Return the page's section."""
    return "## Single parts\n\n" + paragraph(f"Medians of {RUNS} runs.") + bullets(lines)
