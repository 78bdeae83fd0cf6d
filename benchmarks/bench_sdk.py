"""Many graphs put by Exosphere's own SDK, one after another and gathered, beside the first `pulumi up` of as many.

The three are measured in turn, in one run, each on an empty store of the embedded state manager. Where this interpreter
lacks the SDK, which needs Python 3.12, it is installed into `build/sdk-venv`, made by the `python3.12` on PATH.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from benchmarks.bench_provider import KEY, ROOT, measure_program, server
from benchmarks.graphs import NAMESPACE, names, nodes

if TYPE_CHECKING:
    from pulumi_exosphere.local import LocalStateManager

PYTHON = "python3.12"
VENV = ROOT / "build" / "sdk-venv"
SEQUENTIAL_MOST = 100
"""With the SDK's defaults a graph takes at least a second: more of them, one after another, aren't waited for."""


class MissingSdkError(Exception):
    """There is no interpreter that has the SDK, and none could be made."""


@dataclass
class Results:
    """What was measured: seconds by validation (ms), number of graphs, and who put them."""

    runs: int
    sequential: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    gathered: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    up: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    """What the scripts took besides the upserts: the interpreter and its imports."""
    sdk: str = ""
    python: str = ""
    missing: str = ""
    """Why nothing was measured."""


def interpreter() -> str:
    """A Python that has the SDK. Raises MissingSdkError."""
    if find_spec("exospherehost"):
        return sys.executable
    made = str(VENV / "bin" / "python")
    if _succeeds(made, "-c", "import exospherehost"):
        return made
    if not _succeeds(PYTHON, "-m", "venv", "--clear", str(VENV)):
        raise MissingSdkError(f"Exosphere's SDK needs Python 3.12, and no `{PYTHON}` on PATH makes a venv")
    if not _succeeds(made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "exospherehost"):
        raise MissingSdkError("Exosphere's SDK could not be installed: `pip install exospherehost` failed")
    return made


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def measure(sizes: list[int], delays: list[int], runs: int) -> Results:
    """Every size and delay, ``runs`` times, the three ways in turn."""
    results = Results(runs)
    try:
        python = interpreter()
    except MissingSdkError as error:
        results.missing = str(error)
        return results
    for delay in delays:
        for graphs in sizes:
            for number in range(runs):
                print(
                    f"{graphs} graphs, validation {delay} ms, SDK and up, run {number + 1} of {runs}",
                    file=sys.stderr,
                    flush=True,
                )
                few = min(graphs, SEQUENTIAL_MOST)
                sequential = results.sequential.setdefault((delay, few), [])
                # Two sizes above the most that are waited for come down to one measurement.
                if len(sequential) < runs:
                    sequential.append(_measure_sdk(python, few, delay, "sequential", results))
                results.gathered.setdefault((delay, graphs), []).append(
                    _measure_sdk(python, graphs, delay, "gathered", results)
                )
                with server(delay / 1000) as running:
                    seconds, _ = measure_program(graphs, running, floor=False, steps=("first up",))
                    _all_valid(running, graphs)
                results.up.setdefault((delay, graphs), []).append(seconds["first up"])
    return results


def _measure_sdk(python: str, graphs: int, delay: int, way: str, results: Results) -> float:
    with server(delay / 1000) as running:
        env = {**os.environ, "EXOSPHERE_STATE_MANAGER_URI": running.uri, "EXOSPHERE_API_KEY": KEY}
        command = (python, "-m", "benchmarks.sdk_upserts", str(graphs), way)
        began = time.perf_counter()
        out = subprocess.run(command, check=True, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True).stdout
        whole = time.perf_counter() - began
        _all_valid(running, graphs)
    said: dict[str, Any] = json.loads(out)
    results.sdk, results.python = said["sdk"], said["python"]
    results.starts.append(whole - said["seconds"])
    return float(said["seconds"])


def _all_valid(running: LocalStateManager, graphs: int) -> None:
    """Raises RuntimeError unless the store holds these graphs and no others, whole and VALID."""
    wanted = {name: ("VALID", len(nodes())) for name in names(graphs)}
    stored = {one["name"]: (one["validation_status"], len(one["nodes"])) for one in running.graphs(NAMESPACE)}
    if stored != wanted:
        wrong = sorted(name for name in wanted.keys() | stored.keys() if wanted.get(name) != stored.get(name))
        raise RuntimeError(f"{len(wrong)} graphs aren't stored as they were put, or aren't VALID: {', '.join(wrong)}")


def section(results: Results) -> str:
    """The page's section."""
    lines = ["## Beside Exosphere's own SDK", ""]
    if results.missing:
        return "\n".join([*lines, f"Not measured: {results.missing}.", ""])
    some = any(graphs > SEQUENTIAL_MOST for _, graphs in results.gathered)
    start = statistics.median(results.starts)
    lines += [
        (
            f"The same graphs put by `StateManager.upsert_graph` of `exospherehost` {results.sdk} with its defaults "
            f"(Python {results.python}), one after another and with `asyncio.gather`, and by the first "
            f"`pulumi up --skip-preview`: medians of {results.runs} runs, in seconds, the three in turn, each on an "
            "empty store, in which all graphs were VALID afterwards. `upsert_graph` waits for the verdict by looking "
            "after `polling_interval`, which is a second, and again after every further one: no graph takes it less, "
            "whatever the validation takes. Its columns are the upserts alone; the interpreter's start and the imports "
            f"take another {start:.2f} s, which `pulumi up` includes, as it includes the engine and the writing of "
            "state."
            + (
                f" One after another, at most {SEQUENTIAL_MOST} graphs were put, since more take minutes; the table "
                "says where."
                if some
                else ""
            )
        ),
        "",
        "| validation | graphs | SDK, one after another | SDK, gathered | first `pulumi up` |",
        "|---|---|---|---|---|",
    ]
    for (delay, graphs), gathered in results.gathered.items():
        few = min(graphs, SEQUENTIAL_MOST)
        fewer = f" (only {few} graphs)" if few < graphs else ""
        sequential, together, up = (
            statistics.median(measured)
            for measured in (results.sequential[delay, few], gathered, results.up[delay, graphs])
        )
        lines.append(f"| {delay} ms | {graphs} | {sequential:.2f}{fewer} | {together:.2f} | {up:.2f} |")
    lines += [
        "",
        (
            "What that time doesn't buy with the SDK: `upsert_graph` is one PUT and the wait for its verdict, so it "
            "doesn't look at what is live before it overwrites it, doesn't wait for nodes that aren't registered yet, "
            "tries no request twice, and only raises where the verdict is INVALID or late, without putting back what "
            "was live before; and the SDK has nothing that previews a change or takes a graph away."
        ),
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, and print the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="1,50,200,500", help="numbers of graphs (default: %(default)s)")
    parser.add_argument("--delays", default="0,30", help="milliseconds of validation (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default: %(default)s)")
    given = parser.parse_args()
    sizes, delays = ([int(one) for one in text.split(",")] for text in (given.sizes, given.delays))
    print(section(measure(sizes, delays, given.runs)))


if __name__ == "__main__":
    main()
