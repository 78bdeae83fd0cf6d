"""Programs of this package's Python resources, with the same declared as resources of the native plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

SDK = Path(__file__).with_name("exosphere_native.py")
"""The module that such a program imports, from its own folder."""
IMPORT = "import pulumi_exosphere as exosphere\n"

either_front = pytest.mark.parametrize("project", ["dynamic", "native"], indirect=True)
"""Run a test's programs twice: as they are written, and on the native plugin."""


def native(program: str) -> str:
    """Return the program with native resources instead."""
    assert IMPORT in program
    return program.replace(IMPORT, f"import {SDK.stem} as exosphere\n") + "\nexosphere.register()\n"
