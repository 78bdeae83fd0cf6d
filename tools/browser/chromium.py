"""Run Chromium without a window on a local file."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Its usual names on PATH."""
_ALONE = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name resolves: a page that tries to load something from elsewhere fails.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--hide-scrollbars",
]
_DARK = ["--blink-settings=preferredColorScheme=0"]
_SETTLE = 60_000
"""Milliseconds of a page's own time after which everything is drawn; they pass faster than real ones."""


def find() -> str | None:
    """Return the path of Chromium, or None if it isn't installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def dom(page: Path, *, width: int = 800, dark: bool = False) -> str:
    """Return the page as HTML, after its scripts have run."""
    return _run(page, "--dump-dom", f"--window-size={width},600", *(_DARK if dark else []))


def screenshot(page: Path, target: Path, *, width: int, height: int, scale: float = 1.5, dark: bool = False) -> None:
    """Write a PNG of the page's first ``width`` times ``height`` CSS pixels."""
    size = [f"--window-size={width},{height}", f"--force-device-scale-factor={scale}"]
    _run(page, f"--screenshot={target}", *size, *(_DARK if dark else []))


def _run(page: Path, *arguments: str) -> str:
    program = find()
    if program is None:
        raise RuntimeError(f"Chromium is not installed: none of {', '.join(PROGRAMS)} is on PATH")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *_ALONE, f"--user-data-dir={profile}", f"--virtual-time-budget={_SETTLE}"]
        done = subprocess.run(
            [*command, *arguments, page.absolute().as_uri()],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=150,
            # A browser started by a test shares nothing with the user's own.
            env={**os.environ, "XDG_CONFIG_HOME": profile, "XDG_CACHE_HOME": profile},
        )
    return done.stdout
