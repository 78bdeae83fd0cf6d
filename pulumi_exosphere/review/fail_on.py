"""What a pipeline can ask to be stopped by (``--fail-on``)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pulumi_exosphere.review.graphs import Fate

if TYPE_CHECKING:
    from pulumi_exosphere.review.gather import Review

MEANINGS = {
    "delete": "a graph would be retired, or a schedule, retry policy or store configuration be taken away",
    "replace": "a graph would go live under another name, and be retired under the old one",
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
    attachments = [one for graph in found.graphs for one in graph.attachments]
    return {
        "delete": bool(found.of(Fate.RETIRED)) or any(one.lost for one in attachments),
        "replace": bool(found.of(Fate.REPLACED)),
        "warning": found.warnings > 0,
        "error": bool(found.errors),
    }[reason]
