"""The private parts of Pulumi's plugin process, in the real one: these tests say so when a new version moved them."""

from __future__ import annotations

import socket
import subprocess
import sys

from pulumi_exosphere.provider.process import SELDOM

PLUGIN = """
import gc, runpy, sys, threading, time
from pulumi_exosphere.provider.plugin import prepare
from pulumi_exosphere.reconcile.waiting import cancelled

def later():
    for _ in range(200):
        if done := prepare():
            break
        time.sleep(0.05)
    main = sys.modules["__main__"]
    threads = getattr(main, "DynamicResourceProviderServicer").Cancel(None, None, None)
    print("prepared" if done else "moved", cancelled.is_set(), gc.get_threshold()[0], file=sys.stderr, flush=True)

threading.Thread(target=later, daemon=True).start()
runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
"""


def test_private_parts() -> None:
    """Cancel can be made to end waits, more threads can be had, and the process ends once its engine is gone."""
    with socket.create_server(("127.0.0.1", 0)) as engine:
        address = f"127.0.0.1:{engine.getsockname()[1]}"
        plugin = subprocess.Popen(
            [sys.executable, "-c", PLUGIN, address], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            assert plugin.stderr is not None
            assert plugin.stderr.readline().decode().split() == ["prepared", "True", str(SELDOM)]
            engine.close()
            plugin.wait(60)
        finally:
            plugin.kill()
            plugin.communicate()
    assert plugin.returncode == 1
