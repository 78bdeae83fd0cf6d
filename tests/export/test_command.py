from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.cli import main
from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.export.command import write
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.local.store import Store, new
from tests.support.exported import command, export, settings
from tests.support.live import put
from tests.support.nodes import NODES

FILES = {"Pulumi.yaml": "name: new\n", "graphs/analytics.py": "# ünï\n"}


def contents(folder: Path) -> dict[str, str]:
    """Return the contents of every file below a folder."""
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_everything_is_written(tmp_path: Path) -> None:
    """The folder is created, and contains the files and nothing else."""
    write(tmp_path / "new" / "folder", FILES, force=False)

    assert contents(tmp_path / "new" / "folder") == FILES


@pytest.mark.parametrize("taken", list(FILES))
def test_nothing_is_written_over(tmp_path: Path, taken: str) -> None:
    """If one file is in the way, nothing is written at all; the message names it."""
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("old")

    with pytest.raises(ConfigurationError, match=f"already contains {taken}. Choose another folder .*--force"):
        write(tmp_path, FILES, force=False)

    assert contents(tmp_path) == {taken: "old"}


def test_a_dead_link_is_in_the_way_too(tmp_path: Path) -> None:
    """A link is not followed to a place that nobody named."""
    (tmp_path / "Pulumi.yaml").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConfigurationError, match=r"already contains Pulumi\.yaml"):
        write(tmp_path, FILES, force=False)

    assert not (tmp_path / "elsewhere").exists()


def test_force_replaces(tmp_path: Path) -> None:
    """With `force`, it replaces its own files, and leaves others alone; a link is replaced, not its target."""
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / "Pulumi.yaml").symlink_to(tmp_path / "elsewhere")

    write(tmp_path, FILES, force=True)

    assert contents(tmp_path) == {**FILES, "elsewhere": "kept"}


@pytest.mark.parametrize("force", [True, False])
def test_a_folder_of_the_program_is_no_link(tmp_path: Path, force: bool) -> None:
    """Nothing is written outside of the folder, which itself may be a link."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "graphs").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "out").symlink_to(tmp_path / "real")

    with pytest.raises(ConfigurationError, match="/out/graphs is a link, and nothing is written outside of"):
        write(tmp_path / "out", FILES, force=force)

    assert contents(tmp_path) == {}
    (tmp_path / "real" / "graphs").unlink()
    write(tmp_path / "out", FILES, force=force)
    assert contents(tmp_path / "real") == FILES


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """An error of the operating system is one sentence."""
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigurationError, match=r"can't write to .*/file: File exists"):
        write(tmp_path / "file", FILES, force=True)


PING = {"node_name": "Ping", "namespace": "analytics", "identifier": "ping", "inputs": {}}
PASSWORD = "not-in-clear-anywhere"


@pytest.fixture
def graphs(state_manager: LocalStateManager) -> LocalStateManager:
    """Return a state manager with graphs in two namespaces, one of them retired."""
    put(state_manager, "analytics", "daily", {"nodes": [PING], "secrets": {"password": PASSWORD}})
    put(state_manager, "analytics", "hourly", {"nodes": [PING], "secrets": {}})
    put(state_manager, "shared", "notify", {"nodes": [PING], "secrets": {}})
    put(state_manager, "analytics", "gone", template.retired())
    state_manager.clear_requests()
    return state_manager


def test_only_the_graphs_that_were_asked_for(graphs: LocalStateManager, tmp_path: Path) -> None:
    """Names select graphs of the namespaces."""
    written = export(graphs, tmp_path / "out", ["analytics", "shared"], "--graph", "hourly", "--graph", "notify")

    assert "hourly = " in written["graphs/analytics.py"]
    assert "daily" not in "".join(written.values())
    assert "notify = " in written["graphs/shared.py"]


def test_nothing_live_is_written(graphs: LocalStateManager, tmp_path: Path) -> None:
    """One request for each namespace, and none of them writes."""
    export(graphs, tmp_path / "out", ["analytics", "shared"])

    assert [(request.method, request.path) for request in graphs.requests] == [
        ("GET", "/v0/namespace/analytics/graphs/"),
        ("GET", "/v0/namespace/shared/graphs/"),
    ]


def test_what_it_says(graphs: LocalStateManager, tmp_path: Path) -> None:
    """The output says what was written, and where to read on; in a pipe it contains nothing else."""
    out = str(tmp_path / "out")

    done = command("export", "--namespace", "analytics", "--out", out, env=settings(graphs))

    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout == (
        f"Wrote 2 graphs with 1 secret to {out}.\n"
        f"Next: {out}/README.md lists what to configure and how to take the graphs over.\n"
    )


def test_what_cannot_be_deployed_is_named(state_manager: LocalStateManager, tmp_path: Path) -> None:
    """A graph that isn't VALID is exported, and reported as such."""
    put(state_manager, "analytics", "broken", {"nodes": [{**PING, "node_name": "Ghost"}], "secrets": {}})

    done = command("export", "--namespace", "analytics", "--out", str(tmp_path / "out"), env=settings(state_manager))

    assert "Can't be deployed as exported (comments in the program say why): analytics/broken.\n" in done.stdout
    assert "# INVALID when it was exported" in (tmp_path / "out" / "graphs" / "analytics.py").read_text()


@pytest.mark.parametrize(("asked", "code"), [((), 0), (("--graph", "odd"), 1)], ids=["all", "asked for by name"])
def test_a_graph_that_cannot_be_read(tmp_path: Path, asked: tuple[str, ...], code: int) -> None:
    """One line names it and says why; it is left out, and only if it was asked for by name the export fails."""
    database = tmp_path / "state-manager.sqlite"
    with LocalStateManager(data=database) as running:
        running.register("analytics", NODES["analytics"])
        put(running, "analytics", "daily", {"nodes": [PING], "secrets": {}})
        reached = Store(database)
        odd = {"nodes": [{**PING, "inputs": {"x": {"y": "canary"}}}], "validation_status": "VALID", "secrets": {}}
        reached.insert_graph({**new("analytics", "odd"), **odd})
        reached.close()

        done = command(
            "export", "--namespace", "analytics", "--out", str(tmp_path / "out"), *asked, env=settings(running)
        )

    assert done.returncode == code
    assert "canary" not in done.stdout + done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "'odd'" in line]
    assert "inputs.x" in line
    if not asked:
        assert "left out: graph 'odd' in namespace 'analytics'" in line
        assert "daily = " in (tmp_path / "out" / "graphs" / "analytics.py").read_text()
    assert (tmp_path / "out").exists() is (not asked)


@pytest.mark.parametrize(
    ("arguments", "env", "message"),
    [
        ((), {"EXOSPHERE_API_KEY": ""}, "the API key is missing: set EXOSPHERE_API_KEY"),
        ((), {"EXOSPHERE_STATE_MANAGER_URI": ""}, "the state manager's address is missing: use --uri URL"),
        ((), {"EXOSPHERE_API_KEY": "wrong-key"}, "answered 401: "),
        (("--uri", "ftp://user:pass-word@host"), {}, "must begin with http:// or https://"),
        (("--graph", "dayly"), {}, "there is no graph 'dayly' (did you mean 'daily'?)"),
        (("--graph", "gone"), {}, "graph 'gone' is retired"),
        (("--namespace", "nowhere", "--graph", "x"), {}, "there is no graph 'x'"),
    ],
    ids=["no key", "no address", "wrong key", "no such address", "misspelt", "retired", "nowhere"],
)
def test_what_goes_wrong(
    graphs: LocalStateManager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    env: dict[str, str],
    message: str,
) -> None:
    """One sentence on standard error, status 1, no traceback, no secret, and nothing written."""
    for name, value in {**settings(graphs), **env}.items():
        monkeypatch.setenv(name, value)

    status = main(["export", "--namespace", "analytics", "--out", str(tmp_path / "out"), *arguments])

    told = capsys.readouterr()
    assert status == 1
    assert told.err.startswith("pulumi-exosphere export: ")
    assert message in told.err
    assert told.err.count("\n") == 1
    assert "wrong-key" not in told.err
    assert "pass-word" not in told.err
    assert told.out == ""
    assert not (tmp_path / "out").exists()


def test_an_empty_namespace(state_manager: LocalStateManager, tmp_path: Path) -> None:
    """Without a graph there is no program."""
    done = command("export", "--namespace", "analytics", "--out", str(tmp_path / "out"), env=settings(state_manager))

    assert done.returncode == 1
    assert done.stderr == "pulumi-exosphere export: there are no graphs in analytics: nothing to export\n"


def test_existing_files_are_kept(graphs: LocalStateManager, tmp_path: Path) -> None:
    """A second export into the same folder fails, unless `--force` allows it to replace files."""
    first = export(graphs, tmp_path / "out", ["analytics"])
    arguments = ("export", "--namespace", "analytics", "--out", str(tmp_path / "out"))

    refused = command(*arguments, env=settings(graphs))

    assert refused.returncode == 1
    assert "already contains Pulumi.yaml, README.md, " in refused.stderr
    assert export(graphs, tmp_path / "out", ["analytics"], "--force") == first


def test_the_key_is_taken_from_the_environment_alone() -> None:
    """There is no option for it: other users of the machine can see the command line."""
    done = command("export", "--namespace", "analytics", "--api-key", "x")

    assert done.returncode == 2
    assert "unrecognized arguments: --api-key" in done.stderr


def test_help_teaches() -> None:
    """Help shows whole commands, and their results."""
    done = command("export", "--help")

    assert "pulumi-exosphere export --namespace analytics --out analytics-graphs" in done.stdout
    assert "pulumi preview " in done.stdout
    assert "exosphere:adopt" not in done.stdout
    assert "EXOSPHERE_API_KEY" in done.stdout


def test_progress_on_a_terminal(graphs: LocalStateManager, tmp_path: Path) -> None:
    """A terminal shows the progress; the output in a pipe stays the same."""
    pty = pytest.importorskip("pty", reason="Windows has none")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [
            Path(sysconfig.get_path("scripts"), "pulumi-exosphere"),
            *("export", "--namespace", "analytics", "--out", str(tmp_path / "out")),
        ],
        env={**os.environ, **settings(graphs), "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    shown = _everything(ours)
    out, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "formatting the program" in shown
    assert out.startswith("Wrote 2 graphs")


def _everything(terminal: int) -> str:
    """Return what is written to a terminal until its last writer has closed it."""
    read = b""
    try:
        while chunk := os.read(terminal, 4096):
            read += chunk
    except OSError:  # how Linux reports the end
        pass
    finally:
        os.close(terminal)
    return read.decode()
