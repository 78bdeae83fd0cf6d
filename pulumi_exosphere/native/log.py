"""Lines for the user, in the engine's log: what a plugin prints is shown to nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import grpc

from pulumi_exosphere.reconcile.outcome import tell_through

from .protocol import engine_pb2, engine_pb2_grpc

LIMIT = 5.0
"""Seconds that the engine may take for a line; a hook never fails by one."""
_WARNING = "warning: "


class _About(threading.local):
    urn = ""


_about = _About()  # the engine's worker threads run one hook each, from its beginning to its end


@contextmanager
def about(urn: str) -> Iterator[None]:
    """Show the lines of this block under this resource."""
    _about.urn = urn
    try:
        yield
    finally:
        _about.urn = ""


def show_in_engine(address: str) -> None:
    """Show the lines of this process in the log of the engine that listens at this address."""
    engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def show(message: str) -> None:
        severity = engine_pb2.WARNING if message.startswith(_WARNING) else engine_pb2.INFO
        line = engine_pb2.LogRequest(severity=severity, message=message.removeprefix(_WARNING), urn=_about.urn)
        with suppress(grpc.RpcError):
            engine.Log(line, timeout=LIMIT)

    tell_through(show)
