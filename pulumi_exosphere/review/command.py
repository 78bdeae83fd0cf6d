"""``pulumi-exosphere review``: make a pull-request comment from the output of ``pulumi preview --json``."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timezone
from io import TextIOWrapper
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pulumi_exosphere.review import markdown, page, terminal

from .gather import Review, review
from .graph_review import Fate
from .preview import UnreadablePreview, read
from .schedules import Clock

MEANINGS = {
    "delete": "a graph would be retired, a schedule removed, or a retry policy or store reset to the default",
    "replace": "a graph would go live under another name, or by `--replace` at another address, "
    "and be retired or left where it was",
    "overwrite": "a live graph that differs would be taken over, and what differs overwritten or removed",
    "warning": "there is a warning about a graph, or about the stack as a whole",
    "error": "the preview failed",
}
"""The conditions of ``--fail-on``, and when each is met."""


def reasons(text: str) -> list[str]:
    """Return the conditions in an argument, separated by commas."""
    given = [reason.strip() for reason in text.split(",") if reason.strip()]
    for reason in given:
        if reason not in MEANINGS:
            raise argparse.ArgumentTypeError(f"{reason!r} is not one of {', '.join(MEANINGS)}")
    return given


def holds(reason: str, found: Review) -> bool:
    """Return whether the condition is met."""
    return {
        "delete": bool(found.of(Fate.RETIRED)) or any(graph.loses for graph in found.graphs),
        "replace": bool(found.of(Fate.REPLACED)),
        "overwrite": any(graph.taken_over.overwrites for graph in found.graphs if graph.taken_over),
        "warning": found.warnings > 0 or any(graph.taken_over.differs for graph in found.graphs if graph.taken_over),
        "error": bool(found.errors),
    }[reason]


UNREADABLE, FAILED_ON = 1, 3
DESCRIPTION = """\
Read the output of `pulumi preview --json` and describe what would happen to each graph: as a Markdown comment for a
pull request, with diagrams that GitHub draws, as text for a terminal, or as one HTML file. No secret is in the result.
"""
EXAMPLES = """\
examples:
  pulumi preview --json | pulumi-exosphere review --format text
  pulumi preview --json > preview.json
  pulumi-exosphere review preview.json --timezone Europe/Berlin --out comment.md
  pulumi-exosphere review preview.json --format html --out review.html
  pulumi-exosphere review preview.json --fail-on delete,replace --format text

exit status:
  0  the comment was written
  1  the input is not a preview, or the comment could not be written
  2  the arguments are invalid
  3  the comment was written, and a condition of --fail-on is met
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments and its help."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description, parser.epilog = DESCRIPTION, EXAMPLES
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="the preview; default: standard input")
    parser.add_argument(
        "--format",
        choices=("markdown", "text", "html"),
        default="markdown",
        help="markdown: a comment, short enough for GitHub (default); text: for a terminal, in colours if it is one; "
        "html: one file for a browser, which needs no network",
    )
    parser.add_argument(
        "--timezone",
        type=_zone,
        metavar="ZONE",
        help="the state manager's time zone, in which its schedules run; default: UTC",
    )
    parser.add_argument(
        "--now",
        type=_time,
        metavar="TIME",
        help="the time from which the next runs of schedules are counted (2026-01-05T09:00); default: now",
    )
    parser.add_argument(
        "--fail-on",
        type=reasons,
        default=(),
        metavar="WHAT,...",
        help="exit with status 3, after the comment is written, if one of these conditions is met: "
        + "; ".join(f"{name}: {meaning}" for name, meaning in MEANINGS.items()),
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; default: standard output")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit status."""
    zone = arguments.timezone or ZoneInfo("UTC")
    now = arguments.now or datetime.now(timezone.utc)
    clock = Clock(now if now.tzinfo else now.replace(tzinfo=zone), zone, told=arguments.timezone is not None)
    try:
        found = review(read(_text(arguments.file)), clock)
        _write(found, clock, arguments)
    except UnreadablePreview as error:
        return _failed(f"{_named(arguments.file)}: {error}")
    except UnicodeDecodeError:
        return _failed(f"{_named(arguments.file)}: this is not text in UTF-8 or UTF-16")
    except OSError as error:
        return _failed(f"{error.filename or 'the comment'}: {error.strerror}")
    reasons = [reason for reason in arguments.fail_on if holds(reason, found)]
    for reason in reasons:
        _say(f"--fail-on {reason}: {MEANINGS[reason]}")
    return FAILED_ON if reasons else 0


def _text(file: str) -> str:
    if file == "-" and sys.stdin.isatty():
        sys.stderr.write(
            "Reading from this terminal. To review a preview, run: pulumi preview --json | pulumi-exosphere review\n"
        )
    given = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    # PowerShell redirects in UTF-16.
    return given.decode(json.detect_encoding(given))


def _write(found: Review, clock: Clock, arguments: argparse.Namespace) -> None:
    if isinstance(sys.stdout, TextIOWrapper):
        # A file is always UTF-8; a terminal may support fewer characters.
        encoding = None if arguments.format == "text" else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    if arguments.out is None and arguments.format == "text":
        terminal.show(found, clock, sys.stdout)
        return
    written = {"markdown": markdown.comment, "text": terminal.text, "html": page.page}
    text = written[arguments.format](found, clock)
    if arguments.out is None:
        sys.stdout.write(text)
    else:
        arguments.out.write_text(text, encoding="utf-8")


def _failed(message: str) -> int:
    _say(message)
    return UNREADABLE


def _say(message: str) -> None:
    sys.stderr.write(f"pulumi-exosphere review: {message}\n")


def _named(file: str) -> str:
    return "standard input" if file == "-" else file


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise argparse.ArgumentTypeError(
            f"{name!r} is not a time zone of this machine; write it as Europe/Berlin (on Windows: pip install tzdata)"
        ) from None


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time; write it as 2026-01-05T09:00") from None
