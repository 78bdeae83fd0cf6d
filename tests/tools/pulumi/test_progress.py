from __future__ import annotations

import subprocess
import sys

import pytest

from tools.pulumi.progress import watch


def python(code: str) -> subprocess.Popen[bytes]:
    """Start a Python process that runs ``code``."""
    return subprocess.Popen([sys.executable, "-c", code])


def test_status_is_returned() -> None:
    """The watched program's exit status is the result."""
    assert watch(python("raise SystemExit(3)"), lambda: "", limit=60) == 3


def test_heartbeat(capfd: pytest.CaptureFixture[str]) -> None:
    """While the program runs, its progress is printed repeatedly, on standard error."""
    told = iter(range(1000))
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process.stdin is not None

    def progress() -> str:
        number = next(told)
        if number == 2 and process.stdin is not None:
            process.stdin.write(b"\n")
            process.stdin.flush()
        return f"look {number}"

    with process.stdin:
        assert watch(process, progress, limit=60, heartbeat=0.01) == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert "look 0\n" in err
    assert "look 2\n" in err


def test_limit_ends_the_program() -> None:
    """A program that takes too long is stopped."""
    process = python("import time; time.sleep(600)")
    with pytest.raises(TimeoutError):
        watch(process, lambda: "", limit=0.1)
    assert process.returncode is not None
