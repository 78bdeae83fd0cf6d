"""Runs the application on a socket of its own, until it is stopped."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.applications import Starlette


def bind(host: str, port: int) -> socket.socket:
    """Bind an address; port 0 picks a free one. Raises OSError if it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With an explicit protocol, because only then asyncio switches Nagle's delay off (40 ms per answer).
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # A server that was just stopped leaves connections behind, which would block the port for a minute.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except BaseException:
        bound.close()
        raise
    return bound


def address(bound: socket.socket) -> str:
    """Return the URL of a bound socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Uvicorn that reports when it is ready, and leaves signals to the process that started it."""

    def __init__(self, app: Starlette, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="critical",
                access_log=False,
                lifespan="off",
                ws="none",
                server_header=False,
                date_header=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=1,
            )
        )
        self._app = app
        self._ready = ready
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Stop it; only from its own thread."""
        self.should_exit = True
        self._stopping.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none: a server in a thread gets no signals, and the command handles its own."""
        yield

    async def main_loop(self) -> None:
        """Serve until `stop`, which plain uvicorn would notice a tenth of a second later."""
        self._ready()
        ticking = asyncio.create_task(super().main_loop())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ticking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ticking, stopping):
            task.cancel()
        self._app.state.validations.stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close it, and end when all is closed; plain uvicorn first waits a tenth of a second in any case."""
        closing = asyncio.create_task(super().shutdown(sockets))
        await asyncio.sleep(0)
        open_ = self.server_state
        while not closing.done() and (open_.connections or open_.tasks):  # noqa: ASYNC110  # uvicorn has no event for it
            await asyncio.sleep(0.001)
        closing.cancel()
        with suppress(asyncio.CancelledError):
            await closing


async def serve(app: Starlette, bound: socket.socket, started: Callable[[Server], None]) -> None:
    """Serve until the server that `started` receives is stopped."""
    server = Server(app, lambda: started(server))
    await server.serve(sockets=[bound])
