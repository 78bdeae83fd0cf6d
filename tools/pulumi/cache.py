"""The cache of what took minutes to get: ``${XDG_CACHE_HOME:-~/.cache}/pulumi-exosphere/NAME/bin``.

A folder in it is complete or absent: it is made under another name and moved, by one process at a time.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.pulumi import programs
from tools.pulumi.progress import say

PULUMI = (programs.CLI, *programs.BESIDE)
"""The programs of a working Pulumi."""


def root() -> Path:
    """Return the folder of everything that is cached."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pulumi-exosphere"


def cached(name: str, needed: tuple[str, ...] = PULUMI) -> Path | None:
    """Return the folder of programs called ``name``, or None if it hasn't been made."""
    folder = root() / name / "bin"
    return folder if programs.complete(folder, needed) else None


def make(name: str, fill: Callable[[Path], None], needed: tuple[str, ...] = PULUMI) -> Path:
    """Return the folder of programs called ``name``, made by ``fill(FOLDER)`` unless it exists by now."""
    root().mkdir(parents=True, exist_ok=True)
    with _alone(name):
        if found := cached(name, needed):
            return found
        with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=root()) as temporary:
            unfinished = Path(temporary) / name
            (unfinished / "bin").mkdir(parents=True)
            fill(unfinished / "bin")
            if not programs.complete(unfinished / "bin", needed):
                raise RuntimeError(f"{name}: not every program was made")
            # An incomplete folder of that name (a file in it was deleted) is removed.
            if (root() / name).exists():
                (root() / name).rename(Path(temporary) / "incomplete")
            unfinished.rename(root() / name)
    return root() / name / "bin"


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    import fcntl  # Windows has no fcntl; the tests that only import this module run there too.

    with (root() / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another run that is installing {name} ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
