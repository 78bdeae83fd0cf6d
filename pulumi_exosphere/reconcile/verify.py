"""The look afterwards: GET tells nothing of the sections, so updates are held against one listing that they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.errors import Conflict, ExosphereError

from .deliver import Site, deliver, holds
from .telling import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .live import Live
    from .run import Run


@dataclass(frozen=True)
class Written:
    """An update whose sections haven't been seen yet."""

    site: Site
    body: Mapping[str, Any]
    before: Live | None

    def verify(self, seen: Live | None) -> None:
        """See to it that what is stored is what was sent: a stale save of the version before is put right.

        Raises Conflict when somebody else wrote, and what `deliver` raises.
        """
        if seen is not None and (seen.pending or holds(seen, spec.from_document(self.body))):
            return
        if seen is None or self.before is None or spec.changes(self.before.inputs, seen.inputs):
            raise Conflict(
                f"{self.site.key}: another writer replaced it just after this run's update was judged; its version is "
                "live, this stack's isn't. Run `pulumi up --refresh` to see what it wrote"
            )
        deliver(self.site, self.body, seen)


def verify_together(run: Run, written: Written) -> None:
    """Note ``written``, and once no update of its namespace is under way or expected look at all that were noted.

    Raises what is wrong with ``written``; what is wrong with another graph is told, since its own hook has returned.
    """
    key = written.site.key
    run.unverified[key] = written
    if run.more_updates(key.address, key.namespace):
        return
    noted = [other for other in list(run.unverified) if other[:2] == key[:2]]
    listing = run.snapshots.refreshed(written.site.client, key.namespace)
    for other in noted:
        late = run.unverified.pop(other, None)
        if late is None:
            continue
        with run.alone_with(other):
            try:
                late.verify(listing.get(other.name))
            except ExosphereError as error:
                if other == key:
                    raise
                tell(str(error))
