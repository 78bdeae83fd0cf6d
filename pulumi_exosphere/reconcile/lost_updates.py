"""The check after the write: a GET shows no sections, so updates are compared with one listing that they share."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict, ExosphereError, Outcome

from .deliver import may_fire
from .keys import GraphKey
from .listings import Listing
from .live import Live, holds
from .namesakes import give_back
from .orders import Site, Written
from .outcome import failing_as, tell, with_outcome
from .run import current
from .upsert import REWRITTEN, upsert


def verify(written: Written, seen: Live | None) -> Live | None:
    """Make sure that what is stored is what was sent, and VALID: a stale save of the previous version is corrected.

    Returns the graph if it had to be sent again. Raises Conflict if someone else wrote, and what `upsert` raises.
    """
    site, body, before = written.site, written.body, written.before
    sent = template.from_document(body)
    if seen is not None and holds(seen, sent):
        # Someone who upserted the same may have it validated just now: that is theirs to report. INVALID: its cron rows
        # couldn't be made, only later than this run waited for that.
        return upsert(site, body, seen, written.back) if seen.status == "INVALID" else None
    if seen is None or seen.pending or before is None or template.changes(before.inputs, seen.inputs):
        raise with_outcome(
            Conflict(
                f"{site.key}: another writer replaced it just after this run's update was validated; that version is "
                f"live, this stack's isn't. Run `pulumi up --refresh` to see it{may_fire(_left(sent, seen))}"
            ),
            Outcome.NOT_WRITTEN,
        )
    return upsert(site, body, seen, written.back)


def _left(sent: Mapping[str, Any], seen: Live | None) -> set[str]:
    """The schedules that were sent, and that what is live doesn't have."""
    return set(sent.get("triggers") or ()) - set((seen.inputs.get("triggers") if seen is not None else None) or ())


def verify_own(site: Site) -> Live | None:
    """Once no update of the namespace is under way or expected, check all that were noted (`Run.unverified`).

    Returns the graph of ``site`` if it had to be sent again. Raises what is wrong with it; what is wrong with another
    graph is printed, because its own hook has returned.
    """
    run, key = current(), site.key
    if key not in run.unverified:
        verify_others(site)
        return None
    if run.wait_for_update(key.address, key.namespace):
        return None
    waiting = _unverified(site)
    with failing_as(Outcome.VALID):
        listing = run.snapshots.refreshed(site.client, key.namespace)
    _verify_each([other for other in waiting if other != key], listing)
    if (written := run.unverified.pop(key, None)) is None:
        return None
    with run.alone_with(key):
        return verify(written, listing.readable(key.name))


def verify_others(site: Site) -> None:
    """Check what other updates left to one that failed, or never came, if it was the last of its namespace."""
    run, key = current(), site.key
    waiting = _unverified(site)
    if not waiting or run.more_updates(key.address, key.namespace):
        return
    try:
        listing = run.snapshots.refreshed(site.client, key.namespace)
    except ExosphereError as error:
        tell(
            f"could not check whether all updates in namespace '{key.namespace}' are stored as they were sent: {error}"
        )
        return
    _verify_each(waiting, listing)


def _unverified(site: Site) -> list[GraphKey]:
    return [other for other in list(current().unverified) if other[:2] == site.key[:2]]


def _verify_each(keys: list[GraphKey], listing: Listing) -> None:
    for key in keys:
        if (late := current().unverified.pop(key, None)) is not None:
            _verify_other(key, late, listing.readable(key.name))


def _verify_other(key: GraphKey, late: Written, seen: Live | None) -> None:
    run = current()
    try:
        with run.alone_with(key):
            repeated = verify(late, seen)
        if repeated is None:
            return
        give_back(late.site)
    except ExosphereError as error:
        with suppress(ExosphereError):
            give_back(late.site)
        named = "" if str(key) in str(error) else f"{key}: "
        tell(f"{named}{error}. Outcome: {(error.outcome or Outcome.VALID).value}")
        return
    # Its own hook has returned, so that state has the time of the first upsert.
    why = f"the previous version had come back{REWRITTEN if late.body.get('secrets') else ''}"
    tell(f"{key} was upserted again after its update: {why}")
