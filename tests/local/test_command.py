"""`python -m pulumi_exosphere.local`, in a process of its own: started, called, stopped and killed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from pulumi_exosphere import cli
from tests.local.talk import GRAPH, GRAPHS, KEY, body, cron, node

COMMAND = [sys.executable, "-m", "pulumi_exosphere.local"]


@contextmanager
def started(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Start the command on a free port, and yield it with a client that has its key; kill it if it still runs."""
    command = [*COMMAND, "--port", "0", "--api-key", KEY, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = re.fullmatch(r".* (http://127\.0\.0\.1:\d+)\n", line)
            assert address, line
            with httpx.Client(base_url=address[1], headers={"x-api-key": KEY}) as client:
                yield process, client
        finally:
            process.kill()


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command without a server."""
    env = {**os.environ, **environment}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, env=env
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_when_asked(number: signal.Signals) -> None:
    """It prints its address in one line, serves, and ends silently, even while a client is connected."""
    with started() as (process, http):
        assert http.get("/health").status_code == 200
        process.send_signal(number)
        assert process.wait(20) == 0
        assert process.stdout is not None
        assert process.stdout.read() == ""


def test_help() -> None:
    """`--help` says how to point a program at it, and how to register nodes."""
    told = run("--help")
    assert told.returncode == 0
    for word in ("EXOSPHERE_STATE_MANAGER_URI", "--nodes", "/local/cron-rows", "--data", "--validation-delay"):
        assert word in told.stdout


def test_a_command_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """`pulumi-exosphere local` is the same command."""
    with pytest.raises(SystemExit):
        cli.main(["local", "--help"])
    assert "EXOSPHERE_STATE_MANAGER_URI" in capsys.readouterr().out


def test_without_a_key() -> None:
    """A key is required if the environment has none either."""
    refused = run("--port", "0")
    assert refused.returncode == 2
    assert "--api-key KEY, or EXOSPHERE_API_KEY" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "/nowhere/data.db"], "No such file"),
        (["--nodes", "/nowhere/nodes.json"], "No such file"),
        (["--host", "203.0.113.1"], "assign"),
        (["--port", "70000"], "0-65535"),
    ],
    ids=["data", "nodes", "host", "port"],
)
def test_what_can_not_be_used(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An argument that can't be used is reported in one line."""
    assert cli.main(["local", "--port", "0", "--api-key", KEY, *arguments]) == 2
    refused = capsys.readouterr().err
    assert words in refused
    assert refused.count("\n") == 1


def test_a_port_in_use() -> None:
    """The error says so, and how to get a free port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = run("--port", str(port), "--api-key", KEY)
    assert refused.returncode == 2
    assert f"--port {port}: " in refused.stderr
    assert refused.stderr.endswith("Choose another port; --port 0 picks a free one\n")


def test_data_that_is_something_else(tmp_path: Path) -> None:
    """A file with other contents is also reported, and left alone."""
    other = tmp_path / "notes.txt"
    other.write_text("not a database, and long enough to be sure of it" * 40)
    other.chmod(0o644)
    refused = run("--port", "0", "--api-key", KEY, "--data", other)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "not a database" in refused.stderr
    assert other.read_text().startswith("not a database")
    assert other.stat().st_mode & 0o777 == 0o644


def test_nodes_from_a_file(tmp_path: Path) -> None:
    """Nodes can be registered at the start."""
    path = tmp_path / "nodes.json"
    path.write_text(json.dumps({"analytics": [{"name": "Extract", "inputs": ["source"]}]}))
    with started("--nodes", path) as (_, http):
        assert http.get("/v0/namespaces").json() == {"namespaces": ["analytics"], "count": 1}


def test_faults_only_when_asked() -> None:
    """Without `--faults` no client can cause faults; rows and requests can always be read."""
    with started() as (_, http):
        assert http.get("/local/faults").status_code == 404
        assert http.get("/local/cron-rows").json() == {"cron_rows": [], "count": 0}
        assert http.get("/local/requests").json() == {"requests": [], "count": 0}
    with started("--faults") as (_, http):
        http.patch("/local/faults", json={"answers": [{"status": 503}]})
        assert http.get("/health").status_code == 503


def test_killed_during_validation(tmp_path: Path) -> None:
    """A graph whose validation died with the process stays PENDING until its next PUT, and has no rows."""
    data = tmp_path / "data.db"
    with started("--data", data, "--validation-delay", "60") as (process, http):
        http.put("/v0/namespace/analytics/nodes/", json={"runtime_name": "r", "nodes": [_FREE]})
        free = body(node(node_name="Free"), triggers=cron("@daily"))
        assert http.put(GRAPH, json=free).status_code == 201
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    with started("--data", data) as (_, http):
        assert http.get(GRAPH).json()["validation_status"] == "PENDING"
        assert http.get("/local/cron-rows").json()["count"] == 0
        http.put(GRAPH, json=free)
        while http.get(GRAPH).json()["validation_status"] == "PENDING":
            pass
        assert http.get(GRAPH).json()["validation_status"] == "VALID"
        assert http.get("/local/cron-rows").json()["count"] == 1


def test_killed_while_writing(tmp_path: Path) -> None:
    """Killed at any moment, it keeps everything that it answered with 201, complete, and no secret in its file."""
    data = tmp_path / "data.db"
    answered: list[tuple[str, int]] = []
    with started("--data", data) as (process, http):
        http.put("/v0/namespace/analytics/nodes/", json={"runtime_name": "r", "nodes": [_FREE]})
        enough = threading.Event()

        def write(graph: str) -> None:
            with httpx.Client(base_url=http.base_url, headers=http.headers) as client:
                for version in range(1000):
                    nodes = [
                        node(f"n{i}", "Free", next_nodes=[f"n{i + 1}"] if i < version % 7 else [])
                        for i in range(version % 7 + 1)
                    ]
                    sent = body(*nodes, secrets={"password": "hunter2"}, retry_policy={"max_retries": version})
                    try:
                        client.put(f"/v0/namespace/analytics/graph/{graph}", json=sent).raise_for_status()
                    except httpx.TransportError:
                        return
                    answered.append((graph, version))
                    if len(answered) > 100:
                        enough.set()

        writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        process.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.join()
    last = dict(answered)
    with started("--data", data) as (_, http):
        templates = {template["name"]: template for template in http.get(GRAPHS).json()["templates"]}
        assert templates.keys() == last.keys()
        for name, template in templates.items():
            version = template["retry_policy"]["max_retries"]
            assert version in {last[name], last[name] + 1}
            assert len(template["nodes"]) == version % 7 + 1
    assert not any(b"hunter2" in file.read_bytes() for file in tmp_path.iterdir())


_FREE = {"name": "Free", "inputs_schema": {}, "outputs_schema": {}, "secrets": []}
