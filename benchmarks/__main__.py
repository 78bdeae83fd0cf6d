"""Measure everything, and write `docs/benchmarks.md` with its picture: `make bench`.

The measurements are kept in `build/benchmarks.json`, part by part, and the page is made from them. ``--only`` measures
some parts again, ``--write`` none.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import bench_native, bench_parts, bench_provider, bench_sdk, bench_waiting
from benchmarks.markdown import paragraph

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "build" / "benchmarks.json"
DOCS = ROOT / "docs"


PARTS: dict[str, Callable[[list[int], list[int], int], Any]] = {
    "machine": lambda *_: f"{os.cpu_count()} cores, Python {platform.python_version()}",
    "parts": lambda *_: bench_parts.measure(),
    "waiting": lambda *_: bench_waiting.measure(),
    "sdk": bench_sdk.measure,
    "native": bench_native.measure,
    "provider": bench_provider.measure,
}
"""The measurements, each called with numbers of graphs, milliseconds of validation, and runs."""


def kept() -> dict[str, Any]:
    """Return the last measurements, by part."""
    return dict(json.loads(KEPT.read_text())) if KEPT.exists() else {}


def page(results: dict[str, Any]) -> str:
    """Return the text of `docs/benchmarks.md`."""
    text = "# What it costs\n\n" + paragraph(f"""
        This page shows how long deployments take, compared with Pulumi itself and with Exosphere's SDK. `make bench`
        writes it. It measured on {results["machine"]}, with the embedded state manager. The machine is shared: a
        difference of a tenth is noise.
    """)
    text += bench_provider.section(results["provider"]) + bench_sdk.section(results["sdk"])
    text += bench_native.section(results["native"])
    text += bench_waiting.section(results["waiting"]) + bench_parts.section(results["parts"])
    return text.rstrip() + "\n"


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="1,50,200,500", help="numbers of graphs (default: %(default)s)")
    parser.add_argument("--delays", default="0,30", help="milliseconds of validation (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default: %(default)s)")
    parser.add_argument("--only", metavar="PART", choices=PARTS, action="append", help="of %(choices)s")
    parser.add_argument("--more", action="store_true", help="keep the provider's runs that there are, and add to them")
    parser.add_argument("--write", action="store_true", help="measure nothing: write the page of what is kept")
    given = parser.parse_args()
    sizes, delays = ([int(one) for one in text.split(",")] for text in (given.sizes, given.delays))
    for name in () if given.write else given.only or PARTS:
        KEPT.parent.mkdir(exist_ok=True)
        measured = PARTS[name](sizes, delays, given.runs)
        if given.more and name == "provider":
            measured = bench_provider.merged(kept().get(name, []), measured)
        KEPT.write_text(json.dumps({**kept(), name: measured}))
    results = kept()
    if missing := PARTS.keys() - results.keys():
        parser.error(f"no page, since these were never measured: {', '.join(sorted(missing))}")
    (DOCS / "benchmarks.md").write_text(page(results))
    bench_provider.plot(results["provider"], DOCS / "benchmarks.svg")


if __name__ == "__main__":
    main()
