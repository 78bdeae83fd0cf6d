"""One body to one graph: PUT it, wait for the verdict, and see to it that what is stored is what was sent.

Never into a PENDING graph, and never believing an answer that was lost: then the graph is read back and compared.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.errors import Conflict, ExosphereError, StateManagerError
from pulumi_exosphere.spec.sections import SECTIONS

from .live import Live, from_document, holds, seconds_between, without_sections
from .outcome import Outcome, note, noted
from .waiting import looks, pause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .site import Site

ROUNDS = 5
"""PUTs of one body at the most: judged twice, repeated after a duplicate schedule, put again after a lost update."""
TRIES = 3
"""PUTs whose answers are lost, of which nothing is to be seen afterwards."""
SETTLE = 0.2
"""Seconds before a lost answer is read back: the request may still be on its way."""
MOMENT = 0.05
"""Seconds for which a graph with schedules has to stay VALID: making them is the last that its validation does."""
LONGEST = 60.0
"""Seconds that a lost answer's Retry-After is waited for; where it asks for more, the hook fails."""


class NotJudged(ExosphereError):
    """The graph was written, and no verdict came in time."""

    __module__ = "pulumi_exosphere"


@dataclass(frozen=True)
class Delivered:
    """What became of a body: the verdict's document, with the sections of the PUT's own answer."""

    live: Live
    puts: int


def deliver(site: Site, body: Mapping[str, Any], before: Live | None) -> Delivered:
    """PUT ``body`` until its verdict is the server's verdict on it.

    ``before`` is what was live; the server judges references by its nodes, so the same body is sent once more where
    that can matter.

    Raises Conflict when somebody else wrote at the same time, NotJudged when no verdict comes, StateManagerError when
    the server refuses or can't be reached.
    """
    sent = spec.from_document(body)
    again = before is not None and spec.judged_by_previous(before.inputs["nodes"], sent["nodes"])
    seen, refused = before, None
    for puts in range(1, ROUNDS + 1):
        taken = _put(site, body, sent, seen)
        verdict = _lasting(site, taken, scheduled=bool(sent.get("triggers")))
        if verdict is None or not holds(verdict, without_sections(sent)):
            _lost(site, verdict, before)
            note(Outcome.NOT_WRITTEN)
            continue
        seen = _with_sections(verdict, taken.inputs)
        if again:
            again = False
            continue
        if verdict.status == "INVALID" and _duplicate_schedule(verdict):
            refused = Delivered(live=seen, puts=puts)
            pause(SETTLE)
            continue
        note(_judged(seen))
        return Delivered(live=seen, puts=puts)
    if refused is not None:
        note(Outcome.INVALID)
        return refused
    raise Conflict(
        f"{site.key} was sent {ROUNDS} times and never stayed as it was sent: another writer is at work. "
        "Stop it, then run `pulumi up --refresh`"
    )


def settled(site: Site, *, first: float = 0.0) -> Live | None:
    """The graph once it is no longer PENDING; None where there is none. No look is taken in the ``first`` seconds.

    Raises NotJudged after ``validation_timeout`` without a verdict.
    """
    pending: Live | None = None
    for _ in looks(site.validation_timeout, first=first, learn=not first):
        document = site.client.get_graph(site.key.namespace, site.key.name)
        if document is None:
            return None
        live = from_document(document)
        if not live.pending:
            return live
        pending = live
    when = f" since {pending.updated_at} (the state manager's time)" if pending else ""
    raise NotJudged(
        f"the verdict on {site.key} hasn't come: PENDING{when}, longer than validation_timeout "
        f"({site.validation_timeout:g} s). Run `pulumi up` again: it waits, and sends once more if nobody is validating"
    )


def _lasting(site: Site, taken: Live, *, scheduled: bool) -> Live | None:
    """The verdict once it stays: where schedules can't be made, a graph is VALID for a moment, and then INVALID.

    The first look is late enough for one look to do, unless the validation took its time.
    """
    if not scheduled:
        return settled(site)
    began = time.monotonic()
    verdict = settled(site, first=MOMENT)
    if verdict is None or verdict.status != "VALID":
        return verdict
    lasted = time.monotonic() - began - seconds_between(taken.updated_at, verdict.updated_at)
    if lasted >= MOMENT / 2:
        return verdict
    pause(MOMENT)
    return settled(site)


def free(site: Site, live: Live | None) -> Live | None:
    """Wait until the graph isn't PENDING, since a PUT into a running validation can be lost.

    A graph that stays PENDING for ``validation_timeout`` with the same ``updated_at`` has nobody who validates it; it
    is returned as it is, and only a PUT heals it.
    """
    while live is not None and live.pending:
        seen = live.updated_at
        for _ in looks(site.validation_timeout):
            document = site.client.get_graph(site.key.namespace, site.key.name)
            live = from_document(document) if document is not None else None
            if live is None or not live.pending or live.updated_at != seen:
                break
        else:
            return live
    return live


def _put(site: Site, body: Mapping[str, Any], sent: Mapping[str, Any], before: Live | None) -> Live:
    """PUT, and give the graph as the server took it; a lost answer is read back, and repeated if it never came.

    ``before`` is what was seen last.
    """
    held = noted()
    failure: StateManagerError | None = None
    for attempt in range(TRIES):
        note(Outcome.UNKNOWN)
        try:
            answer = from_document(site.client.put_graph(site.key.namespace, site.key.name, body))
        except StateManagerError as error:
            if not error.may_have_been_written:
                note(Outcome.UNKNOWN if _on_its_way(failure) else held)
                raise
            failure = error
        except ExosphereError:  # it can't be sent, or the run was cancelled before it was sent once more
            note(Outcome.UNKNOWN if _on_its_way(failure) else held)
            raise
        else:
            note(Outcome.NOT_JUDGED)
            return answer
        wait = max(SETTLE * (attempt + 1), failure.retry_after or 0.0)
        if wait > LONGEST:
            break  # asking sooner is what it asked not to do
        pause(wait)
        try:
            found = _listed(site)
            if found is not None and found.pending:
                free(site, found)
                found = _listed(site)  # a GET, by which it was waited, tells nothing of the sections
        except StateManagerError as error:
            raise _told(
                error, f"{error}. That was to see whether the upsert of {site.key} had arrived, whose answer was lost"
            ) from None
        if found is not None and holds(found, sent) and _newer(found, before):
            note(Outcome.NOT_JUDGED)
            return found
        if not _unchanged(found, before):
            note(Outcome.NOT_WRITTEN)
            raise Conflict(
                f"{site.key}: the answer to its upsert was lost, and what is live now is neither what was sent nor "
                "what was live before: somebody else wrote to it. Run `pulumi up --refresh` to see what"
            )
        if not _on_its_way(failure):
            note(held)
    assert failure is not None  # the loop ends by a return, a raise, or with the failure
    raise failure


def _on_its_way(failure: StateManagerError | None) -> bool:
    """Whether the request may still arrive: nobody answered, or a proxy did, which says nothing of the server."""
    return failure is not None and failure.status in {None, 408, 504}


def _listed(site: Site) -> Live | None:
    for document in site.client.list_graphs(site.key.namespace):
        if document.get("name") == site.key.name:
            return from_document(document)
    return None


def _newer(found: Live, before: Live | None) -> bool:
    return before is None or found.updated_at != before.updated_at


def _unchanged(found: Live | None, before: Live | None) -> bool:
    if found is None or before is None:
        return found is before
    return found.updated_at == before.updated_at or not spec.changes(before.inputs, found.inputs)


def _told(error: StateManagerError, message: str) -> StateManagerError:
    return type(error)(
        message,
        status=error.status,
        request_id=error.request_id,
        may_have_been_written=True,
        retry_after=error.retry_after,
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
