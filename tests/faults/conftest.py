"""The table of the operations tried and their results, at the end of the tests' output and in build/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_exosphere.provider import connections
from tests.faults.rows import Row, table

_tried: list[Row] = []
_FILE = Path(__file__).parents[2] / "build" / "faults.txt"


@pytest.fixture
def tried() -> list[Row]:
    """Operations that were tried; rows added here are shown at the end."""
    return _tried


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Clear what the hooks keep in their process after each test."""
    yield
    for client in connections._clients.values():
        client.close()
    connections._clients.clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if not _tried:
        return
    _FILE.parent.mkdir(exist_ok=True)
    _FILE.write_text(table(_tried) + "\n")
    terminalreporter.section("faults: what was tried, and what came out")
    counts: dict[tuple[str, str], int] = {}
    for row in _tried:
        counts[row.operation, row.said] = counts.get((row.operation, row.said), 0) + 1
    for (operation, said), count in sorted(counts.items()):
        terminalreporter.write_line(f"{operation:<24} {said:<28} {count:>5}")
    terminalreporter.write_line(f"{len(_tried)} rows, each in build/{_FILE.name}")
    for row in _tried:
        if row.wrong:
            terminalreporter.write_line(str(row))
