"""Measure everything, and write `docs/benchmarks.md` with its picture: `make bench`.

The measurements are kept in `build/benchmarks.json`, part by part, and the page's sections are made from them.
``--only`` measures some parts again and writes their sections; ``--write`` measures none, and writes the sections of
all that are kept.
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
from benchmarks.markdown import paragraph, with_sections

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


def introduction(machine: str) -> str:
    """Return what the page begins with."""
    return "# What it costs\n\n" + paragraph(f"""
        This page shows how long deployments take, compared with Pulumi itself and with Exosphere's SDK. `make bench`
        writes it. It measured on {machine}, with the embedded state manager. The machine is shared: a difference of a
        tenth is noise.
    """)


SECTIONS: dict[str, Callable[[Any], str]] = {
    "machine": introduction,
    "provider": bench_provider.section,
    "sdk": bench_sdk.section,
    "native": bench_native.section,
    "waiting": bench_waiting.section,
    "parts": bench_parts.section,
}
"""The part of the page that each measurement is shown in, in the page's order."""


def main() -> None:
    """Measure, and write the page."""
    # With it, which some containers set, each process compiles what was edited since: users' machines keep the result.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
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
    written = [name for name in SECTIONS if name in results and (given.write or name in (given.only or PARTS))]
    page = DOCS / "benchmarks.md"
    page.write_text(with_sections(page.read_text(), [SECTIONS[name](results[name]) for name in written]))
    if "provider" in written:
        bench_provider.plot(results["provider"], DOCS / "benchmarks.svg")


if __name__ == "__main__":
    main()
