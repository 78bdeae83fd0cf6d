"""Pulumi's own release, through its own installer (`pulumi.automation.PulumiCommand.install`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path

from tools.pulumi.say import say, watch

SITE = "https://get.pulumi.com/install.sh"
"""What that installer asks for first."""

PROBE_LIMIT = 5.0
"""Seconds: the installer's own download has no limit, so whether the site can be reached is asked beforehand."""

LIMIT = 600.0
"""Seconds for the whole download (some 100 MB)."""

_INSTALL = "import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(root=sys.argv[1])"


def name() -> str:
    """What the cache calls the release; it goes with the version of the SDK, as the installer's default does."""
    return f"pulumi-{metadata.version('pulumi')}-release"


def reachable(site: str = SITE) -> str | None:
    """None if the download site answers, else why not."""
    try:
        with urllib.request.urlopen(site, timeout=PROBE_LIMIT):  # noqa: S310  # a constant https address
            return None
    except (OSError, urllib.error.URLError, ValueError) as error:
        return str(getattr(error, "reason", error))


def fill(folder: Path) -> None:
    """Downloads the release into ``folder`` (a folder called ``bin``).

    Raises:
        RuntimeError: it failed or took too long.
    """
    say("Installing the Pulumi CLI with Pulumi's own installer ...")
    command = [sys.executable, "-c", _INSTALL, str(folder.parent)]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            status = watch(process, lambda: "downloading", limit=LIMIT)
        except TimeoutError as error:
            raise RuntimeError(f"Pulumi's installer: {error}") from None
        if status:
            output.seek(0)
            last = (output.read().decode(errors="replace").strip() or "no output").splitlines()[-1]
            raise RuntimeError(f"Pulumi's installer failed with status {status}: {last}")
