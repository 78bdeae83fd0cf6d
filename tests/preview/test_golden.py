"""The output of `pulumi preview --diff`, word for word.

After an intended change, run ``make golden`` and read the diff.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.pulumi_cli import Result
from tests.support.pulumi_project import Project

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
# Read before the environment of tests is cleaned.
WRITE = os.environ.get("EXOSPHERE_GOLDEN") == "write"

_STEP = re.compile(r"^ {4}[ +~><=-]{1,3}pulumi-python:dynamic/exosphere:", re.MULTILINE)


def steps(preview: Result) -> Iterator[tuple[str, str]]:
    """Return the text of each resource's step by the resource's name, without what differs from run to run."""
    body = preview.output.partition("\nDiagnostics:")[0].partition("\nResources:")[0]
    # Warnings may appear in between.
    body = "".join(line for line in body.splitlines(keepends=True) if line.startswith(" "))
    starts = [match.start() for match in _STEP.finditer(body)]
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        text = re.sub(r"http://127\.0\.0\.1:\d+", "http://STATE-MANAGER", body[start:end])
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+", "TIME", text)
        text = re.sub(r'(document_id *: )".*"', r'\1"ID"', text)
        yield text.partition("[urn=")[2].partition("]")[0].rpartition("::")[2], text.rstrip() + "\n"
    # Those of different resources appear in any order.
    said = sorted(preview.diagnostics, key=lambda one: one[1])
    yield "diagnostics", "".join(f"{severity}: {text.strip()}\n" for severity, _, text in said)


def test_texts(project: Callable[..., Project]) -> None:
    """Each kind of change looks as it did when someone last reviewed it."""
    stack = project((HERE / "changing.py").read_text())
    stack.up("--skip-preview").check()
    stack.env["EXOSPHERE_TEST_CHANGED"] = "1"
    preview = stack.preview("--diff").check()
    assert "canary" not in preview.output
    texts = dict(steps(preview))
    if WRITE:
        for old in GOLDEN.glob("*.txt"):
            old.unlink()
        for name, text in texts.items():
            (GOLDEN / f"{name}.txt").write_text(text)
        pytest.skip("written")
    assert texts == {path.stem: path.read_text() for path in GOLDEN.glob("*.txt")}
