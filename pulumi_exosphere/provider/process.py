"""The plugin process that the hooks run in, which all Python dynamic providers of a program share.

Pulumi serves every hook of the process with four threads and ignores the engine's Cancel, so four hooks that wait would
block all others, and Ctrl-C. `prepare` gives our own hooks threads of their own and lets Cancel end their waits;
other providers' hooks keep the four threads, and everything else that Pulumi does on Cancel still happens. It relies on
private parts of Pulumi's plugin and of gRPC; if they have moved, nothing happens.
"""

from __future__ import annotations

import base64
import binascii
import gc
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from importlib import import_module
from types import FrameType
from typing import Any

import grpc

from .engine_log import show_under_resources

THREADS = 128
"""The most hooks of ours that run at once: more than the engine asks for by default. Started only when needed."""

WATCH = 1.0
"""Seconds between two checks that the engine is still there."""
_WATCHER = "exosphere-engine"
GRACE = 5.0
"""Seconds that hooks have to end after their engine is gone."""


def prepare() -> bool:
    """Set up threads and cancellation, once for each process; return whether all of it worked."""
    try:
        state = _server()._state  # noqa: SLF001  # no public way leads to it
        if isinstance(getattr(state, "exosphere", None), OwnThreads):
            return True
        state.exosphere = OwnThreads(state.thread_pool, state.interceptor_pipeline)
        state.interceptor_pipeline = state.exosphere
        host, _, port = sys.argv[-1].rpartition(":")
        _watch((host, int(port)))
        show_under_resources(sys.argv[-1], import_module("pulumi.runtime.proto"))
    except (AttributeError, TypeError, ValueError):
        return False
    return True


class OwnThreads:
    """A gRPC interceptor pipeline in front of the plugin's: our hooks run on our threads, all others as before."""

    def __init__(self, theirs: ThreadPoolExecutor, pipeline: Any) -> None:
        self._theirs = theirs
        self._pipeline = pipeline
        self._ours = ThreadPoolExecutor(THREADS, thread_name_prefix="exosphere")
        # One more, so that Cancel is served while every other thread waits.
        self._cancel = ThreadPoolExecutor(1, thread_name_prefix="exosphere-cancel")

    def execute(self, find: Callable[[Any], Any], call: Any) -> Any:
        """Return the plugin's handler of a call, on the threads that it belongs to."""
        handler = self._pipeline.execute(find, call) if self._pipeline is not None else find(call)
        behavior = getattr(handler, "unary_unary", None)
        if behavior is None:
            return handler
        cancels = call.method.endswith("/Cancel")

        def routed(request: Any, context: Any) -> Any:
            if cancels:
                _end_waits()
            if cancels or _is_ours(request):
                return behavior(request, context)
            return self._theirs.submit(copy_context().run, behavior, request, context).result()

        routed.experimental_thread_pool = self._cancel if cancels else self._ours  # type: ignore[attr-defined]
        return grpc.unary_unary_rpc_method_handler(routed, handler.request_deserializer, handler.response_serializer)


def show_in_one_line(error: Exception) -> None:
    """Make Pulumi show the error that this thread's hook is about to raise as its message alone, with no traceback."""
    line = "".join(traceback.format_exception_only(error)).strip()
    for call in _calls(sys._getframe()):  # noqa: SLF001
        with suppress(AttributeError):
            call["context"].abort = partial(_abort, call["context"].abort, line)


def calling_resource() -> str:
    """Return the URN of the resource whose hook this thread runs; an empty string if it can't be known."""
    return next((str(getattr(call["request"], "urn", "")) for call in _calls(sys._getframe())), "")  # noqa: SLF001


def _abort(abort: Callable[[Any, str], None], line: str, code: Any, _details: str) -> None:
    abort(code, line)


def _calls(frame: FrameType | None) -> Iterator[Mapping[str, Any]]:
    """Yield the call that a frame of Pulumi's plugin works on, as its ``request`` and ``context``."""
    while frame is not None:
        plugin = "DynamicResourceProviderServicer" in frame.f_globals and frame.f_globals.get("__name__") == "__main__"
        if plugin and {"request", "context"} <= set(frame.f_locals):  # Python 3.13 has no set of its keys.
            yield frame.f_locals
            return
        frame = frame.f_back


def _is_ours(request: Any) -> bool:
    """Return whether a request is about a resource of this package: its pickled provider names our module."""
    for name in ("news", "olds", "properties"):
        bag = getattr(request, name, None)
        if bag is not None and "__provider" in bag.fields:
            with suppress(binascii.Error, ValueError):
                return b"pulumi_exosphere." in base64.b64decode(bag.fields["__provider"].string_value)
    return False


def _end_waits() -> None:
    from pulumi_exosphere.reconcile.waiting import cancelled

    cancelled.set()


def _watch(engine: tuple[str, int]) -> None:
    """End our waits when nothing listens at the engine's address any more, and the process when no hook runs."""

    def watch() -> None:
        while _listens(engine) or _listens(engine):
            time.sleep(WATCH)
        _end_waits()
        time.sleep(GRACE)
        while any(any(_calls(frame)) for frame in _frames().values()):  # of all hooks
            time.sleep(WATCH)
        os._exit(1)

    if not any(thread.name == _WATCHER for thread in threading.enumerate()):
        threading.Thread(target=watch, name=_WATCHER, daemon=True).start()


def _listens(engine: tuple[str, int]) -> bool:
    try:
        socket.create_connection(engine, timeout=GRACE).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # The machine is too busy, or out of a resource: that proves nothing.
    return True


def _frames() -> dict[int, FrameType]:
    """Return the frame of each thread.

    Python 3.11 and older deadlock if they collect garbage in the middle of it, so the collector is off for that moment.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()  # noqa: SLF001
    finally:
        if collects:
            gc.enable()


def _server() -> Any:
    """Return the gRPC server, which is a local variable of the plugin's `main`."""
    if not hasattr(sys.modules.get("__main__"), "DynamicResourceProviderServicer"):
        raise AttributeError
    frame = _frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        if frame.f_code.co_name == "main" and "server" in frame.f_locals:
            return frame.f_locals["server"]
        frame = frame.f_back
    raise AttributeError
