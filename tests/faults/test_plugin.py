"""The private parts of Pulumi's plugin process, in the real one: these tests fail if a new version moved them."""

from __future__ import annotations

import socket
import subprocess
import sys

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

PLUGIN = """
import runpy, sys, threading, time
from pulumi_exosphere.provider.process import prepare
from pulumi_exosphere.reconcile.waiting import cancelled

def later():
    for _ in range(200):
        if done := prepare():
            break
        time.sleep(0.05)
    print("prepared" if done else "moved", file=sys.stderr, flush=True)
    print("cancelled" if cancelled.wait(60) else "not cancelled", file=sys.stderr, flush=True)

threading.Thread(target=later, daemon=True).start()
runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
"""


def test_private_parts() -> None:
    """The engine's Cancel ends our waits and gets a response, and the process ends once its engine is gone."""
    with socket.create_server(("127.0.0.1", 0)) as engine:
        address = f"127.0.0.1:{engine.getsockname()[1]}"
        plugin = subprocess.Popen(
            [sys.executable, "-c", PLUGIN, address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            assert plugin.stdout is not None
            assert plugin.stderr is not None
            port = int(plugin.stdout.readline())
            assert plugin.stderr.readline().strip() == "prepared"
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                answer = provider_pb2_grpc.ResourceProviderStub(channel).Cancel(empty_pb2.Empty(), timeout=60)
            assert answer == empty_pb2.Empty()
            assert plugin.stderr.readline().strip() == "cancelled"
            engine.close()
            plugin.wait(60)
        finally:
            plugin.kill()
            plugin.communicate()
    assert plugin.returncode == 1
