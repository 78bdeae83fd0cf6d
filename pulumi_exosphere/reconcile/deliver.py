"""One body to one graph: PUT it, wait for its validation, and make sure that what is stored is what was sent.

Never into a PENDING graph. Where the answer to a PUT is lost, the graph is read back and compared, and the body is sent
again if it never arrived.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict, Outcome, StateManagerError, first_of
from pulumi_exosphere.template.sections import SECTIONS

from .live import LEAVING, Live, from_graph, holds, without_sections
from .look import free, lasting, wait_for_schedules
from .orders import Site
from .outcome import failing_as, with_outcome
from .run import current
from .waiting import pause, seeing_through, stop_if_cancelled

TRIES = 3
"""PUTs of which neither an answer nor any effect is seen, at most."""
SETTLE = 0.2
"""Seconds before a lost answer is read back: the request may still be on its way."""
LONGEST = 60.0
"""Seconds that a lost answer's Retry-After is waited for; where it asks for more, the hook fails."""


def put(site: Site, body: Mapping[str, Any], sent: Mapping[str, Any], before: Live | None, held: Outcome) -> Live:
    """PUT, and return the graph as the server accepted it; after a lost answer, read back, and repeat if it never came.

    ``before`` is what was seen last, ``held`` the outcome if nothing comes of it. A cancelled run sends nothing, unless
    something that it sent has to be corrected.

    Raises Cancelled, StateManagerError, and Conflict if an answer was lost and someone else has written.
    """
    failure: StateManagerError | None = None
    outcome = held
    for attempt in range(TRIES):
        with failing_as(outcome), seeing_through() if held is not Outcome.NOT_WRITTEN else nullcontext():
            stop_if_cancelled()
            try:
                return from_graph(site.client.put_graph(site.key.namespace, site.key.name, body))
            except StateManagerError as error:
                if not error.may_have_been_written:
                    raise
                failure = error
        with failing_as(Outcome.UNKNOWN), seeing_through():
            found = _read_back(site, failure, SETTLE * (attempt + 1))
        if found is not None and holds(found, sent) and _newer(found, before):
            return found
        if not _unchanged(found, before):
            raise with_outcome(
                Conflict(
                    f"{site.key}: the answer to its upsert was lost, and the live version is neither the one sent nor "
                    "the previous one: someone else changed it. Run `pulumi up --refresh` to see the change"
                ),
                Outcome.NOT_WRITTEN,
            )
        outcome = Outcome.UNKNOWN if _on_its_way(failure) else held
    assert failure is not None  # the loop ends by a return, a raise, or with the failure
    raise with_outcome(failure, outcome)


def _read_back(site: Site, failure: StateManagerError, settle: float) -> Live | None:
    """Return what is live after an answer was lost.

    Raises the ``failure`` itself if the server asked for a longer wait than a run can afford.
    """
    wait = max(settle, failure.retry_after or 0.0)
    if wait > LONGEST:
        raise failure  # asking sooner is what it asked not to do
    pause(wait)
    try:
        found = listed(site)
        if found is not None and found.pending:
            free(site, found)
            found = listed(site)  # the GETs of the wait show no sections
    except StateManagerError as error:
        raise _told(
            error,
            f"{error}. This request was made because the answer to the upsert of {site.key} was lost, to find out "
            "whether it had arrived",
        ) from None
    return found


def _on_its_way(failure: StateManagerError) -> bool:
    """Whether the request may still arrive: nobody answered, or a proxy did, which says nothing of the server."""
    return failure.status in {None, 408, 504}


def listed(site: Site) -> Live | None:
    """The graph in a listing of its own, sections included; None where there is none."""
    graph = site.client.list_graphs(site.key.namespace).find(site.key.name)
    return None if graph is None else from_graph(graph)


def _newer(found: Live, before: Live | None) -> bool:
    return before is None or found.updated_at != before.updated_at


def _unchanged(found: Live | None, before: Live | None) -> bool:
    if found is None or before is None:
        return found is before
    return found.updated_at == before.updated_at or not template.changes(before.inputs, found.inputs)


def _told(error: StateManagerError, message: str) -> StateManagerError:
    return type(error)(
        message,
        status=error.status,
        request_id=error.request_id,
        may_have_been_written=True,
        retry_after=error.retry_after,
    )


SHOWN = 12
"""Schedules that a message names, at most."""
ROUNDS = 5
"""PUTs of one body, at most: validated twice, repeated after a duplicate schedule, sent again after a lost update."""
AGAIN = 0.2
"""Seconds, half as much more or less, before a body is sent again that ended as a duplicate schedule: a row of the
version before was firing."""


def deliver(site: Site, body: Mapping[str, Any], before: Live | None, held: Outcome = Outcome.NOT_WRITTEN) -> Live:
    """PUT ``body`` until the validation result is about it; return the graph, with the sections of the PUT's answer.

    ``before`` is what was live; the server validates references against its nodes, so the same body is sent once more
    where that can matter. ``held`` is the outcome of the hook so far.

    Raises Conflict if someone else wrote at the same time, NotValidated if no result comes, StateManagerError if the
    server rejects it or can't be reached; each with its outcome.
    """
    sent = template.from_document(body)
    again = before is not None and template.judged_by_previous(before.inputs["nodes"], sent["nodes"])
    run, seen = current(), before
    refused: Live | None = None
    strays, mine = run.take_stray_rows(site.key), False
    for attempt in range(ROUNDS):
        if attempt and seen is not None and seen.inputs.get("triggers"):
            with failing_as(held), seeing_through():
                if wait_for_schedules(site, _still_ours(site, seen, strays), made=mine):
                    _still_ours(site, seen, strays)
        clearing = strays - _expressions(sent)
        this = _with_schedules(body, clearing)
        stored = template.from_document(this)
        taken = put(site, this, stored, seen, held)
        run.note_rows(site.key, taken=_expressions(seen.inputs) if seen else (), made=_expressions(sent))
        with failing_as(Outcome.NOT_VALIDATED), seeing_through():
            result = lasting(site, taken, scheduled=bool(stored.get("triggers")))
            if result is None or not holds(result, without_sections(stored)):
                _lost(site, result, before, stored)
                held = Outcome.NOT_WRITTEN
                continue
            seen, mine = _with_sections(result, taken.inputs), True
            held = Outcome.NOT_VALIDATED
            if clearing:
                strays = set()
                continue
            if again:
                again = False
                continue
            if result.status == "INVALID" and _duplicate_schedule(result):
                refused = seen
                # A row of the previous version was firing, or another writer's was made just then.
                strays = _expressions(before.inputs) if before else set()
                pause(AGAIN * random.uniform(0.5, 1.5))  # noqa: S311  # two that repeat in step meet each time
                continue
            return seen
    if refused is not None:
        return refused
    raise with_outcome(
        Conflict(
            f"{site.key} was sent {ROUNDS} times and never stayed as sent: another writer is changing it. Stop that "
            "writer, then run `pulumi up --refresh`"
        ),
        held,
    )


class Replaced(Conflict):
    """Someone else has written since what was sent, which was made without that."""

    __module__ = "pulumi_exosphere"
    outcome = Outcome.NOT_WRITTEN


def _still_ours(site: Site, seen: Live, strays: set[str]) -> Live:
    """Return what is stored. Raises Replaced if that isn't what was sent: sending it again would overwrite it."""
    sent = seen.inputs
    stored = listed(site)
    if stored is not None and stored.pending:
        free(site, stored)
        stored = listed(site)
    if stored is None or not holds(stored, sent):
        current().note_stray_rows(site.key, strays | _expressions(sent))
        raise Replaced(
            f"{site.key}: another writer changed it before this run could send it again; that change is live, this "
            f"stack's isn't. Run `pulumi up --refresh` to see it{may_fire(_expressions(sent))}"
        )
    return stored


def _lost(site: Site, result: Live | None, before: Live | None, stored: Mapping[str, Any]) -> None:
    """Raise Replaced if what is stored is someone else's; the previous version is overwritten by the next try."""
    if result is None or before is None or template.changes(without_sections(before.inputs), result.inputs):
        current().note_stray_rows(site.key, _expressions(stored))
        raise Replaced(
            f"{site.key}: another writer replaced it while it was being validated; that version is live, this stack's "
            f"isn't. Run `pulumi up --refresh` to see it{may_fire(_expressions(stored))}"
        )


def may_fire(expressions: set[str]) -> str:
    """What to say of the schedules of a version that another writer may have replaced while it was validated."""
    if not expressions:
        return ""
    return (
        f". Its schedules ({first_of(sorted(expressions), SHOWN)}) may still fire, although the graph doesn't list "
        "them: to remove them, send the graph once with them and once without"
    )


def _expressions(inputs: Mapping[str, Any]) -> set[str]:
    return set(inputs.get("triggers") or ())


def _with_schedules(body: Mapping[str, Any], more: Iterable[str]) -> Mapping[str, Any]:
    """Return the body with more schedules: an upsert only removes the rows of those that the previous version has."""
    if not more:
        return body
    triggers = [{"type": "CRON", "value": {"expression": expression}} for expression in sorted(more)]
    return {**body, "triggers": [*body.get("triggers", ()), *LEAVING * triggers]}


def _duplicate_schedule(result: Live) -> bool:
    return any("duplicate" in error.lower() and "key" in error.lower() for error in result.errors)


def _with_sections(result: Live, answer: Mapping[str, Any]) -> Live:
    inputs = without_sections(result.inputs) | {key: answer[key] for key in SECTIONS if key in answer}
    return replace(result, inputs=inputs)
