"""A Pulumi project in a folder of its own: a program, a stack, a file backend, and the real CLI to run on them."""

from __future__ import annotations

import json
import os
import re
import shutil
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.native_program import SDK, native
from tests.support.pulumi_cli import Result, environment, run

STACK = "test"
_VALUES_LOGGED = re.compile(r"(Unm|M)arshaling property for RPC\[|Planner decided to ")
_SETTINGS = "name: {name}\nruntime:\n  name: python\n"


class Project:
    """A program and its stack, below ``folder``.

    ``program`` is the text of a `__main__.py` or of a `Pulumi.yaml`, or the folder of a program, which is copied.
    ``env`` is added to an environment without Pulumi's or Exosphere's settings. With ``on_plugin``, what a program in
    Python declares by this package is declared as resources of the native plugin.
    """

    def __init__(
        self, folder: Path, program: str | Path, env: Mapping[str, str] | None = None, *, on_plugin: bool = False
    ) -> None:
        self.folder = folder / "program"
        """The folder of the program; more modules can be written beside it."""
        self.backend = folder / "backend"
        self._events = folder / "events.json"
        self._home = folder / "home"
        for made in (self.backend, self._home):
            made.mkdir(parents=True)
        self.env = {
            "PULUMI_BACKEND_URL": self.backend.as_uri(),
            "PULUMI_HOME": str(self._home),
            **(env or {}),
        }
        """Added to the cleaned environment; it may be changed between two runs."""
        self.on_plugin = on_plugin
        """It may be changed before another program is set."""
        self.program = program
        self.pulumi("stack", "init", STACK).check()

    @property
    def program(self) -> str | Path:
        """The current program. Set another one to change what the next run runs."""
        return self._program

    @program.setter
    def program(self, program: str | Path) -> None:
        self._program = program
        if isinstance(program, Path):
            shutil.copytree(program, self.folder, dirs_exist_ok=True)
        elif program.startswith("name: "):
            self.write("Pulumi.yaml", program)
        else:
            self.write("__main__.py", native(program) if self.on_plugin else program)
            if self.on_plugin:
                shutil.copy(SDK, self.folder)
        if not (self.folder / "Pulumi.yaml").exists():
            self.write("Pulumi.yaml", _SETTINGS.format(name="test-project"))
        # Python would use the compiled code of a module that has the same size and was changed within the same second.
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)

    def write(self, name: str, text: str) -> None:
        """Write a file beside the program."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(textwrap.dedent(text))

    def preview(self, *arguments: str) -> Result:
        """Preview what an `up` would do."""
        return self._engine("preview", *arguments)

    def up(self, *arguments: str) -> Result:
        """Deploy what the program wants, after a preview unless `--skip-preview` is given."""
        return self._engine("up", "--yes", *arguments)

    def refresh(self, *arguments: str) -> Result:
        """Read what is live into the state (with `--preview-only`: report what would change)."""
        return self._engine("refresh", *(() if "--preview-only" in arguments else ("--yes",)), *arguments)

    def destroy(self, *arguments: str) -> Result:
        """Delete everything in the stack."""
        return self._engine("destroy", "--yes", *arguments)

    def verbosely(self, command: str) -> tuple[Result, list[str]]:
        """Run `up`, `refresh` or `destroy` with the most verbose log.

        Its messages are returned too, except for those in which the engine itself logs a resource's inputs, in clear.
        The log goes to a file: on standard error, its lines would be mixed with those of the display.
        """
        logs = self.folder.parent / "logs"
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir()
        before, self.env = self.env, {**self.env, "TMPDIR": str(logs)}
        try:
            result: Result = getattr(self, command)("--skip-preview", "--logflow", "-v=9")
        finally:
            self.env = before
        (file,) = (path for path in logs.glob("pulumi.*") if not path.is_symlink())
        messages = [json.loads(line)["msg"] for line in file.read_text().splitlines() if line.startswith("{")]
        return result, [message for message in messages if not _VALUES_LOGGED.match(message)]

    def config_set(self, key: str, value: str, *, secret: bool = False) -> None:
        """Set a key of the stack's configuration, `exosphere:namespace` for example."""
        self.pulumi(
            "config", "set", "--stack", STACK, "--secret" if secret else "--plaintext", key, "--", value
        ).check()

    def export(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """Return the stack's state."""
        arguments = ("stack", "export", "--stack", STACK, *(("--show-secrets",) if show_secrets else ()))
        state: dict[str, Any] = json.loads(self.pulumi(*arguments).check().output)
        return state

    def break_export(self) -> None:
        """Let `pulumi stack export` fail from now on, when the provider runs it too."""
        shim, path = self.folder.parent / "shim", environment()["PATH"]
        shim.mkdir()
        real = shutil.which("pulumi", path=path)
        (shim / "pulumi").write_text(f'#!/bin/sh\ncase "$*" in *"stack export"*) exit 1;; esac\nexec "{real}" "$@"\n')
        (shim / "pulumi").chmod(0o755)
        self.env["PATH"] = os.pathsep.join([str(shim), path])

    def resources(self, *, show_secrets: bool = False) -> dict[str, dict[str, Any]]:
        """Return the state of each resource by its name in the program, without the stack and the provider."""
        found = self.export(show_secrets=show_secrets)["deployment"].get("resources", [])
        return {
            resource["urn"].rpartition("::")[2]: resource
            for resource in found
            if not resource["type"].startswith("pulumi:")
        }

    def outputs(self) -> dict[str, Any]:
        """Return the program's outputs, secrets included."""
        arguments = ("stack", "output", "--stack", STACK, "--json", "--show-secrets")
        exported: dict[str, Any] = json.loads(self.pulumi(*arguments).check().output)
        return exported

    def holding(self, value: str) -> list[Path]:
        """Return the files written by Pulumi (state, its backups, history, logs) that contain ``value`` in clear."""
        files = [path for root in (self.backend, self._home) for path in root.rglob("*") if path.is_file()]
        return [path for path in (*files, self._events) if path.exists() and value.encode() in path.read_bytes()]

    def pulumi(self, *arguments: str, limit: float | None = None) -> Result:
        """Run any other command."""
        return self._run(*arguments, limit=limit)

    def _engine(self, *arguments: str) -> Result:
        return self._run(*arguments, "--stack", STACK, event_log=self._events)

    def _run(self, *arguments: str, limit: float | None = None, event_log: Path | None = None) -> Result:
        bounded = {} if limit is None else {"limit": limit}
        return run(*arguments, folder=self.folder, env=environment(**self.env), event_log=event_log, **bounded)
