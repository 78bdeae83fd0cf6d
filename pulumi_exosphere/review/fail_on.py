"""What a pipeline can ask to be stopped by (``--fail-on``)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pulumi_exosphere.review.graphs import Fate

if TYPE_CHECKING:
    from pulumi_exosphere.review.gather import Review

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
