"""The graph as it is live: before a write, at the price of few listings, and after it, once it is validated."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from contextlib import closing

from pulumi_exosphere.errors import ExosphereError, StateManagerError, Unauthorized, Unreachable

from .live import Live, is_live, seconds_between
from .orders import Site
from .run import current
from .schedules import ROWS, rows_take, until_fired, until_made
from .waiting import REPAIR, looks, pause


class NotValidated(ExosphereError):
    """The graph was written, and its validation didn't end in time."""

    __module__ = "pulumi_exosphere"


def settled(site: Site, due: Iterable[int]) -> Live | None:
    """The graph once it is no longer PENDING, looked at when it is ``due``; None where there is none.

    Raises NotValidated after ``validation_timeout`` without a validation result.
    """
    pending: Live | None = None
    for _ in due:
        live = site.read()
        if live is None or not live.pending:
            return live
        pending = live
    when = f" since {pending.updated_at} (the state manager's time)" if pending else ""
    raise NotValidated(
        f"timed out after {site.validation_timeout:g} s (validation_timeout) waiting for {site.key} to be validated: "
        f"PENDING{when}. To send it again, {REPAIR}"
    )


def lasting(site: Site, taken: Live, *, scheduled: bool) -> Live | None:
    """Return the validation result once it is final: if its cron rows can't be made, a VALID graph becomes INVALID.

    The first look is late enough for one look to do, unless the validation took its time.
    """
    began, pace, timeout = time.monotonic(), current().pace(site.key.address), site.validation_timeout
    with closing(looks(timeout, pace.first_look + ROWS) if scheduled else pace.looks(timeout)) as due:
        result = settled(site, due)
        if result is None:
            return None
        took = seconds_between(taken.updated_at, result.updated_at)
        pace.learn(took)
    if not scheduled or result.status != "VALID":
        return result
    passed = time.monotonic() - began
    took = min(max(took, 0.0), passed)
    left = rows_take(took) - (passed - took)
    if left <= ROWS / 10:
        return result
    pause(left)
    return settled(site, looks(timeout, 0.0))


APART = 0.5
"""Seconds, at most, added to a wait for another writer's rows: two runs that wait would write at the same moment."""


def wait_for_schedules(site: Site, live: Live | None, *, made: bool = False) -> bool:
    """Wait until an upsert can't get into the way of the graph's schedules; says whether that took any time.

    ``made`` says that their rows exist. Afterwards someone else may have written.
    """
    if live is None or live.status != "VALID" or not live.inputs.get("triggers"):
        return False
    now, wait = site.client.now(), 0.0
    if not made and not current().snapshots.wrote(site.key, live):
        wait = until_made(live.updated_at, now)
        wait += random.uniform(0, APART) if wait else 0.0  # noqa: S311  # not cryptography
    wait = max(wait, until_fired(live.inputs["triggers"], now))
    pause(wait)
    return wait > 0


def free(site: Site, live: Live | None) -> Live | None:
    """Wait until the graph isn't PENDING, since a PUT into a running validation can be lost.

    A graph that stays PENDING for ``validation_timeout`` with the same ``updated_at`` has nobody who validates it; it
    is returned as it is, and only a PUT heals it.
    """
    while live is not None and live.pending:
        seen = live.updated_at
        for _ in looks(site.validation_timeout, current().pace(site.key.address).first_look):
            live = site.read()
            if live is None or not live.pending or live.updated_at != seen:
                break
        else:
            return live
    return live


def seen(site: Site) -> Live | None:
    """The graph in the shared listing; where that fails as a whole, one GET can still say that there is none."""
    try:
        return current().snapshots.recent(site.client, site.key)
    except StateManagerError as error:
        if isinstance(error, (Unauthorized, Unreachable)):
            raise
        live = site.read()
        if not is_live(live):
            return live
        raise


def look(site: Site) -> Live | None:
    """Return what is live, not PENDING, with sections: the shared listing, if one GET shows that it is still true.

    An upsert may follow at once: no schedule of the graph is in its way.
    """
    snapshots, waited_for = current().snapshots, ""
    while True:
        live = snapshots.live(site.client, site.key)
        now = free(site, site.read())
        if now is None:
            return None
        if live is None or (live.updated_at, live.status) != (now.updated_at, now.status):
            live = snapshots.fresh(site.client, site.key)
            if live is not None and live.pending and not now.pending:
                continue  # someone wrote just then, and is in validation
        if live is None or not wait_for_schedules(site, live, made=live.updated_at == waited_for):
            return live
        waited_for = live.updated_at


def look_again(site: Site) -> Live | None:
    """As `look`; of a retired graph a GET shows all that matters."""
    now = free(site, site.read())
    return look(site) if is_live(now) else now
