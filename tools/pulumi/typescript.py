"""Get what the tests of TypeScript need: Node's language host, and Pulumi's npm package in the cache (130 MB)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.pulumi import build, cache
from tools.pulumi.install import present
from tools.pulumi.progress import say

MODULES = cache.root() / "npm" / "node_modules"
"""The folder of the npm packages; a program's folder gets a link to it."""


def host() -> Path | None:
    """Return the folder of an installed language host for Node, or None."""
    beside = [str(folder) for folder in (present(),) if folder]
    found = shutil.which(build.NODEJS_HOST, path=os.pathsep.join([*beside, os.environ.get("PATH", "")]))
    return Path(found).parent if found else cache.cached(build.nodejs_name(), (build.NODEJS_HOST,))


def main() -> int:
    """Get what is missing, and return the exit status."""
    if shutil.which("npm") is None:
        say("npm is not on PATH; install Node.js, then run this again.")
        return 1
    try:
        if host() is None:
            cache.make(build.nodejs_name(), build.fill_nodejs, (build.NODEJS_HOST,))
    except RuntimeError as error:
        say(f"No language host for TypeScript programs could be had: {error}")
        return 1
    if not (MODULES / "@pulumi" / "pulumi").exists():
        MODULES.parent.mkdir(parents=True, exist_ok=True)
        packages = (f"@pulumi/pulumi@{build.pinned(build.SDK).removeprefix('v')}", "typescript@5")
        say(f"Installing {' and '.join(packages)} with npm ...")
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(MODULES.parent), *packages]
        return subprocess.run(command, check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
