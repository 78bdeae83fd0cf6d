"""``pulumi-exosphere review``: a comment for a pull request, made from what ``pulumi preview --json`` says."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timezone
from io import TextIOWrapper
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pulumi_exosphere.review import markdown, terminal

from .gather import Review, review
from .graph_review import Fate
from .preview import UnreadablePreview, read
from .schedules import Clock

MEANINGS = {
    "delete": "a graph would be retired, a schedule be removed, or a retry policy or store go back to the default",
    "replace": "a graph would go live under another name, or by `--replace` at another address, "
    "and be retired or left where it was",
    "warning": "there is a warning about a graph, or about the stack as a whole",
    "error": "the preview failed",
}
"""The reasons, each with when it holds."""


def reasons(text: str) -> list[str]:
    """The reasons in an argument, separated by commas."""
    given = [reason.strip() for reason in text.split(",") if reason.strip()]
    for reason in given:
        if reason not in MEANINGS:
            raise argparse.ArgumentTypeError(f"{reason!r} is none of {', '.join(MEANINGS)}")
    return given


def holds(reason: str, found: Review) -> bool:
    """Whether what the reason names would happen."""
    return {
        "delete": bool(found.of(Fate.RETIRED)) or any(graph.loses for graph in found.graphs),
        "replace": bool(found.of(Fate.REPLACED)),
        "warning": found.warnings > 0,
        "error": bool(found.errors),
    }[reason]


UNREADABLE, FAILED_ON = 1, 3
DESCRIPTION = """\
Read what `pulumi preview --json` wrote, and say in words what would happen to each graph: a Markdown comment for a
pull request, with diagrams that GitHub draws, or text for a terminal. No value of a secret is in it.
"""
EXAMPLES = """\
examples:
  pulumi preview --json | pulumi-exosphere review --format text
  pulumi preview --json > preview.json
  pulumi-exosphere review preview.json --timezone Europe/Berlin --out comment.md
  pulumi-exosphere review preview.json --fail-on delete,replace --format text

exit status:
  0  the comment is written
  1  the preview can't be read, or the comment can't be written
  2  the arguments can't be used
  3  the comment is written, and something of --fail-on would happen
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments, and what it says of itself."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description, parser.epilog = DESCRIPTION, EXAMPLES
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="the preview; default: standard input")
    parser.add_argument(
        "--format",
        choices=("markdown", "text"),
        default="markdown",
        help="markdown: a comment, short enough for GitHub (default); text: for a terminal, in colours if it is one",
    )
    parser.add_argument(
        "--timezone",
        type=_zone,
        metavar="ZONE",
        help="the state manager's time zone, which it doesn't tell, and in which schedules count; default: UTC",
    )
    parser.add_argument(
        "--now",
        type=_time,
        metavar="TIME",
        help="the time from which the next times of schedules are counted (2026-01-05T09:00); default: now",
    )
    parser.add_argument(
        "--fail-on",
        type=reasons,
        default=(),
        metavar="WHAT,...",
        help="end with status 3 if, after the comment is written, one of these holds: "
        + "; ".join(f"{name}: {meaning}" for name, meaning in MEANINGS.items()),
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the comment there; default: standard output")


def run(arguments: argparse.Namespace) -> int:
    """Carry the command out; the exit status."""
    zone = arguments.timezone or ZoneInfo("UTC")
    now = arguments.now or datetime.now(timezone.utc)
    clock = Clock(now if now.tzinfo else now.replace(tzinfo=zone), zone, told=arguments.timezone is not None)
    try:
        found = review(read(_text(arguments.file)), clock)
        _write(found, clock, arguments)
    except UnreadablePreview as error:
        return _failed(f"{_named(arguments.file)}: {error}")
    except UnicodeDecodeError:
        return _failed(f"{_named(arguments.file)}: this isn't UTF-8, and so not what `pulumi preview --json` writes")
    except OSError as error:
        return _failed(f"{error.filename or 'the comment'}: {error.strerror}")
    reasons = [reason for reason in arguments.fail_on if holds(reason, found)]
    for reason in reasons:
        _say(f"--fail-on {reason}: {MEANINGS[reason]}")
    return FAILED_ON if reasons else 0


def _text(file: str) -> str:
    if file != "-":
        return Path(file).read_text(encoding="utf-8-sig")
    if sys.stdin.isatty():
        sys.stderr.write(
            "Reading the preview from this terminal; usual is: pulumi preview --json | pulumi-exosphere review\n"
        )
    return sys.stdin.buffer.read().decode("utf-8-sig")


def _write(found: Review, clock: Clock, arguments: argparse.Namespace) -> None:
    if isinstance(sys.stdout, TextIOWrapper):
        # A comment is UTF-8 wherever it is made; a terminal may know fewer characters.
        encoding = "utf-8" if arguments.format == "markdown" else None
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    if arguments.out is None and arguments.format == "text":
        terminal.show(found, clock, sys.stdout)
        return
    text = markdown.comment(found, clock) if arguments.format == "markdown" else terminal.text(found, clock)
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
            f"{name!r} is no time zone that this machine knows; write it as Europe/Berlin (Windows: pip install tzdata)"
        ) from None


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as 2026-01-05T09:00") from None
