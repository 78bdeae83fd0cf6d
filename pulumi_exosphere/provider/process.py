"""The process that the hooks run in: the private parts of Pulumi's plugin that they rely on, and its garbage collector.

Pulumi serves the hooks with four threads and ignores the engine's Cancel, so that Ctrl-C would wait for every hook that
waits. Where these private parts have moved, nothing happens.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SELDOM = 20_000
"""Objects made between two collections. Pulumi makes five hundred for each resource, and holds all of them until
it is registered, so that with Python's own threshold (700, later 2,000) a third of the time of a program with hundreds
of graphs goes into looking for garbage that isn't there."""


def collect_seldom() -> None:
    """Collect every `SELDOM` objects at the most; who has chosen a threshold above that, or none, keeps it."""
    first, *others = gc.get_threshold()
    if 0 < first < SELDOM:
        gc.set_threshold(SELDOM, *others)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """As `collect_seldom`, until the block ends; a threshold that somebody chooses meanwhile stays."""
    before = gc.get_threshold()
    collect_seldom()
    meanwhile = gc.get_threshold()
    try:
        yield
    finally:
        if gc.get_threshold() == meanwhile:
            gc.set_threshold(*before)


THREADS = 128
"""More than the engine asks for at once; a thread is only started when one is needed."""


WATCH = 1.0
"""Seconds between two looks at whether the engine is still there."""
_WATCHER = "exosphere-engine"
GRACE = 5.0
"""Seconds for hooks whose engine is gone to come to an end."""


def prepare() -> bool:
    """Do all of it, once for each process; says whether all could be done."""
    module = sys.modules.get("__main__")
    servicer = getattr(module, "DynamicResourceProviderServicer", None)
    try:
        servicer.Cancel.__code__ = _cancel.__code__  # type: ignore[union-attr]  # the server holds the function itself
        pool = _server()._state.thread_pool  # noqa: SLF001  # no public way leads to it
        pool._max_workers = max(pool._max_workers, THREADS)  # noqa: SLF001
        host, _, port = sys.argv[-1].rpartition(":")
        _watch((host, int(port)))
        collect_seldom()
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def _watch(engine: tuple[str, int]) -> None:
    """End the waits, and then the process, once nobody listens at the engine's address any more."""

    def watch() -> None:
        from pulumi_exosphere.reconcile.waiting import cancelled

        while _listens(engine) or _listens(engine):
            time.sleep(WATCH)
        cancelled.set()
        time.sleep(GRACE)
        os._exit(1)

    if not any(thread.name == _WATCHER for thread in threading.enumerate()):
        threading.Thread(target=watch, name=_WATCHER, daemon=True).start()


def _listens(engine: tuple[str, int]) -> bool:
    try:
        socket.create_connection(engine, timeout=GRACE).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # too busy, or out of something: that says nothing
    return True


def _server() -> Any:
    """The gRPC server, which is a local variable of the plugin's `main`."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)  # noqa: SLF001
    while frame is not None:
        if frame.f_code.co_name == "main" and "server" in frame.f_locals:
            return frame.f_locals["server"]
        frame = frame.f_back
    raise AttributeError


def _cancel(self: Any, request: Any, context: Any) -> Any:  # noqa: ARG001  # takes the place of the servicer's Cancel
    # It runs with the globals of the plugin's module, so everything is imported here.
    from google.protobuf import empty_pb2

    from pulumi_exosphere.reconcile.waiting import cancelled

    cancelled.set()
    return empty_pb2.Empty()
