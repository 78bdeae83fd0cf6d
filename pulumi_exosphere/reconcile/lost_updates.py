"""The look afterwards: GET tells nothing of the sections, so updates are held against one listing that they share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict, ExosphereError, InvalidGraph

from .deliver import deliver
from .keys import GraphKey
from .live import Live, holds
from .namesakes import giving_back
from .orders import Written
from .outcome import Outcome, note, noted, tell
from .run import Run
from .upsert import REWRITTEN

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

LONGEST_WAIT = 0.3
"""Seconds for which an update that seems to be the last waits for another one, at the most."""


def verify(written: Written, seen: Live | None) -> Live | None:
    """See to it that what is stored is what was sent: a stale save of the version before is put right.

    Gives the graph where it had to be written again. Raises Conflict when somebody else wrote, InvalidGraph when
    the repeat ended INVALID, and what `deliver` raises.
    """
    site, body, before = written.site, written.body, written.before
    if seen is not None and holds(seen, template.from_document(body)):
        # Somebody who upserted the same may have it validated just now: that is theirs to tell.
        return None
    note(Outcome.NOT_WRITTEN)
    if seen is None or seen.pending or before is None or template.changes(before.inputs, seen.inputs):
        raise Conflict(
            f"{site.key}: another writer replaced it just after this run's update was judged; its version is "
            "live, this stack's isn't. Run `pulumi up --refresh` to see what it wrote"
        )
    live = deliver(site, body, seen)
    if live.status != "VALID":
        raise InvalidGraph(
            f"{site.key}: the version before came back after this run's update was judged, and the update, "
            "sent once more, was ended INVALID by the state manager. Run `pulumi up` again"
        )
    return replace(live, document_id=seen.document_id)  # which only a listing has


def verify_together(run: Run, written: Written) -> Live | None:
    """Note ``written``, and once no update of its namespace is under way or expected look at all that were noted.

    Gives the graph of ``written`` where it had to be written again. Raises what is wrong with it; what is wrong with
    another graph is told, since its own hook has returned.
    """
    key = written.site.key
    run.unverified[key] = written
    # Where a program takes longer to declare its next graph than this one took to update, a listing for each would be
    # the dearest part: waiting for the next, as long as a listing takes, costs little, and mostly spares it.
    wait = min(run.snapshots.cost(key.address, key.namespace), LONGEST_WAIT)
    if run.more_updates(key.address, key.namespace, wait=wait):
        return None
    waiting = [other for other in list(run.unverified) if other[:2] == key[:2]]
    listing = run.snapshots.refreshed(written.site.client, key.namespace)
    mine = noted()
    for other in waiting:
        if other != key and (late := run.unverified.pop(other, None)) is not None:
            _verify_other(run, other, late, listing.get(other.name))
            note(mine)
    if run.unverified.pop(key, None) is None:
        return None
    with run.alone_with(key):
        repeated = verify(written, listing.get(key.name))
    if repeated is not None:
        run.snapshots.note_written(key, repeated)
    return repeated


def verify_left(run: Run, client: StateManager, key: GraphKey) -> None:
    """Look at what other updates left to this one, which failed, if it was the last of its namespace."""
    waiting = [other for other in list(run.unverified) if other[:2] == key[:2]]
    if not waiting or run.more_updates(key.address, key.namespace):
        return
    mine = noted()
    try:
        listing = run.snapshots.refreshed(client, key.namespace)
    except ExosphereError as error:
        tell(f"whether all updates of namespace '{key.namespace}' are as they were sent couldn't be seen: {error}")
        return
    for other in waiting:
        if (late := run.unverified.pop(other, None)) is not None:
            _verify_other(run, other, late, listing.get(other.name))
    note(mine)


def _verify_other(run: Run, key: GraphKey, late: Written, seen: Live | None) -> None:
    try:
        with giving_back(late.site) as schedules, run.alone_with(key):
            schedules.replace(seen, late.body)
            if (repeated := verify(late, seen)) is None:
                return
            run.snapshots.note_written(key, repeated)
    except ExosphereError as error:
        named = "" if str(key) in str(error) else f"{key}: "
        tell(f"{named}{error}. Outcome: {noted().value}")
        return
    # Its own hook has returned, so that state has the time of the first upsert.
    why = f"the version before had come back{REWRITTEN if late.body.get('secrets') else ''}"
    tell(f"{key} was upserted again after its update: {why}")
