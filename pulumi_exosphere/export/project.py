"""The files of the exported project: program, settings, and a README that says how to take the graphs over."""

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

# No setting of wherever the command is run decides.
_FORMAT = ("format", "--isolated", "--no-cache", "--quiet", "--line-length=120", "--target-version=py310", ".")


def formatter() -> list[str]:
    """The command that formats.

    Raises:
        ConfigurationError: ruff isn't installed.
    """
    if importlib.util.find_spec("ruff"):
        return [sys.executable, "-m", "ruff", *_FORMAT]
    found = shutil.which("ruff")
    if found:
        return [found, *_FORMAT]
    raise ConfigurationError("ruff formats the program, and isn't installed: pip install 'pulumi-exosphere[cli]'")


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """The files by path, those that are Python formatted."""
    command = formatter()
    sources = {path: text for path, text in files.items() if path.endswith(".py")}
    with tempfile.TemporaryDirectory() as folder:
        for path, text in sources.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        # What it says can quote the source, which can hold anything.
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise ExosphereError(
                f"ruff ended with status {done.returncode}: a defect of pulumi-exosphere, if `ruff --version` works. "
                "Please report it with the graph that you exported"
            )
        return {
            path: Path(folder, path).read_text("utf-8") if path in sources else text for path, text in files.items()
        }


_README = """\
# Exosphere graphs

Written by `pulumi-exosphere export`. The program declares the graphs as they were live{where}:
what a graph leaves out is Exosphere's default.

## Take them over

{commands}

`exosphere:adopt` lets Pulumi take over graphs that exist already. The preview shows a creation for each; a graph
that is as it was exported changes in nothing but its secrets, which are encrypted anew. From then on the graphs
are this stack's: `pulumi destroy` retires them.
{secrets}"""

_SECRETS = """
## Secrets

Nobody can read a secret back from the state manager, so each has to be given the value that it has; another value
replaces the live one. Without a value on its line, `pulumi config set --secret` asks for it, which keeps it out of
the shell's history.

| configuration | secret | graph | namespace |
|---|---|---|---|
{rows}
"""


def commands(graphs: Sequence[LiveGraph], naming: Naming, address: str) -> list[str]:
    """The lines to type, in their order."""
    keys = [naming.keys[graph.namespace, graph.name, secret] for graph in graphs for secret in graph.secret_names]
    return [
        "pulumi stack init NAME",
        f"pulumi config set exosphere:stateManagerUri {shlex.quote(address)}",
        "pulumi config set --secret exosphere:apiKey",
        *(f"pulumi config set --secret {key}" for key in keys),
        "pulumi config set exosphere:adopt true",
        "pulumi up",
        "pulumi config rm exosphere:adopt",
    ]


def readme(graphs: Sequence[LiveGraph], naming: Naming, address: str) -> str:
    """The project's README.md."""
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
    """The text of each file; Python not yet formatted.

    Args:
        graphs: What to declare.
        address: Where they are live, without credentials.
        begin: Called with each graph before it is written.
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
        "graphs/__init__.py": '"""The graphs, a module for each namespace."""\n',
        **modules,
    }


def _main(naming: Naming) -> str:
    imports = "\n".join(f"import graphs.{module}  # noqa: F401" for module in sorted(naming.modules.values()))
    return f'"""Exosphere graphs: importing a module declares those of its namespace."""\n\n{imports}\n'


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
