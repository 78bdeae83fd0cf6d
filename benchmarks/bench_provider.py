"""First up, unchanged preview and up, update, refresh and destroy: the provider, the floor, and the bare cost.

The *floor* is the same program with hooks that do nothing, on resources that have all the properties of a graph: each
costs the engine something, whatever its provider. The *bare cost* is the time that the provider's own requests take
when four threads of plain httpx send them to a state manager of the same kind. All three are measured in one run, floor
and provider alternating step by step; each round starts from an empty store.
"""

from __future__ import annotations

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from benchmarks.graphs import SECRETS, nodes
from benchmarks.markdown import paragraph, table
from benchmarks.stack import KEY, WITH_CHECKPOINTS, Stack, server

STEPS = ("first up", "preview", "up", "update", "refresh", "destroy")
WRITING = ("first up", "update", "destroy")
KINDS = ("floor", "bare", "provider")
Rows = list[dict[str, Any]]
"""One row for each validation, number of graphs and step: each run's seconds by kind, and the provider's requests."""


def measure_bare(delay: float, requests: dict[str, Any]) -> dict[str, float]:
    """Return the seconds that the same requests take without the provider, from four threads."""
    body = {"secrets": SECRETS, "nodes": nodes()}
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


def measure_round(graphs: int, delays: list[int]) -> tuple[dict[str, float], list[tuple[dict[str, float], Any]]]:
    """Return the seconds of each step of the floor, and for each delay those of the provider with its requests.

    They alternate step by step, so that anything that slows the machine for a minute slows all of them.
    """
    with ExitStack() as open_ones:
        floor = open_ones.enter_context(Stack.open(graphs, kind="floor"))
        providers = [open_ones.enter_context(Stack.open(graphs, delay=delay / 1000)) for delay in delays]
        seconds = {stack: dict.fromkeys(STEPS, 0.0) for stack in (floor, *providers)}
        for step in STEPS:
            for stack, taken in seconds.items():
                taken[step] = stack.run(step)
        return seconds[floor], [(seconds[stack], stack.requests) for stack in providers]


def measure(sizes: list[int], delays: list[int], runs: int) -> Rows:
    """Measure every size ``runs`` times, alternating between the floor, which no validation affects, and each delay."""
    rows: Rows = []
    for graphs in sizes:
        keys = [(delay, step) for delay in delays for step in STEPS]
        times: dict[tuple[int, str], dict[str, list[float]]] = {key: {kind: [] for kind in KINDS} for key in keys}
        counted: dict[tuple[int, str], int] = {}
        for number in range(runs):
            print(f"{graphs} graphs, run {number + 1} of {runs}", file=sys.stderr)
            floor, providers = measure_round(graphs, delays)
            for delay, (provider, requests) in zip(delays, providers, strict=True):
                bare = measure_bare(delay / 1000, requests)
                for step in STEPS:
                    for kind, seconds in zip(KINDS, (floor, bare, provider), strict=True):
                        times[delay, step][kind].append(seconds[step])
                    counted[delay, step] = len(requests[step])
        rows += [
            {"delay": delay, "graphs": graphs, "step": step, "requests": counted[delay, step], **seconds}
            for (delay, step), seconds in times.items()
        ]
    return rows


def merged(rows: Rows, more: Rows) -> Rows:
    """Return all runs of both, by size, validation and step."""
    found: dict[tuple[int, int, int], dict[str, Any]] = {}
    for row in (*rows, *more):
        key = (row["graphs"], row["delay"], STEPS.index(row["step"]))
        before = found.get(key, {kind: [] for kind in KINDS})
        found[key] = {**row, **{kind: [*before[kind], *row[kind]] for kind in KINDS}}
    return [found[key] for key in sorted(found)]


def section(rows: Rows) -> str:
    """Return the page's section."""
    cells = []
    for row in rows:
        floor, bare, provider = (statistics.median(row[kind]) for kind in KINDS)
        waiting = row["delay"] / 1000 * row["graphs"] / 4
        budget = 1.15 * (floor + bare) + waiting if row["step"] in WRITING else floor * 1.05 + 0.25
        seconds = [f"{value:.2f}" for value in (floor, bare, provider, budget)]
        within = "yes" if provider <= budget else "no"
        counts = (row["graphs"], len(row["provider"]))
        cells.append([f"{row['delay']} ms", *map(str, counts), row["step"], *seconds, within, str(row["requests"])])
    text = "## Compared with Pulumi itself\n\n" + paragraph("""
        Medians in seconds over the given number of runs. Floor and provider take turns, and each run starts with an
        empty store. *Floor*: the same program with a provider that does nothing, on resources with all the properties
        of a graph. *Bare*: the provider's requests alone, sent by four threads with plain httpx to the same kind of
        state manager. *Budget*: a step that writes may take 1.15 times floor plus bare, plus the time that four threads
        wait for validations; any other step may take the floor plus 5 % plus 0.25 s.
    """)
    text += paragraph("""
        The provider leaves Python's garbage collector alone. A program with many graphs can set it itself, in its first
        lines: with `gc.set_threshold(20_000)` a preview of 500 new graphs took 13.1 s of processor time instead of
        14.9 s (means of three, in turn, on a busy machine); with 200 graphs no difference could be measured.
    """)
    text += paragraph("""
        It also leaves httpx's command line alone, which httpx loads where `rich`, `click` and `pygments` are all
        installed: a process that asks the server then takes 174 ms of processor time to load httpx instead of 99 ms
        (medians of eight, on a busy machine).
    """)
    text += "![floor, bare requests and provider for each step](benchmarks.svg)\n\n"
    text += table(("validation", "graphs", "runs", "step", *KINDS, "budget", "within", "requests"), cells)
    if any(row["graphs"] > WITH_CHECKPOINTS for row in rows):
        text += paragraph(f"""
            With more than {WITH_CHECKPOINTS} graphs, state is only written at the end (`PULUMI_SKIP_CHECKPOINTS`), for
            floor and provider alike. By default the engine writes all of it after each resource, which would take
            minutes and hide what the provider adds.
        """)
    return text


def plot(rows: Rows, target: Path) -> None:
    """Plot, for each validation, the bars of floor, bare cost and provider, for the largest size with checkpoints."""
    from matplotlib.figure import Figure  # From the extra `bench`, and slow to load.

    delays = sorted({row["delay"] for row in rows})
    sizes = {row["graphs"] for row in rows}
    shown = max([size for size in sizes if size <= WITH_CHECKPOINTS] or sizes)
    figure = Figure(figsize=(9, 3.5))
    axes = figure.subplots(1, len(delays), sharey=True, squeeze=False)[0]
    for axis, delay in zip(axes, delays, strict=True):
        steps = {row["step"]: row for row in rows if (row["delay"], row["graphs"]) == (delay, shown)}
        floor, bare, provider = ([statistics.median(steps[step][kind]) for step in STEPS] for kind in KINDS)
        places = range(len(STEPS))
        axis.bar([place - 0.2 for place in places], floor, 0.4, label="floor")
        axis.bar([place - 0.2 for place in places], bare, 0.4, bottom=floor, label="bare requests")
        axis.bar([place + 0.2 for place in places], provider, 0.4, label="provider")
        axis.set_xticks(list(places), STEPS, rotation=30)
        axis.set_title(f"{shown} graphs, validation {delay} ms")
    axes[0].set_ylabel("seconds (median)")
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})
