"""``pulumi-exosphere export``: write a Pulumi program for the graphs that a state manager has."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pulumi_exosphere.errors import ConfigurationError, ExosphereError, first_of

from .live import LiveGraph
from .source import shown


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on standard error that says what is being done and for how long, and leaves nothing behind.

    Without a terminal, or without rich (the extra `cli`), nothing is shown.
    """
    try:
        from rich.console import Console
    except ImportError:
        yield _quiet
        return
    console = Console(stderr=True)
    if not (console.is_terminal and sys.stderr.isatty()):
        yield _quiet
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda doing: bar.update(task, description=shown(doing))


def _quiet(_doing: str) -> None:
    """Say nothing."""


SHOWN = 8
"""Files that a message names at the most."""


def require_free(folder: Path, paths: Iterable[str]) -> None:
    """Raises ConfigurationError where one of the files exists already."""
    existing = [path for path in paths if os.path.lexists(folder / path)]
    if existing:
        raise ConfigurationError(
            f"{folder} already has {first_of(existing, SHOWN)}, and nothing is written over: choose another "
            "folder with --out, or replace them with --force"
        )


def write(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Write all files; existing ones only with ``force``.

    Raises:
        ConfigurationError: A file exists, or the folder can't be written to.
    """
    if not force:
        require_free(folder, files)
    try:
        for path, text in files.items():
            _replace(folder / path, text)
    except OSError as error:
        raise ConfigurationError(f"could not write to {folder}: {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    """Write a whole file: interrupted, it is the old one or the new one. A link is replaced, not followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


URI_VARIABLE = "EXOSPHERE_STATE_MANAGER_URI"
KEY_VARIABLE = "EXOSPHERE_API_KEY"

_DESCRIPTION = """\
Write a Pulumi program that declares the graphs which are live: a module for each
namespace, configuration for each secret, and a README that says how to take the
graphs over. Nothing on the state manager changes.

The API key comes from EXOSPHERE_API_KEY, the address from --uri or
EXOSPHERE_STATE_MANAGER_URI.
"""

_EXAMPLES = """\
examples:
  all graphs of a namespace, into a new folder:
    pulumi-exosphere export --namespace analytics --out analytics-graphs

  two graphs of one namespace, from another state manager:
    pulumi-exosphere export --namespace analytics --graph daily-report --graph hourly \\
        --uri https://exosphere.example.com --out reports

  two namespaces into one program:
    pulumi-exosphere export --namespace analytics --namespace shared --out graphs

then, in the folder (its README.md has the lines for your graphs):
  pulumi stack init production
  pulumi config set --secret warehousePassword     # one for each secret; asks for the value
  pulumi config set exosphere:adopt true           # take over what is live
  pulumi up
  pulumi config rm exosphere:adopt
"""


def add_arguments(parser: ArgumentParser) -> None:
    """What the command takes."""
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLES
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument(
        "--namespace",
        metavar="NS",
        action="append",
        required=True,
        help="export the graphs of this namespace; repeatable",
    )
    parser.add_argument(
        "--graph",
        metavar="NAME",
        action="append",
        default=[],
        help="only the graph of this name; repeatable (default: all)",
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path(), help="where to write the program (default: this folder)"
    )
    parser.add_argument("--force", action="store_true", help="write over files that exist already")
    parser.add_argument("--uri", metavar="URL", help=f"the state manager's address (default: {URI_VARIABLE})")


def run(args: Namespace) -> int:
    """Export, and say what to do next: 0, or 1 with a sentence on standard error where it can't be done."""
    try:
        written = _export(args)
    except ExosphereError as error:
        sys.stderr.write(f"pulumi-exosphere export: {error}\n")
        return 1
    sys.stdout.write(written)
    return 0


def _export(args: Namespace) -> str:
    """Write the program; what is to be said of it."""
    from pulumi_exosphere.export import live, project
    from pulumi_exosphere.state_manager import StateManager

    from .project import formatted, formatter

    formatter()  # without ruff there is nothing to begin
    with StateManager(*_connection(args)) as client, progress() as tell:
        graphs = live.read(client, args.namespace, args.graph, lambda namespace: tell(f"reading namespace {namespace}"))
        if not graphs:
            raise ConfigurationError(f"there is no graph in {' and '.join(args.namespace)}: nothing to export")
        written = project.files(graphs, client.address, lambda graph: tell(f"writing {graph.namespace}/{graph.name}"))
        tell("formatting the program")
        write(args.out, formatted(written), force=args.force)
    return _summary(args.out, graphs)


def _connection(args: Namespace) -> tuple[str, str]:
    uri, key = args.uri or os.environ.get(URI_VARIABLE), os.environ.get(KEY_VARIABLE)
    if not uri:
        raise ConfigurationError(f"no state manager's address is given: use --uri URL, or set {URI_VARIABLE}")
    if not key:
        raise ConfigurationError(f"no API key is given: set {KEY_VARIABLE} (it is never taken from the command line)")
    return uri, key


def _summary(folder: Path, graphs: Sequence[LiveGraph]) -> str:
    from .source import shown, warnings

    doubtful = [f"{graph.namespace}/{graph.name}" for graph in graphs if any(warnings(graph))]
    secrets = sum(len(graph.secret_names) for graph in graphs)
    lines = [f"Wrote {_count(len(graphs), 'graph')} with {_count(secrets, 'secret')} to {folder}."]
    if doubtful:
        lines.append(f"Can't be deployed as they are (the program says why): {shown(', '.join(doubtful))}.")
    lines.append(f"Next: {folder / 'README.md'} lists the configuration to set, and how to take the graphs over.")
    return "\n".join(lines) + "\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
