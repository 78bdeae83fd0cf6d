"""Many graphs put by Exosphere's own SDK, in sequence and gathered, compared with the first `pulumi up` of as many.

The three alternate, in one run, each on an empty store of the embedded state manager. If this interpreter lacks the
SDK, which needs Python 3.12, it is installed into `build/sdk-venv`, made by the `python3.12` on PATH.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any

from benchmarks.graphs import NAMESPACE, names, nodes
from benchmarks.markdown import paragraph, table
from benchmarks.stack import KEY, ROOT, WITH_CHECKPOINTS, Stack, server
from pulumi_exosphere.local import LocalStateManager

PYTHON = "python3.12"
VENV = ROOT / "build" / "sdk-venv"
SEQUENTIAL_MOST = 5
"""With the SDK's defaults a graph takes at least a second, so more of them aren't put one after another."""


class MissingSdkError(Exception):
    """No interpreter has the SDK, and none could be made."""


Results = dict[str, Any]
"""``rows`` with the seconds of each run, ``starts`` (what else the scripts took), ``sdk`` and ``python``; or
``missing``, the reason why nothing was measured."""


def interpreter() -> str:
    """Return a Python that has the SDK. Raises MissingSdkError."""
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
    """Measure every size and delay ``runs`` times, alternating between the three ways."""
    try:
        python = interpreter()
    except MissingSdkError as error:
        return {"missing": str(error)}
    results: Results = {"rows": [], "starts": []}
    for delay in delays:
        sequential: dict[int, list[float]] = {}
        for graphs in sizes:
            few = min(graphs, SEQUENTIAL_MOST)
            one_by_one = sequential.setdefault(few, [])
            row: dict[str, Any] = {
                "delay": delay,
                "graphs": graphs,
                "few": few,
                "sequential": one_by_one,
                "gathered": [],
                "up": [],
            }
            results["rows"].append(row)
            for number in range(runs):
                print(f"SDK, {graphs} graphs, validation {delay} ms, run {number + 1} of {runs}", file=sys.stderr)
                # Two sizes above the limit are one measurement.
                if len(one_by_one) < runs:
                    one_by_one.append(_measure_sdk(python, few, delay, "sequential", results))
                row["gathered"].append(_measure_sdk(python, graphs, delay, "gathered", results))
                with Stack.open(graphs, delay=delay / 1000) as stack:
                    row["up"].append(stack.run("first up"))
                    _all_valid(stack.running, graphs)
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
    results |= {"sdk": said["sdk"], "python": said["python"]}
    results["starts"].append(whole - said["seconds"])
    return float(said["seconds"])


def _all_valid(running: LocalStateManager, graphs: int) -> None:
    """Raise RuntimeError unless the store contains exactly these graphs, complete and VALID."""
    wanted = {name: ("VALID", len(nodes())) for name in names(graphs)}
    stored = {one["name"]: (one["validation_status"], len(one["nodes"])) for one in running.graphs(NAMESPACE)}
    if stored != wanted:
        wrong = sorted(name for name in wanted.keys() | stored.keys() if wanted.get(name) != stored.get(name))
        raise RuntimeError(f"{len(wrong)} graphs aren't stored as they were put, or aren't VALID: {', '.join(wrong)}")


def section(results: Results) -> str:
    """Return the page's section."""
    text = "## Compared with Exosphere's SDK\n\n"
    if "missing" in results:
        return text + paragraph(f"Not measured: {results['missing']}.")
    text += paragraph(f"""
        The same graphs, sent by `upsert_graph` of `exospherehost` {results["sdk"]} with its defaults (Python
        {results["python"]}), one after another and with `asyncio.gather`, and by the first `pulumi up`. Medians of
        {len(results["rows"][0]["up"])} runs in seconds; the three take turns, each starts with an empty store, and all
        graphs were VALID afterwards. `upsert_graph` polls for the validation result every `polling_interval`, which is
        one second, so no graph takes less than that. The SDK's columns contain only the upserts; starting Python and
        importing takes another {statistics.median(results["starts"]):.2f} s. `pulumi up` includes that, the engine, and
        writing state (with more than {WITH_CHECKPOINTS} graphs only at the end, as above).
    """)
    cells = []
    for row in results["rows"]:
        sequential, gathered, up = (f"{statistics.median(row[way]):.2f}" for way in ("sequential", "gathered", "up"))
        fewer = f" (only {row['few']} graphs)" if row["few"] < row["graphs"] else ""
        cells.append([f"{row['delay']} ms", str(row["graphs"]), sequential + fewer, gathered, up])
    text += table(("validation", "graphs", "SDK, one after another", "SDK, gathered", "first `pulumi up`"), cells)
    return text + paragraph("""
        The SDK does less in that time: `upsert_graph` is one PUT and the wait for its validation result. It doesn't
        read what is live before it overwrites it, doesn't wait for nodes that are not registered yet, and repeats no
        request. If the result is INVALID or late it raises, without restoring the previous version. It has no preview,
        and removes no graphs.
    """)
