"""The process `pulumi-resource-exosphere`, which the engine starts once for each provider of a stack."""

from __future__ import annotations

import gc
import os
import signal
import sys

from pulumi_exosphere.version import __version__

ABOUT = f"""pulumi-resource-exosphere {__version__}: a plugin that Pulumi starts by itself.
To use it, have it on PATH when you run `pulumi`. The command for you is `pulumi-exosphere`."""
GARBAGE = 20_000
"""New objects after which Python looks for garbage; by default it does after 700, and loading takes a tenth longer."""


def main() -> None:
    """Set up the process, and only then load what it serves."""
    if {"-h", "--help", "--version"} & set(sys.argv[1:]):
        print(ABOUT)  # noqa: T201
        return
    parent = os.getppid()
    # This is how the engine ends a plugin that it needs no more; what Ctrl-C means, it says before (`Servicer.Cancel`).
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    gc.set_threshold(GARBAGE)
    # httpx also imports its command line, if it can, and that takes longer than httpx itself. And pydantic looks for
    # plugins of its own in every package that is installed.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from .server import serve

    serve(parent)
