"""The command that runs the embedded state manager."""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import os
import signal
import sqlite3
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from .app import application
from .faults import Faults
from .server import Server, address, bind, serve
from .state_manager import as_registered
from .store import Store

_DESCRIPTION = """\
Run an embedded Exosphere state manager: graphs, registered nodes and schedules,
with the answers, the background validation and the oddities of a real one. It
does not run graphs. It is made for trying out pulumi-exosphere and for tests.
"""

_EPILOG = """\
Point a Pulumi program at it:

  export EXOSPHERE_STATE_MANAGER_URI=http://127.0.0.1:8000
  export EXOSPHERE_API_KEY=KEY
  pulumi up

Graphs become VALID only if their nodes are registered: by a runtime, by a
PUT to /v0/namespace/NAMESPACE/nodes/, or from a file, with --nodes:

  {"analytics": [{"name": "Extract", "inputs": ["source"], "outputs": ["rows"], "secrets": []}]}

To look inside, with the header x-api-key: GET /local/cron-rows (schedules that
would fire), GET /local/requests (requests so far), and with --faults also GET,
PATCH and DELETE /local/faults (what goes wrong).
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pulumi_exosphere.local")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.description = _DESCRIPTION
    parser.epilog = _EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(prog=parser.prog)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, only this machine)")
    add("--port", type=int, default=8000, help="port to listen on; 0 picks a free one (default: %(default)s)")
    add(
        "--api-key",
        metavar="KEY",
        help="key that clients must send (default: $EXOSPHERE_API_KEY)",
    )
    add("--data", type=Path, metavar="FILE", help="SQLite file that stores everything (default: memory)")
    add("--nodes", type=Path, metavar="FILE", help="JSON file of nodes to register, by namespace")
    add(
        "--validation-delay",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="from a PUT to its validation result (default: none; a real one takes 0.015 to 0.040)",
    )
    add("--faults", action="store_true", help="let clients switch faults on, at /local/faults")


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status, after printing any error."""
    api_key = arguments.api_key or os.environ.get("EXOSPHERE_API_KEY")
    if not api_key:
        return _refuse(arguments, "an API key is needed: --api-key KEY, or EXOSPHERE_API_KEY; any text will do")
    option = f"--data {arguments.data}"
    with ExitStack() as opened:
        try:
            store = opened.enter_context(closing(Store(arguments.data)))
            option = f"--nodes {arguments.nodes}"
            for namespace, nodes in (json.loads(arguments.nodes.read_text()) if arguments.nodes else {}).items():
                store.register(namespace, "local", [as_registered(node) for node in nodes])
            option = f"--host {arguments.host} --port {arguments.port}"
            bound = bind(arguments.host, arguments.port)
        except (OSError, OverflowError, sqlite3.Error, ValueError, TypeError, AttributeError) as error:
            in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            advice = ". Choose another port; --port 0 picks a free one" if in_use else ""
            return _refuse(arguments, f"{option}: {error}{advice}")
        faults = Faults(validation_delay=arguments.validation_delay)
        app = application(store, api_key, faults, deque(maxlen=1000), switches=arguments.faults)
        asyncio.run(serve(app, bound, lambda server: _started(server, address(bound))))
    return 0


def _refuse(arguments: argparse.Namespace, why: str) -> int:
    sys.stderr.write(f"{arguments.prog}: {why}\n")
    return 2


def _started(server: Server, url: str) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(server.stop))
    sys.stdout.write(f"The embedded state manager listens on {url}\n")
    sys.stdout.flush()
