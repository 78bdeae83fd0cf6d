"""The CLI and the language hosts, built with Go from the pinned module files beside this one.

Each has its own module: the last SDK module that still contains Python's language host is much older than the CLI, and
the two don't resolve together. All come as Go modules, so only Go and a module proxy are needed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.pulumi import programs
from tools.pulumi.progress import say, watch

HERE = Path(__file__).parent
CLI_MODULE = HERE / "cli"
LANGUAGE_HOST_MODULE = HERE / "language-python"

SDK = "github.com/pulumi/pulumi/sdk/v3"
CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
LANGUAGE_HOST_PACKAGE = f"{SDK}/python/cmd/pulumi-language-python"
SCRIPT_FOLDERS = {"pulumi-language-python-exec": "python/cmd", "pulumi-resource-pulumi-python": "python/dist"}

YAML_HOST = "pulumi-language-yaml"
YAML_HOST_MODULE = HERE / "language-yaml"
YAML = "github.com/pulumi/pulumi-yaml"
"""The module of YAML's language host. Pulumi's own release includes it; only tests of other languages need it."""

NODEJS_HOST = "pulumi-language-nodejs"
NODEJS_HOST_MODULE = HERE / "language-nodejs"
"""From the last SDK module that contains Node's language host; it runs programs, and generates no SDKs."""

FLAGS = ("-mod=readonly", "-buildvcs=false", "-trimpath")
STRIPPED = "-s -w"
"""Without symbols for a debugger: a third less to link and to store."""

LIMIT = 3600.0
"""Seconds for one program. A slow machine with an empty cache needs a sixth of it."""


def pinned(package: str, module: Path = CLI_MODULE) -> str:
    """Return the version of ``package`` that ``module``'s go.mod requires, such as ``v3.259.0``."""
    match = re.search(rf"^\s*{re.escape(package)} (v\S+)", (module / "go.mod").read_text(), re.MULTILINE)
    if match is None:
        raise RuntimeError(f"{module}/go.mod doesn't require {package}")
    return match[1]


def name() -> str:
    """Return this build's name in the cache: the version, and a hash of everything that goes into it."""
    return f"pulumi-{pinned(SDK).removeprefix('v')}-{_hash(CLI_MODULE, LANGUAGE_HOST_MODULE)}"


def yaml_name() -> str:
    """Return the name of YAML's language host."""
    return f"yaml-{pinned(YAML, YAML_HOST_MODULE).removeprefix('v')}-{_hash(YAML_HOST_MODULE)}"


def nodejs_name() -> str:
    """Return the name of Node's language host."""
    return f"nodejs-{pinned(SDK, NODEJS_HOST_MODULE).removeprefix('v')}-{_hash(NODEJS_HOST_MODULE)}"


def _hash(*modules: Path) -> str:
    digest = hashlib.sha256(repr((FLAGS, STRIPPED, platform.system(), platform.machine())).encode())
    for module in modules:
        for file in ("go.mod", "go.sum"):
            digest.update((module / file).read_bytes())
    return digest.hexdigest()[:12]


def missing_go() -> str | None:
    """Return None if a Go that can build it is on PATH, otherwise what is missing."""
    needed = re.search(r"^go (\S+)", (CLI_MODULE / "go.mod").read_text(), re.MULTILINE)
    assert needed is not None
    go = shutil.which("go")
    if go is None:
        return f"Go {needed[1]} or later is not on PATH"
    found = _output(["go", "env", "GOVERSION"]).removeprefix("go")
    if _numbers(found) < _numbers(needed[1]):
        return f"Go {needed[1]} or later is required, but {go} is {found}"
    return None


def fill(folder: Path) -> None:
    """Build all programs into ``folder``.

    Raises:
        RuntimeError: it failed; the message contains Go's last lines.
    """
    say("Building the Pulumi CLI with Go. This takes up to ten minutes, once: later runs use the cache.")
    version = pinned(SDK)
    _build(CLI_MODULE, CLI_PACKAGE, folder / programs.CLI, f"-X {SDK}/go/common/version.Version={version}")
    host_version = pinned(SDK, LANGUAGE_HOST_MODULE)
    host_flags = f"-X {SDK}/go/common/version.Version={host_version}"
    _build(LANGUAGE_HOST_MODULE, LANGUAGE_HOST_PACKAGE, folder / programs.LANGUAGE_HOST, host_flags)
    source = Path(_output(["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK], CLI_MODULE))
    for script, where in SCRIPT_FOLDERS.items():
        shutil.copyfile(source / where / script, folder / script)
        (folder / script).chmod(0o755)


def fill_yaml(folder: Path) -> None:
    """Build YAML's language host into ``folder``.

    Raises:
        RuntimeError: it failed; the message contains Go's last lines.
    """
    say("Building the language host for YAML programs with Go. This takes two minutes, once: later runs use the cache.")
    version = pinned(YAML, YAML_HOST_MODULE)
    package = f"{YAML}/cmd/{YAML_HOST}"
    _build(YAML_HOST_MODULE, package, folder / YAML_HOST, f"-X {YAML}/pkg/version.Version={version}", version)


def fill_nodejs(folder: Path) -> None:
    """Build Node's language host into ``folder``.

    Raises:
        RuntimeError: it failed; the message contains Go's last lines.
    """
    say("Building the language host for TypeScript with Go. This takes two minutes, once: later runs use the cache.")
    version = pinned(SDK, NODEJS_HOST_MODULE)
    package = f"{SDK}/nodejs/cmd/{NODEJS_HOST}"
    _build(NODEJS_HOST_MODULE, package, folder / NODEJS_HOST, f"-X {SDK}/go/common/version.Version={version}")


def _build(module: Path, package: str, target: Path, flags: str, version: str = "") -> None:
    say(f"  {target.name} {version or pinned(SDK, module)}")
    command = ["go", "build", "-v", *FLAGS, "-ldflags", f"{STRIPPED} {flags}", "-o", str(target), package]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=module, env=_environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )

        def lines() -> list[str]:
            return os.pread(output.fileno(), 1 << 24, 0).decode(errors="replace").splitlines()

        def progress() -> str:
            downloaded = sum(line.startswith("go: downloading") for line in lines())
            return f"{target.name}: {downloaded} modules downloaded, {len(lines()) - downloaded} packages compiled"

        try:
            status = watch(process, progress, limit=LIMIT)
        except TimeoutError as error:
            raise RuntimeError(f"go build of {package}: {error}") from None
        if status:
            last = "\n".join(f"    {line}" for line in lines()[-15:])
            raise RuntimeError(f"go build of {package} failed with status {status}:\n{last}")


def _environment() -> dict[str, str]:
    """Return this process's environment without what changes the build; another Go is only downloaded if needed."""
    return {"GOTOOLCHAIN": "local", **os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}


def _output(command: list[str], folder: Path = HERE) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=300, check=True
        )
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"{' '.join(command)}: {error.stderr.strip()}") from None
    return done.stdout.strip()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
