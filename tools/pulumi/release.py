"""Pulumi's own release, installed by its own installer (`pulumi.automation.PulumiCommand.install`)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path

from tools.pulumi.progress import say, watch

SITE = "https://get.pulumi.com/install.sh"
"""The first URL that the installer requests."""

PROBE_LIMIT = 5.0
"""Seconds: the installer's own download has no limit, so this module first checks whether the site can be reached."""

LIMIT = 600.0
"""Seconds for the whole download (some 100 MB)."""

_INSTALL = "import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(root=sys.argv[1])"


def name() -> str:
    """Return the release's name in the cache; it has the SDK's version, as the installer's default does."""
    return f"pulumi-{metadata.version('pulumi')}-release"


def reachable(site: str = SITE) -> str | None:
    """Return None if the download site responds, otherwise the reason."""
    try:
        with urllib.request.urlopen(site, timeout=PROBE_LIMIT):  # noqa: S310  # a constant https address
            return None
    except (OSError, urllib.error.URLError, ValueError) as error:
        return str(getattr(error, "reason", error))


def fill(folder: Path) -> None:
    """Download the release into ``folder`` (a folder called ``bin``).

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
