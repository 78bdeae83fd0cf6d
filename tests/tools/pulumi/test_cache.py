from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path

import pytest

from tools.pulumi import cache, programs


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set up a cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "pulumi-exosphere"


def fill(folder: Path) -> None:
    """Make all programs."""
    for name in (programs.CLI, *programs.BESIDE):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)


def never(folder: Path) -> None:
    """Fail the test if something is made that already exists."""
    raise AssertionError(folder)


def test_made_once(empty_cache: Path) -> None:
    """A finished folder is found again, and not made again."""
    assert cache.cached("it") is None
    folder = cache.make("it", fill)
    assert folder == empty_cache / "it" / "bin"
    assert cache.cached("it") == folder
    assert cache.make("it", never) == folder


def test_failure_leaves_nothing(empty_cache: Path) -> None:
    """A run that fails half-way leaves neither a result nor temporary files."""

    def half(folder: Path) -> None:
        (folder / programs.CLI).write_text("")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        cache.make("it", half)
    assert cache.cached("it") is None
    assert [path.name for path in empty_cache.iterdir()] == ["it.lock"]


def test_incomplete_is_refused() -> None:
    """A folder that lacks a program is not kept."""
    with pytest.raises(RuntimeError, match="not every program"):
        cache.make("it", lambda _: None)
    assert cache.cached("it") is None


def test_damaged_is_made_again() -> None:
    """A folder from which a program was deleted is replaced."""
    (cache.make("it", fill) / programs.LANGUAGE_HOST).unlink()
    assert cache.cached("it") is None
    assert programs.complete(cache.make("it", fill))


def test_two_runs_make_it_once() -> None:
    """A second run waits for the first and takes its result."""
    begun, finish = threading.Event(), threading.Event()

    def slowly(folder: Path) -> None:
        begun.set()
        assert finish.wait(60)
        fill(folder)

    first = threading.Thread(target=cache.make, args=("it", slowly))
    first.start()
    assert begun.wait(60)
    second = multiprocessing.get_context("spawn").Process(target=cache.make, args=("it", never))
    second.start()
    second.join(0.5)
    assert second.is_alive()
    finish.set()
    first.join(60)
    second.join(60)
    assert second.exitcode == 0
