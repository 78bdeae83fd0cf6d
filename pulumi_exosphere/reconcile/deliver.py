"""One body to one graph: PUT it, wait for the verdict, and see to it that what is stored is what was sent.

Never into a PENDING graph, and never believing an answer that was lost (`put`).
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.errors import Conflict
from pulumi_exosphere.spec.sections import SECTIONS

from .live import Live, holds, without_sections
from .outcome import Outcome, note
from .put import listed, put
from .verdict import free, lasting
from .waiting import pause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .site import Site

ROUNDS = 5
"""PUTs of one body at the most: judged twice, repeated after a duplicate schedule, put again after a lost update."""
AGAIN = 0.2
"""Seconds, half as much more or less, before a body is sent again that ended as a duplicate schedule: a row of the
version before was firing."""


def deliver(site: Site, body: Mapping[str, Any], before: Live | None) -> Live:
    """PUT ``body`` until its verdict is the server's verdict on it; give that, with the sections of the PUT's answer.

    ``before`` is what was live; the server judges references by its nodes, so the same body is sent once more where
    that can matter.

    Raises Conflict when somebody else wrote at the same time, NotJudged when no verdict comes, StateManagerError when
    the server refuses or can't be reached.
    """
    sent = spec.from_document(body)
    again = before is not None and spec.judged_by_previous(before.inputs["nodes"], sent["nodes"])
    seen = before
    refused: Live | None = None
    for _ in range(ROUNDS):
        taken = put(site, body, sent, seen)
        verdict = lasting(site, taken, scheduled=bool(sent.get("triggers")))
        if verdict is None or not holds(verdict, without_sections(sent)):
            _lost(site, verdict, before)
            note(Outcome.NOT_WRITTEN)
            continue
        seen = _with_sections(verdict, taken.inputs)
        if again:
            again = False
            continue
        if verdict.status == "INVALID" and _duplicate_schedule(verdict):
            refused = seen
            pause(AGAIN * random.uniform(0.5, 1.5))  # noqa: S311  # two that repeat in step meet each time
            _still_ours(site, sent)
            continue
        note(_judged(seen))
        return seen
    if refused is not None:
        note(Outcome.INVALID)
        return refused
    raise Conflict(
        f"{site.key} was sent {ROUNDS} times and never stayed as it was sent: another writer is at work. "
        "Stop it, then run `pulumi up --refresh`"
    )


class Replaced(Conflict):
    """What was sent was INVALID, and somebody else has written since: what was sent was made without that."""

    __module__ = "pulumi_exosphere"


def _still_ours(site: Site, sent: Mapping[str, Any]) -> None:
    """Raises Replaced where what is stored isn't what was sent, since to repeat it would take away what came after."""
    stored = listed(site)
    if stored is not None and stored.pending:
        free(site, stored)
        stored = listed(site)
    if stored is None or not holds(stored, sent):
        note(Outcome.NOT_WRITTEN)
        raise Replaced(
            f"{site.key}: another writer replaced it after a schedule of its had made it INVALID; its version is live, "
            "this stack's isn't. Run `pulumi up --refresh` to see what it wrote"
        )


def _lost(site: Site, verdict: Live | None, before: Live | None) -> None:
    """What is stored isn't what was sent: repair what is the version before, report what is somebody else's."""
    if verdict is None or before is None or spec.changes(without_sections(before.inputs), verdict.inputs):
        note(Outcome.NOT_WRITTEN)
        raise Conflict(
            f"{site.key}: another writer replaced it while it was being validated; its version is live, this "
            "stack's isn't. Run `pulumi up --refresh` to see what it wrote"
        )


def _judged(live: Live) -> Outcome:
    if live.status == "VALID":
        return Outcome.VALID
    return Outcome.RETIRED if live.retired else Outcome.INVALID


def _duplicate_schedule(verdict: Live) -> bool:
    return any("duplicate" in error.lower() and "key" in error.lower() for error in verdict.errors)


def _with_sections(verdict: Live, answer: Mapping[str, Any]) -> Live:
    inputs = without_sections(verdict.inputs) | {key: answer[key] for key in SECTIONS if key in answer}
    return replace(verdict, inputs=inputs)
