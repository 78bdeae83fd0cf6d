"""Looking before a write: what is live now, and not PENDING, at the price of as few listings as that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.errors import StateManagerError, Unauthorized, Unreachable

from .run import current
from .verdict import free

if TYPE_CHECKING:
    from .live import Live
    from .site import Site


def seen(site: Site) -> Live | None:
    """The graph in the shared listing; where that fails as a whole, one GET can still say that there is none."""
    try:
        return current().snapshots.recent(site.client, site.key)
    except StateManagerError as error:
        if isinstance(error, (Unauthorized, Unreachable)):
            raise
        live = site.read()
        if live is None or live.retired:
            return live
        raise


def look(site: Site) -> Live | None:
    """What is live now, not PENDING, sections included: the shared listing, if one GET shows that it still holds."""
    snapshots = current().snapshots
    while True:
        live = snapshots.live(site.client, site.key)
        now = free(site, site.read())
        if now is None:
            return None
        if live is not None and (live.updated_at, live.status) == (now.updated_at, now.status):
            return live
        live = snapshots.fresh(site.client, site.key)
        if live is None or not live.pending or now.pending:  # else somebody wrote just then, and is in validation
            return live


def look_again(site: Site) -> Live | None:
    """As `look`; of a retired graph a GET tells all that matters."""
    now = free(site, site.read())
    return now if now is None or now.retired else look(site)
