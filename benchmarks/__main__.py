"""Measures everything, and writes `docs/benchmarks.md` with its picture: `make bench`.

What was measured is kept in `build/benchmarks.json`, part by part. ``--write`` makes the page of it anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import bench_parts, bench_provider, bench_sdk, bench_waiting
from benchmarks.markdown import paragraph

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "build" / "benchmarks.json"
DOCS = ROOT / "docs"


def measure(sizes: list[int], delays: list[int], runs: int) -> None:
    """Measure part by part, and keep each."""
    parts: dict[str, Callable[[], Any]] = {
        "machine": lambda: f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "parts": bench_parts.measure,
        "waiting": bench_waiting.measure,
        "sdk": lambda: bench_sdk.measure(sizes, delays, runs),
        "provider": lambda: bench_provider.measure(sizes, delays, runs),
    }
    results: dict[str, Any] = {}
    KEPT.parent.mkdir(exist_ok=True)
    for name, part in parts.items():
        results[name] = part()
        KEPT.write_text(json.dumps(results))


def page(results: dict[str, Any]) -> str:
    """`docs/benchmarks.md`."""
    text = "# What it costs\n\n" + paragraph(f"""
        Made by `make bench`, on {results["machine"]}, against the embedded state manager. The machine is a
        shared one: a difference of a tenth is noise.
    """)
    text += bench_provider.section(results["provider"]) + bench_sdk.section(results["sdk"])
    text += bench_waiting.section(results["waiting"]) + bench_parts.section(results["parts"])
    return text.rstrip() + "\n"


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="1,50,200,500", help="numbers of graphs (default: %(default)s)")
    parser.add_argument("--delays", default="0,30", help="milliseconds of validation (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="measure nothing: write the page of what is kept")
    given = parser.parse_args()
    if not given.write:
        sizes, delays = ([int(one) for one in text.split(",")] for text in (given.sizes, given.delays))
        measure(sizes, delays, given.runs)
    results = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if "provider" not in results:  # the last part
        parser.error(f"{KEPT.name} holds no whole measurement: run `make bench` to its end")
    (DOCS / "benchmarks.md").write_text(page(results))
    bench_provider.plot(results["provider"], DOCS / "benchmarks.svg")


if __name__ == "__main__":
    main()
