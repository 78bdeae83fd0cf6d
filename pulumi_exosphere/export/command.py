"""``pulumi-exosphere export``: write a Pulumi program for the graphs that a state manager has."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pulumi_exosphere.errors import ConfigurationError, ExosphereError, first_of

from .live import LiveGraph
from .source import shown


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show on standard error what the command does, and for how long; remove the line at the end.

    Show nothing without a terminal or without rich (the extra `cli`).
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
    """Show nothing."""


SHOWN = 8
"""Files that a message names at most."""


def require_free(folder: Path, paths: Iterable[str]) -> None:
    """Raise ConfigurationError if one of the files exists already."""
    existing = [path for path in paths if os.path.lexists(folder / path)]
    if existing:
        raise ConfigurationError(
            f"{folder} already contains {first_of(existing, SHOWN)}. Choose another folder with --out, or replace the "
            "files with --force"
        )


def write(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Write all files, and replace existing ones only with ``force``.

    Raises:
        ConfigurationError: A file exists, a folder of the program is a link to somewhere else, or the system doesn't
            allow it. Unless it is the system, nothing has been written.
    """
    if not force:
        require_free(folder, files)
    for inner in {inner for path in files for inner in Path(path).parents}:
        if inner != Path() and (folder / inner).is_symlink():
            raise ConfigurationError(
                f"{folder / inner} is a link, and nothing is written outside of {folder}. Remove the link, or choose "
                "another folder with --out"
            )
    try:
        for path, text in files.items():
            _replace(folder / path, text)
    except OSError as error:
        raise ConfigurationError(f"can't write to {folder}: {error.strerror}") from None


def _replace(path: Path, text: str) -> None:
    """Write a file so that an interruption leaves the old one or the new one. A link is replaced, not followed."""
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
HEADERS_VARIABLE = "EXOSPHERE_HEADERS"

_DESCRIPTION = """\
Write a Pulumi program that declares the live graphs: a module for each namespace, a
configuration key for each secret, and a README on how to take the graphs over.
Nothing changes on the state manager.

The API key comes from EXOSPHERE_API_KEY, the address from --uri or
EXOSPHERE_STATE_MANAGER_URI.
"""

_EXAMPLES = """\
examples:
  all graphs of a namespace, into a new folder:
    pulumi-exosphere export --namespace analytics --out analytics-graphs

  two graphs of a namespace, from another state manager:
    pulumi-exosphere export --namespace analytics --graph daily-report --graph hourly \\
        --uri https://exosphere.example.com --out reports

  two namespaces into one program:
    pulumi-exosphere export --namespace analytics --namespace shared --out graphs

then, in the folder (its README.md lists the commands for your graphs):
  pulumi stack init production
  pulumi config set --secret warehousePassword     # for each secret; asks for the value
  pulumi preview     # says which graphs are taken over unchanged, and fails for those that differ
  pulumi up
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLES
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument(
        "--namespace",
        metavar="NS",
        action="append",
        required=True,
        help="export the graphs of this namespace (repeatable)",
    )
    parser.add_argument(
        "--graph",
        metavar="NAME",
        action="append",
        default=[],
        help="export only the graph with this name (repeatable; default: all)",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="write the program to this folder (default: the current one)",
    )
    parser.add_argument("--force", action="store_true", help="replace files that exist already")
    parser.add_argument("--uri", metavar="URL", help=f"the state manager's address (default: {URI_VARIABLE})")


def run(args: Namespace) -> int:
    """Export and print what to do next; return 0, or 1 after an error in one line."""
    try:
        written = _export(args)
    except ExosphereError as error:
        _remark(str(error))
        return 1
    sys.stdout.write(written)
    return 0


def _remark(message: str) -> None:
    # A name can contain a line break, or worse.
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in message)
    sys.stderr.write(f"pulumi-exosphere export: {shown}\n")


def _export(args: Namespace) -> str:
    """Write the program, and return what to print."""
    from pulumi_exosphere.export import live, project
    from pulumi_exosphere.state_manager import StateManager

    from .project import formatted, formatter

    formatter()  # fails without ruff, before anything is read
    uri, key = _connection(args)
    with StateManager(uri, key, headers=_headers(uri)) as client, progress() as tell:
        graphs = live.read(
            client, args.namespace, args.graph, lambda namespace: tell(f"reading namespace {namespace}"), _remark
        )
        if not graphs:
            raise ConfigurationError(f"there are no graphs in {' and '.join(args.namespace)}: nothing to export")
        written = project.files(graphs, client.address, lambda graph: tell(f"writing {graph.namespace}/{graph.name}"))
        tell("formatting the program")
        write(args.out, formatted(written), force=args.force)
    return _summary(args.out, graphs)


def _connection(args: Namespace) -> tuple[str, str]:
    uri, key = args.uri or os.environ.get(URI_VARIABLE), os.environ.get(KEY_VARIABLE)
    if not uri:
        raise ConfigurationError(f"the state manager's address is missing: use --uri URL or set {URI_VARIABLE}")
    if not key:
        raise ConfigurationError(f"the API key is missing: set {KEY_VARIABLE} (there is no option for it)")
    return uri, key


def _headers(uri: str) -> dict[str, str]:
    """Return the environment's headers if they were given for this address."""
    from pulumi_exosphere.state_manager import parse_address

    text, given = os.environ.get(HEADERS_VARIABLE), os.environ.get(URI_VARIABLE)
    if not text or (given and parse_address(given).url != parse_address(uri).url):
        return {}
    with suppress(ValueError):
        if isinstance(found := json.loads(text), dict):
            return found
    raise ConfigurationError(f"{HEADERS_VARIABLE} must be a JSON object of names and values: set it again")


def _summary(folder: Path, graphs: Sequence[LiveGraph]) -> str:
    from .source import shown, warnings

    doubtful = [f"{graph.namespace}/{graph.name}" for graph in graphs if any(warnings(graph))]
    secrets = sum(len(graph.secret_names) for graph in graphs)
    lines = [f"Wrote {_count(len(graphs), 'graph')} with {_count(secrets, 'secret')} to {folder}."]
    if doubtful:
        lines.append(f"Can't be deployed as exported (comments in the program say why): {shown(', '.join(doubtful))}.")
    lines.append(f"Next: {folder / 'README.md'} lists what to configure and how to take the graphs over.")
    return "\n".join(lines) + "\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
