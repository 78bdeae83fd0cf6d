"""The native plugin compared with dynamic resources, and with dynamic resources that do nothing, one step at a time.

The three run the same program in Python, so only what runs the hooks and what is in state differ. A fourth has the
native resources in a program in YAML, as teams have them that don't write Python.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from benchmarks.markdown import bullets, paragraph, table
from benchmarks.stack import Stack

STEPS = ("preview", "first up", "up", "update", "refresh", "destroy")
"""The preview is the first one, with nothing in state: for one graph it measures the start."""
KINDS = ("floor", "dynamic", "native", "yaml")
LARGEST = 200
"""The most graphs: with more, the engine's writing of state would hide everything else."""
STARTS = 15
"""Runs of each of `PROCESSES`."""
_PLUGIN = "import pulumi_exosphere.native.server"
_ASKS = "sys.modules['httpx._main'] = None; import pulumi_exosphere.state_manager.client; import httpcore"
PROCESSES = {
    "Pulumi's process for dynamic resources, without a provider": "import pulumi.dynamic",
    "the native plugin": _PLUGIN,
    "the native plugin, once it has to ask the state manager": f"{_PLUGIN}; {_ASKS}",
}
"""What the processes that run the hooks import, from Python's start on."""
Rows = list[dict[str, Any]]
"""One row for each number of graphs and step: the seconds of each run by kind, and the processor time (`cpu`); the step
`state` has bytes."""


def measure_round(graphs: int) -> dict[str, dict[str, Any]]:
    """Return the seconds of each step, and the size of state with all graphs in it, by kind."""
    with ExitStack() as open_ones:
        stacks = {kind: open_ones.enter_context(Stack.open(graphs, kind=kind)) for kind in KINDS}
        found: dict[str, dict[str, Any]] = {}
        for step in STEPS:
            found[step] = {"cpu": {}}
            for kind, stack in stacks.items():
                before = _processor_time()
                found[step][kind] = stack.run(step)
                found[step]["cpu"][kind] = _processor_time() - before
            if step == "first up":
                found["state"] = {kind: float(stack.state_size()) for kind, stack in stacks.items()}
        return found


def _processor_time() -> float:
    """Return the seconds of all processes that have ended: the engine, the program and the plugin, not the server."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(sizes: list[int], _delays: list[int], runs: int) -> dict[str, Any]:
    """Measure the start, and every size up to `LARGEST`, ``runs`` times."""
    rows: Rows = []
    for graphs in (size for size in sizes if size <= LARGEST):
        rounds = []
        for number in range(runs):
            print(f"native, {graphs} graphs, run {number + 1} of {runs}", file=sys.stderr)
            rounds.append(measure_round(graphs))
        for step in ("preview", "first up", "state", *STEPS[2:]):
            row = {"graphs": graphs, "step": step, **{kind: [one[step][kind] for one in rounds] for kind in KINDS}}
            if step != "state":
                row["cpu"] = {kind: [one[step]["cpu"][kind] for one in rounds] for kind in KINDS}
            rows.append(row)
    return {"starts": measure_starts(), "rows": rows}


def measure_starts() -> dict[str, list[float]]:
    """Return the seconds of processor time that each process takes to start, in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in PROCESSES}
    for _ in range(STARTS):
        for name, program in PROCESSES.items():
            code = f"import sys, time; {program}; print(time.process_time())"
            out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
            seconds[name].append(float(out))
    return seconds


def section(results: dict[str, Any]) -> str:
    """Return the page's section."""
    text = "## The native plugin\n\n" + paragraph("""
        Medians over the given number of runs: seconds, and the size of the stack's state in KB. The same program in
        Python declares the same graphs three times: as resources with hooks that do nothing (*floor*), as the resources
        of this package (*dynamic*), and as resources of the [native plugin](other-languages.md) (*native*). A program
        in YAML declares them with the native plugin as well (*YAML*). The four take turns, each starts with an empty
        store, and a validation takes no time. The preview is the first one, so with one graph it shows what the start
        costs. *Processor time* is that of the CLI, the program and the plugin together, native compared with the floor;
        it depends less on what else the machine does.
    """)
    text += table(
        ("graphs", "runs", "step", *KINDS[:3], "below the floor", "processor time", "YAML"),
        map(_cells, results["rows"]),
    )
    text += paragraph("""
        Each command starts the plugin once, as it starts Pulumi's process for dynamic resources once (an `up` in YAML
        twice: Pulumi also asks it for its schema). The plugin doesn't load Pulumi's SDK, reads properties faster, and
        ends at once when the engine no longer needs it. Processor time until each is ready, medians:
    """)
    text += bullets(
        f"{name}: {statistics.median(seconds) * 1000:.0f} ms" for name, seconds in results["starts"].items()
    )
    return text + paragraph("""
        Whatever asks the state manager makes the plugin load httpx, and pydantic once it reads a graph, and send its
        requests: one for a preview or a refresh, two or three for each graph that is written. The floor asks nobody. A
        preview of new graphs reads none, and an unchanged `up` asks nothing.
    """)


def _cells(row: dict[str, Any]) -> list[str]:
    medians = [statistics.median(row[kind]) for kind in KINDS]
    floor, _, native, _ = medians
    size = row["step"] == "state"
    shown = [f"{value / 1024:.0f} KB" if size else f"{value:.2f}" for value in medians]
    processor = ""
    if not size:
        processor = f"{statistics.median(row['cpu']['native']) / statistics.median(row['cpu']['floor']):.2f} times"
    below = "yes" if native <= floor else "no"
    return [str(row["graphs"]), str(len(row["native"])), row["step"], *shown[:3], below, processor, shown[3]]
