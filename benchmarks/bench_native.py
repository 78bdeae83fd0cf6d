"""The native plugin compared with dynamic resources, and with dynamic resources that do nothing, one step at a time.

All three run the same program in Python, so only what runs the hooks and what is in state differ.
"""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack
from typing import Any

from benchmarks.markdown import paragraph, table
from benchmarks.stack import Stack

STEPS = ("preview", "first up", "up", "update", "refresh", "destroy")
"""The preview is the first one, with nothing in state: for one graph it measures the start."""
KINDS = ("floor", "dynamic", "native")
LARGEST = 200
"""The most graphs: with more, the engine's writing of state would hide everything else."""
Rows = list[dict[str, Any]]
"""One row for each number of graphs and step: the seconds of each run by kind; the step `state` has bytes."""


def measure_round(graphs: int) -> dict[str, dict[str, float]]:
    """Return the seconds of each step, and the size of state with all graphs in it, by kind."""
    with ExitStack() as open_ones:
        stacks = {kind: open_ones.enter_context(Stack.open(graphs, kind=kind)) for kind in KINDS}
        found: dict[str, dict[str, float]] = {}
        for step in STEPS:
            found[step] = {kind: stack.run(step) for kind, stack in stacks.items()}
            if step == "first up":
                found["state"] = {kind: float(stack.state_size()) for kind, stack in stacks.items()}
        return found


def measure(sizes: list[int], _delays: list[int], runs: int) -> Rows:
    """Measure every size up to `LARGEST`, ``runs`` times."""
    rows: Rows = []
    for graphs in (size for size in sizes if size <= LARGEST):
        rounds = []
        for number in range(runs):
            print(f"native, {graphs} graphs, run {number + 1} of {runs}", file=sys.stderr)
            rounds.append(measure_round(graphs))
        rows += [
            {"graphs": graphs, "step": step, **{kind: [one[step][kind] for one in rounds] for kind in KINDS}}
            for step in ("preview", "first up", "state", *STEPS[2:])
        ]
    return rows


def section(rows: Rows) -> str:
    """Return the page's section."""
    text = "## The native plugin\n\n" + paragraph("""
        Medians in seconds over the given number of runs, and the size of the stack's state in KB. The same program in
        Python declares the same graphs three times: as resources with hooks that do nothing (*floor*), as the resources
        of this package (*dynamic*), and as resources of the [native plugin](other-languages.md) (*native*). The three
        take turns, each starts with an empty store, and a validation takes no time. The preview is the first one, so
        with one graph it shows what the start costs.
    """)
    return text + table(("graphs", "runs", "step", *KINDS, "below the floor"), map(_cells, rows))


def _cells(row: dict[str, Any]) -> list[str]:
    medians = [statistics.median(row[kind]) for kind in KINDS]
    floor, _, native = medians
    size = row["step"] == "state"
    shown = [f"{value / 1024:.0f} KB" if size else f"{value:.2f}" for value in medians]
    return [str(row["graphs"]), str(len(row["native"])), row["step"], *shown, "yes" if native <= floor else "no"]
