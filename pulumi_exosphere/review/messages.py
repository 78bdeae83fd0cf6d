"""What a program, a hook or the engine said, as a sentence, and in full where it is longer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pulumi_exosphere.review.steps import is_stack, kind
from pulumi_exosphere.review.words import Words, code, prose, visible

if TYPE_CHECKING:
    from pulumi_exosphere.review.preview import Diagnostic

_PREFIX = re.compile(r"^\S+ resource '[^']*' has a problem: ")
"""What the engine puts before a failure of `check`."""
_SUBJECT = re.compile(r"^graph '[^']*' in namespace '[^']*'(?:, (?=node|\S+[.:])|: )")
"""What our messages start with; a reader sees it from where the message stands."""
_MOST_LINES = 40
_LONGEST_LINE = 200


def message_words(diagnostic: Diagnostic) -> Words:
    """The message on one line: of several the first and the last, which is where a traceback says what happened."""
    lines = _lines(diagnostic)
    words = prose(lines[0]) if lines else ("(no text)",)
    return (*words, " ... ", *prose(lines[-1])) if len(lines) > 1 else words


def with_resource(diagnostic: Diagnostic) -> Words:
    """The same, after whom it is about."""
    urn = diagnostic.urn
    if is_stack(urn):
        return message_words(diagnostic)
    return (code(urn.name, 60), f" ({kind(urn)}): " if kind(urn) else ": ", *message_words(diagnostic))


def in_full(diagnostic: Diagnostic) -> str:
    """All lines of a message, long ones cut; empty where the sentence has them all."""
    lines = _lines(diagnostic)
    if len(lines) < 3:
        return ""
    kept = lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES // 2], "...", *lines[-_MOST_LINES // 2 :]]
    return "\n".join(visible(line, _LONGEST_LINE) for line in kept)


def _lines(diagnostic: Diagnostic) -> list[str]:
    message = _PREFIX.sub("", diagnostic.message)
    if kind(diagnostic.urn) == "Graph":
        message = _SUBJECT.sub("", message)
    return [line for line in message.splitlines() if line.strip()]
