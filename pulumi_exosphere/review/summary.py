"""The first line of a comment: everything in one sentence, in any format and however long the rest is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.review.graphs import Fate
from pulumi_exosphere.review.words import Words, code, counted

if TYPE_CHECKING:
    from pulumi_exosphere.review.gather import Review

_OPS = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}


def title_words(review: Review) -> Words:
    """What this is, and of which stack."""
    return ("Exosphere graphs of ", code(review.stack, 200)) if review.stack else ("Exosphere graphs",)


def summary_words(review: Review) -> Words:
    """``1 graph is retired, 2 change; 1 warning.``, and whether that is all."""
    failed = f"The preview failed: {counted(len(review.errors), 'error')}. " if review.errors else ""
    return (f"{failed}{_graphs(review)}{_warnings(review)}.",)


def others_words(review: Review) -> Words:
    """``Other resources: 3 created, 1 updated.``; empty where there are none to speak of."""
    parts = [f"{review.others[op]:,} {done}" for op, done in _OPS.items() if review.others[op]]
    if review.other_warnings:
        parts.append(counted(review.other_warnings, "warning"))
    return (f"Other resources: {', '.join(parts)}.",) if parts else ()


def _graphs(review: Review) -> str:
    numbers = [
        (len(review.of(Fate.RETIRED)), "is retired", "are retired"),
        (len(review.of(Fate.REPLACED)), "is replaced", "are replaced"),
        (len(review.of(Fate.LEFT)), "leaves the stack", "leave the stack"),
        (len(review.of(Fate.CHANGED)), "changes", "change"),
        (len(review.of(Fate.NEW)), "is new", "are new"),
    ]
    parts = [(number, one if number == 1 else more) for number, one, more in numbers if number]
    if not parts:
        return "No graph changes as far as it came" if review.errors else "No graph changes"
    first, *rest = parts
    said = [f"{counted(first[0], 'graph')} {first[1]}", *(f"{number:,} {what}" for number, what in rest)]
    return ", ".join(said) + (", as far as it came" if review.errors else "")


def _warnings(review: Review) -> str:
    return f"; {counted(review.warnings, 'warning')}" if review.warnings else ""
