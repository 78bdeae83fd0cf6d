"""The gRPC server of the plugin, which ends with the engine."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc

from pulumi_exosphere.provider.engine_log import show_in_engine
from pulumi_exosphere.provider.process import GRACE, THREADS, WATCH
from pulumi_exosphere.reconcile.waiting import cancelled

from . import protocol
from .servicer import Servicer

LARGEST = 400 * 1024 * 1024
"""Bytes of a message, as Pulumi's own processes have it: a state manager takes graphs of 16 MB."""


def serve(parent: int) -> None:
    """Serve the hooks until the engine, which the process ``parent`` is, ends this process or is gone.

    The engine gives its own address as the only argument, and reads the port from the first line that is printed.
    """
    sizes = [(f"grpc.max_{way}_message_length", LARGEST) for way in ("receive", "send")]
    server = grpc.server(ThreadPoolExecutor(max_workers=THREADS), options=sizes)
    protocol.provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    show_in_engine(sys.argv[-1], protocol)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()
    server.wait_for_termination()


def _end_with_parent(parent: int) -> None:
    """End the waits, and then the process, once the process that started it has gone: it may have been killed."""
    while os.getppid() == parent:
        time.sleep(WATCH)
    cancelled.set()
    time.sleep(GRACE)
    os._exit(1)
