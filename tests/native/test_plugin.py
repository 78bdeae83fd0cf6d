"""The process `pulumi-resource-exosphere`, as the engine starts and ends it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_exosphere.version import __version__

LIMIT = 30.0
"""Seconds for an operation that takes one or two."""
NOBODY = "127.0.0.1:9"


@pytest.fixture
def plugin() -> Iterator[subprocess.Popen[str]]:
    """Start the console script, as the engine starts it."""
    script = shutil.which("pulumi-resource-exosphere", path=sysconfig.get_path("scripts"))
    assert script is not None
    with subprocess.Popen([script, NOBODY], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def port_of(process: subprocess.Popen[str]) -> int:
    """Return the port that the plugin prints."""
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_answers_until_it_is_ended(plugin: subprocess.Popen[str]) -> None:
    """It prints its port, responds there, and ends at once, silently, when the engine no longer needs it."""
    with grpc.insecure_channel(f"127.0.0.1:{port_of(plugin)}") as channel:
        info = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty(), timeout=LIMIT)
    assert info.version == __version__
    plugin.send_signal(signal.SIGINT)
    assert plugin.wait(LIMIT) == 0


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_tells_a_user_what_it_is(option: str) -> None:
    """Someone who runs it by hand gets an answer, not a server that waits."""
    script = shutil.which("pulumi-resource-exosphere", path=sysconfig.get_path("scripts"))
    assert script is not None
    done = subprocess.run([script, option], capture_output=True, text=True, check=True, timeout=LIMIT)
    assert __version__ in done.stdout
    assert "`pulumi-exosphere`" in done.stdout


def test_ends_with_its_parent(tmp_path: os.PathLike[str]) -> None:
    """A killed engine leaves no plugin behind."""
    script = shutil.which("pulumi-resource-exosphere", path=sysconfig.get_path("scripts"))
    start = f"import subprocess, sys; p = subprocess.Popen([{script!r}, {NOBODY!r}], stdout=sys.stdout); p.wait()"
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, text=True) as parent:
        port_of(parent)
        parent.kill()
        assert parent.stdout is not None
        assert parent.stdout.read() == ""  # It ends once all processes, the plugin too, have ended.
