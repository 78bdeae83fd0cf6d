"""Lines for the user in the engine's log, which shows them under a resource.

``protocol`` has the generated modules of the engine's protocol: the native plugin doesn't load Pulumi's SDK for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

from pulumi_exosphere.reconcile.outcome import print_line, resource, tell_through

LIMIT = 5.0
"""Seconds that the engine may take for a line; a hook never fails by one."""
_WARNING = "warning: "


def show_in_engine(address: str, protocol: Any) -> None:
    """Show the lines of this process in the log of the engine that listens at this address.

    For a plugin of our own: what it prints is shown to nobody.
    """
    log = _log(address, protocol)

    def show(message: str, urn: str) -> None:
        log(message, urn or resource())

    tell_through(show)


def show_under_resources(address: str, protocol: Any) -> None:
    """Do the same for lines about another resource; all others are printed.

    For Pulumi's plugin of dynamic providers: the engine shows what it prints, but under the stack.
    """
    log = _log(address, protocol)

    def show(message: str, urn: str) -> None:
        if not urn or not log(message, urn):
            print_line(message)

    tell_through(show)


def _log(address: str, protocol: Any) -> Callable[[str, str], bool]:
    """Return a function that logs a line under a URN, and returns whether the engine has accepted it."""
    messages, engine = protocol.engine_pb2, protocol.engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def log(message: str, urn: str) -> bool:
        severity = messages.WARNING if message.startswith(_WARNING) else messages.INFO
        line = messages.LogRequest(severity=severity, message=message.removeprefix(_WARNING), urn=urn)
        try:
            engine.Log(line, timeout=LIMIT)
        except grpc.RpcError:
            return False
        return True

    return log
