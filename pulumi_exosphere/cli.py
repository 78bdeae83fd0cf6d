"""The ``pulumi-exosphere`` command: each subcommand loads its own module, only when it is called."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import NamedTuple

from .version import __version__


class _Command(NamedTuple):
    module: str
    """The module; it has ``add_arguments(parser)`` and ``run(arguments) -> int``."""
    extra: str
    """The extra that installs its libraries; empty if it needs none."""
    help: str


COMMANDS = {
    "local": _Command(
        "pulumi_exosphere.local.command", "local", "run an embedded state manager on this machine, to try things out"
    ),
    "review": _Command("pulumi_exosphere.review.command", "cli", "turn a preview into a comment for a pull request"),
    "export": _Command("pulumi_exosphere.export.command", "", "write a Pulumi program for graphs that already exist"),
    "doctor": _Command("pulumi_exosphere.doctor.command", "", "find out why a deployment doesn't work"),
}

_EPILOG = """\
to begin with:
  pulumi-exosphere local --port 8000 --api-key test     a state manager to deploy to
  pulumi preview --json | pulumi-exosphere review --format text
  pulumi-exosphere COMMAND --help                       the options of a command, with examples
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    _print_anything()
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    chosen = next((argument for argument in given if not argument.startswith("-")), "")
    try:
        parsed = _parser(chosen).parse_args(given)
        status = int(parsed.run(parsed))
        sys.stdout.flush()
        return status
    except ModuleNotFoundError as error:
        command = COMMANDS.get(chosen)
        if command is None or not command.extra or (error.name or "").startswith("pulumi_exosphere"):
            raise
        print(  # noqa: T201  # a command
            f"pulumi-exosphere {chosen}: {error.name} is missing: pip install 'pulumi-exosphere[{command.extra}]'",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough (`| head`). Python flushes standard output once more at its end: to nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _print_anything() -> None:
    """Make both streams escape what their encoding lacks: a name may have any character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _parser(chosen: str) -> argparse.ArgumentParser:
    """Return the parser, with the arguments of the chosen command alone; the others aren't loaded."""
    parser = argparse.ArgumentParser(
        prog="pulumi-exosphere",
        description="Tools for Exosphere graphs that are declared in a Pulumi program.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.help)
        if name == chosen:
            module = import_module(command.module)
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    return parser
