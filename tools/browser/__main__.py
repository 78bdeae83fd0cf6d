"""Set up what the browser tests and the pictures need: python -m tools.browser.

Chromium comes from Debian's packages and is only installed by root; otherwise this says what to install. Without it,
the tests that need it are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tools.browser import chromium, scripts
from tools.pulumi.progress import say


def main() -> int:
    """Install Chromium if needed, and fetch the scripts; return the exit status."""
    if chromium.find() is None:
        if not (shutil.which("apt-get") and os.geteuid() == 0):
            say("Chromium is not installed: install your system's package, then run this again.")
            return 1
        say("Installing Chromium (about a minute) ...")
        packages = ["chromium", "fonts-dejavu-core"]
        for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", *packages]):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
            if done.returncode:
                say(f"{' '.join(command)} failed: {done.stderr.strip()}")
                return 1
    for script in scripts.ALL:
        try:
            scripts.fetch(script)
        except RuntimeError as error:
            say(f"{error}.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
