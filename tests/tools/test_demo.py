from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pulumi_cli import environment

ROOT = Path(__file__).parents[2]
MARK = "DEMO_TEST_MARK"
"""A variable that marks the demo's processes: children inherit it."""


@pytest.fixture
def demo(pulumi_cli: None, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the demo, with ``tmp_path`` for its temporary folder."""
    marked = environment(TMPDIR=str(tmp_path), **{MARK: str(tmp_path)})
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.demo"],
        cwd=ROOT,
        env=marked,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def left_behind(mark: Path) -> list[str]:
    """Return the command lines of the demo's processes that still run."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # It has ended, or isn't ours.
            continue
    return found


def until(process: subprocess.Popen[str], text: str) -> str:
    """Return the demo's output up to the line that contains ``text``."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    pytest.fail(f"the demo ended without saying {text!r}:\n{said}")


def test_demo_shows_it_all(demo: subprocess.Popen[str], tmp_path: Path) -> None:
    """The demo deploys, changes, shows and corrects drift, destroys, and leaves nothing behind."""
    said, _ = demo.communicate(timeout=240)
    assert demo.returncode == 0, said
    _, up, _, preview, applied, _, refresh, correct, destroy = said.split("\n== ")[1:]
    assert "exosphere:Graph daily-report created" in up
    assert "+ clean" in preview
    assert "update" in applied
    assert '"orders" => "returns"' in refresh
    assert '"returns" => "orders"' in correct
    assert "deleted" in destroy
    assert list(tmp_path.iterdir()) == []
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_demo_leaves_nothing(
    demo: subprocess.Popen[str], tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    """A demo that is interrupted while Pulumi runs stops its processes and removes its folder."""
    until(demo, "Previewing update")
    assert left_behind(tmp_path)
    demo.send_signal(sent)
    said, _ = demo.communicate(timeout=60)
    assert demo.returncode == status, said
    assert list(tmp_path.iterdir()) == []
    assert left_behind(tmp_path) == []
