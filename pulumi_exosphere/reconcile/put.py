"""One PUT; where its answer is lost the graph is read back and compared, and the body sent again if it never came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.errors import Conflict, ExosphereError, StateManagerError

from .live import Live, from_document, holds
from .outcome import Outcome, note, noted
from .verdict import free
from .waiting import pause, stop_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .site import Site

TRIES = 3
"""PUTs whose answers are lost, of which nothing is to be seen afterwards."""
SETTLE = 0.2
"""Seconds before a lost answer is read back: the request may still be on its way."""
LONGEST = 60.0
"""Seconds that a lost answer's Retry-After is waited for; where it asks for more, the hook fails."""


def put(site: Site, body: Mapping[str, Any], sent: Mapping[str, Any], before: Live | None) -> Live:
    """PUT, and give the graph as the server took it; a lost answer is read back, and repeated if it never came.

    ``before`` is what was seen last. In a cancelled run nothing is begun: what was written is still put right.

    Raises Cancelled, StateManagerError, and Conflict where an answer was lost and somebody else has written.
    """
    held = noted()
    failure: StateManagerError | None = None
    for attempt in range(TRIES):
        if held is Outcome.NOT_WRITTEN:
            stop_if_cancelled()
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
            found = listed(site)
            if found is not None and found.pending:
                free(site, found)
                found = listed(site)  # a GET, by which it was waited, tells nothing of the sections
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


def listed(site: Site) -> Live | None:
    """The graph in a listing of its own, sections included; None where there is none."""
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
