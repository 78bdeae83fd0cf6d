"""Print the folder that must be on PATH to run Pulumi, after making sure that it exists.

The order: a recent Pulumi on PATH; what an earlier run has cached; Pulumi's own installer; a build with Go.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tools.pulumi import build, cache, programs, release
from tools.pulumi.progress import say


def present() -> Path | None:
    """Return the folder of an installed Pulumi, or None."""
    folder, _ = programs.on_path(os.environ.get("PATH", ""))
    return folder or cache.cached(release.name()) or cache.cached(build.name())


def install() -> Path:
    """Return the folder of a Pulumi, installing it if needed.

    Raises:
        RuntimeError: it isn't available; the message says what was tried and what to install.
    """
    if folder := present():
        return folder
    tried = [programs.on_path(os.environ.get("PATH", ""))[1]]
    say(f"The Pulumi CLI has to be installed: {tried[0]}.")
    if why := release.reachable():
        tried.append(f"Pulumi's download site can't be reached: {why}")
        say(f"{tried[-1]}. Building it instead.")
    else:
        try:
            return cache.make(release.name(), release.fill)
        except RuntimeError as error:
            tried.append(str(error))
            say(f"{error}. Building it instead.")
    if why := build.missing_go():
        tried.append(why)
    else:
        try:
            return cache.make(build.name(), build.fill)
        except RuntimeError as error:
            tried.append(str(error))
    reasons = "\n".join(f"  - {reason}" for reason in tried)
    raise RuntimeError(
        f"Could not install the Pulumi CLI:\n{reasons}\n"
        "Install Pulumi (https://www.pulumi.com/docs/install/), or Go (https://go.dev/doc/install) to build it, "
        "and try again."
    )


def main() -> int:
    """Run `install` and print its result."""
    # So that child processes are stopped and incomplete folders are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        folder = install()
    except RuntimeError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted.")
        return 130
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
