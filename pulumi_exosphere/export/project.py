"""The files of the exported project: the program, its settings, and a README on how to take the graphs over."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pulumi_exosphere.errors import ConfigurationError, ExosphereError
from pulumi_exosphere.version import __version__

from .live import LiveGraph
from .naming import Naming, name_all
from .source import shown, source

# Isolated: no configuration of the folder where the command runs applies.
_FORMAT = ("format", "--isolated", "--no-cache", "--quiet", "--line-length=120", "--target-version=py310", ".")


def formatter() -> list[str]:
    """Return the command that formats a folder.

    Raises:
        ConfigurationError: ruff isn't installed.
    """
    if importlib.util.find_spec("ruff"):
        return [sys.executable, "-m", "ruff", *_FORMAT]
    found = shutil.which("ruff")
    if found:
        return [found, *_FORMAT]
    raise ConfigurationError("ruff, which formats the program, isn't installed: pip install 'pulumi-exosphere[cli]'")


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files by path, with the Python files formatted."""
    command = formatter()
    sources = {path: text for path, text in files.items() if path.endswith(".py")}
    with tempfile.TemporaryDirectory() as folder:
        for path, text in sources.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        # Its output is not shown: it can quote the source, which can contain anything.
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise ExosphereError(
                f"ruff failed with status {done.returncode}. If `ruff --version` works, this is a bug in "
                "pulumi-exosphere; please report it with the graph that you exported"
            )
        return {
            path: Path(folder, path).read_text("utf-8") if path in sources else text for path, text in files.items()
        }


_README = """\
# Exosphere graphs

This program was written by `pulumi-exosphere export`. It declares the graphs that were live{where}.
Whatever a graph leaves out has Exosphere's default.

## Take the graphs over

{commands}

The preview shows each graph as created, and says under it that it is taken over unchanged; only its secrets are
encrypted again. If someone changed a graph since the export, the preview fails and lists the differing paths: export
again, or correct the program. To overwrite them instead, set `adopt=True` on that graph; the next preview lists what
is overwritten and removed. From then on the graphs belong to this stack, and `pulumi destroy` retires them.
{secrets}"""

_SECRETS = """
## Secrets

The state manager never returns the value of a secret, so set each to the value that it has now; another value replaces
the live one. `pulumi config set --secret` asks for the value, which keeps it out of your shell's history.

| configuration | secret | graph | namespace |
|---|---|---|---|
{rows}
"""


def commands(graphs: Sequence[LiveGraph], naming: Naming, address: str) -> list[str]:
    """Return the commands to run, in order."""
    keys = [naming.keys[graph.namespace, graph.name, secret] for graph in graphs for secret in graph.secret_names]
    return [
        "pulumi stack init NAME",
        f"pulumi config set exosphere:stateManagerUri {shlex.quote(address)}",
        "pulumi config set --secret exosphere:apiKey",
        *(f"pulumi config set --secret {key}" for key in keys),
        "pulumi preview",
        "pulumi up",
    ]


def readme(graphs: Sequence[LiveGraph], naming: Naming, address: str) -> str:
    """Return the text of README.md."""
    rows = [
        f"| `{naming.keys[graph.namespace, graph.name, secret]}` | {_cell(secret)} | {_cell(graph.name)} "
        f"| {_cell(graph.namespace)} |"
        for graph in graphs
        for secret in graph.secret_names
    ]
    lines = ["```sh", *commands(graphs, naming, address), "```"]
    return _README.format(
        where=f" at {shown(address)}",
        commands="\n".join(lines),
        secrets=_SECRETS.format(rows="\n".join(rows)) if rows else "",
    )


def _cell(text: str) -> str:
    return f"`{shown(text).replace('|', '/')}`"


_SETTINGS = """\
name: {project}
description: Exosphere graphs, exported from a state manager
runtime:
  name: python
"""


def files(
    graphs: Sequence[LiveGraph], address: str, begin: Callable[[LiveGraph], None] = lambda _graph: None
) -> dict[str, str]:
    """Return the text of each file by path; Python is not formatted yet.

    Args:
        graphs: The graphs to declare.
        address: The state manager's address, without credentials.
        begin: Called with each graph before its source is made.
    """
    naming = name_all(graphs)
    modules = {
        f"graphs/{module}.py": _module(
            namespace, [graph for graph in graphs if graph.namespace == namespace], naming, begin
        )
        for namespace, module in naming.modules.items()
    }
    return {
        "Pulumi.yaml": _SETTINGS.format(project=naming.project),
        "README.md": readme(graphs, naming, address),
        "requirements.txt": f"pulumi-exosphere>={__version__}\n",
        "__main__.py": _main(naming),
        "graphs/__init__.py": '"""The graphs, one module per namespace."""\n',
        **modules,
    }


def _main(naming: Naming) -> str:
    imports = "\n".join(f"import graphs.{module}  # noqa: F401" for module in sorted(naming.modules.values()))
    return f'"""Exosphere graphs: importing a module declares the graphs of its namespace."""\n\n{imports}\n'


def _module(namespace: str, graphs: Sequence[LiveGraph], naming: Naming, begin: Callable[[LiveGraph], None]) -> str:
    secrets = any(graph.secret_names for graph in graphs)
    lines = [f'"""The graphs of namespace {shown(namespace)}."""', ""]
    lines += ["import pulumi"] if secrets else []
    lines += ["import pulumi_exosphere as exosphere", ""]
    lines += ["config = pulumi.Config()", ""] if secrets else []
    for graph in graphs:
        begin(graph)
        lines.append(source(graph, naming))
    return "\n".join(lines)
