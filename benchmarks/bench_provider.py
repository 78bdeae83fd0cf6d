"""First up, unchanged preview and up, update, refresh and destroy: the provider, the floor, and the bare cost.

The *floor* is the same program with hooks that do nothing. The *bare cost* is what the provider's own requests take
when four threads of plain httpx send them to a state manager of the same kind. All three are measured in turn, in one
run; each round starts from an empty store. Writes `docs/benchmarks.md` and `docs/benchmarks.svg`.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from pulumi_exosphere.local import LocalStateManager
from tests.support.nodes import NODES
from tests.support.pulumi_project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent
STEPS = ("first up", "preview", "up", "update", "refresh", "destroy")
WRITING = ("first up", "update", "destroy")
KEY = "benchmark"

Times = dict[tuple[int, int, str], dict[str, list[float]]]


@contextmanager
def server(delay: float) -> Iterator[LocalStateManager]:
    """A state manager with no graphs, for which the nodes are registered."""
    with LocalStateManager(api_key=KEY, validation_delay=delay) as running:
        for namespace, nodes in NODES.items():
            running.register(namespace, nodes)
        yield running


def measure_program(
    graphs: int, running: LocalStateManager, *, floor: bool, steps: Sequence[str] = STEPS
) -> tuple[dict[str, float], dict[str, Any]]:
    """Seconds of each step, and the requests that it made."""
    env = {
        "BENCH_GRAPHS": str(graphs),
        "PYTHONPATH": str(ROOT),
        "EXOSPHERE_STATE_MANAGER_URI": running.uri,
        "EXOSPHERE_API_KEY": KEY,
        **({"BENCH_FLOOR": "1"} if floor else {}),
    }
    seconds: dict[str, float] = {}
    requests: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="exosphere-bench-") as folder:
        project = Project(Path(folder), ROOT / "benchmarks" / "program", env)
        for step in steps:
            if step == "update":
                project.env["BENCH_SOURCE"] = "lake"
            run = {"preview": project.preview, "refresh": project.refresh, "destroy": project.destroy}.get(
                step, project.up
            )
            running.clear_requests()
            began = time.monotonic()
            run(*(() if step == "preview" else ("--skip-preview",))).check()
            seconds[step] = time.monotonic() - began
            requests[step] = list(running.requests)
    return seconds, requests


def measure_bare(delay: float, requests: dict[str, Any]) -> dict[str, float]:
    """Seconds that the same requests take by themselves, from four threads."""
    body = {
        "secrets": {"warehouse_password": "not-a-secret"},
        "nodes": [
            {
                "node_name": "Transform",
                "namespace": "analytics",
                "identifier": f"n{n}",
                "inputs": {"rows": "r", "mode": "m"},
                "next_nodes": [f"n{n + 1}"] if n < 4 else [],
            }
            for n in range(5)
        ],
    }
    seconds: dict[str, float] = {}
    with (
        server(delay) as running,
        httpx.Client(
            base_url=running.uri, headers={"x-api-key": KEY}, trust_env=False, limits=httpx.Limits(max_connections=8)
        ) as client,
    ):

        def send(request: Any) -> None:
            client.request(request.method, request.path, json=body if request.method == "PUT" else None)

        for step in STEPS:
            began = time.monotonic()
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(send, requests[step]))
            seconds[step] = time.monotonic() - began
    return seconds


def measure(sizes: list[int], delays: list[int], runs: int) -> tuple[Times, dict[str, int]]:
    """Every size and delay, ``runs`` times, the three kinds in turn."""
    times: Times = {}
    counted: dict[str, int] = {}
    for delay in delays:
        for graphs in sizes:
            for number in range(runs):
                print(
                    f"{graphs} graphs, validation {delay} ms, run {number + 1} of {runs}", file=sys.stderr, flush=True
                )
                with server(delay / 1000) as running:
                    floor, _ = measure_program(graphs, running, floor=True)
                    provider, requests = measure_program(graphs, running, floor=False)
                bare = measure_bare(delay / 1000, requests)
                for step in STEPS:
                    entry = times.setdefault((delay, graphs, step), {"floor": [], "provider": [], "bare": []})
                    entry["floor"].append(floor[step])
                    entry["provider"].append(provider[step])
                    entry["bare"].append(bare[step])
                    counted[f"{graphs} {step}"] = len(requests[step])
    return times, counted


def table(times: Times, counted: dict[str, int], runs: int) -> str:
    """The page."""
    lines = [
        "# What it costs",
        "",
        (
            f"Made by `make bench`: medians of {runs} runs, in seconds, floor and provider side by side in one run, on "
            f"{os.cpu_count()} cores, Python {platform.python_version()}. Floor: the same program with hooks that do "
            "nothing. Bare: the provider's own requests, sent by four threads of plain httpx to the same kind of "
            "server. Budget: writing within 1.15 of floor plus bare; the others within floor plus 0.25 s plus 5 %."
        ),
        "",
        "![floor and provider](benchmarks.svg)",
        "",
        "| validation | graphs | step | floor | bare | provider | budget | within | requests |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for (delay, graphs, step), entry in times.items():
        floor, bare, provider = (statistics.median(entry[kind]) for kind in ("floor", "bare", "provider"))
        waiting = delay / 1000 * graphs / 4 if step in {"first up", "update"} else 0.0
        budget = 1.15 * (floor + bare) + waiting if step in WRITING else floor * 1.05 + 0.25
        lines.append(
            f"| {delay} ms | {graphs} | {step} | {floor:.2f} | {bare:.2f} | {provider:.2f} | {budget:.2f} | "
            f"{'yes' if provider <= budget else 'no'} | {counted[f'{graphs} {step}']} |"
        )
    return "\n".join([*lines, ""])


def plot(times: Times, target: Path) -> None:
    """Bars of floor and provider for each step of the largest size."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("no picture: matplotlib isn't installed (pip install '.[bench]')", file=sys.stderr)
        return
    delays = sorted({delay for delay, _, _ in times})
    largest = max(graphs for _, graphs, _ in times)
    figure = Figure(figsize=(9, 3.5))
    axes = figure.subplots(1, len(delays), sharey=True, squeeze=False)[0]
    for axis, delay in zip(axes, delays, strict=True):
        for offset, kind in enumerate(("floor", "provider")):
            heights = [statistics.median(times[delay, largest, step][kind]) for step in STEPS]
            axis.bar([place + offset * 0.4 for place in range(len(STEPS))], heights, 0.4, label=kind)
        axis.set_xticks([place + 0.2 for place in range(len(STEPS))], STEPS, rotation=30)
        axis.set_title(f"{largest} graphs, validation {delay} ms")
    axes[0].set_ylabel("seconds (median)")
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="1,50,200,500", help="numbers of graphs (default: %(default)s)")
    parser.add_argument("--delays", default="0,30", help="milliseconds of validation (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="where the page goes (default: docs)")
    given = parser.parse_args()
    sizes, delays = ([int(one) for one in text.split(",")] for text in (given.sizes, given.delays))
    times, counted = measure(sizes, delays, given.runs)
    page = table(times, counted, given.runs)
    print(page)
    (given.out / "benchmarks.md").write_text(page)
    plot(times, given.out / "benchmarks.svg")


if __name__ == "__main__":
    main()
