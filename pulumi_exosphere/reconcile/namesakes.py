"""Graphs of one name in several namespaces: the state manager lets them take each other's schedules away.

Rows of schedules go by name and expression, not by namespace. So whoever writes to a graph does it within
`giving_back`, which upserts a namesake again that this run wants and that has lost some by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict, ExosphereError, InvalidGraph
from pulumi_exosphere.reconcile import conflicts

from .live import Live, in_place
from .look import look
from .orders import Site
from .outcome import note, noted, tell
from .run import current
from .upsert import REWRITTEN, live_body, upsert, wanted_body


@dataclass
class Schedules:
    """The expressions of a graph before it was written, and as they were sent."""

    before: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)

    def hold(self, *states: Mapping[str, Any]) -> None:
        """Take note of what the graph had, by ``states`` in the shape of its inputs."""
        self.before.update(*map(_expressions, states))

    def replace(self, live: Live | None, body: Mapping[str, Any]) -> None:
        """Take note that ``body`` is sent where ``live`` was."""
        if live is not None:
            self.hold(live.inputs)
        self.sent = _expressions(template.from_document(body))


@contextmanager
def giving_back(site: Site) -> Iterator[Schedules]:
    """Give back, at the end, what was taken from namesakes meanwhile.

    The graph is held (`Run.alone_with`) inside, not outside: two namesakes would wait for each other.
    """
    schedules = Schedules()
    try:
        yield schedules
    except InvalidGraph:
        with suppress(ExosphereError):  # What fails now doesn't hide that error.
            _give_back(site, schedules.sent - schedules.before)  # It was undone, which took its rows away again.
        raise
    except Conflict:
        with suppress(ExosphereError):
            _give_back(site, schedules.before - schedules.sent)
        raise
    _give_back(site, schedules.before - schedules.sent)


def _give_back(site: Site, gone: set[str]) -> None:
    run, mine = current(), noted()
    for key, inputs in run.wanted_namesakes(site.key) if gone else ():
        # Schedules that no program of this stack gave are lost like others: only live they can be seen.
        if "triggers" not in inputs or gone & _expressions(inputs):
            theirs = Site(site.client, key, site.validation_timeout)
            try:
                with run.alone_with(key):
                    live = look(theirs)
                    if live is not None and in_place(live, inputs) and gone & _expressions(live.inputs):
                        conflicts.may_keep(key, live, {}, inputs)
                        upsert(theirs, wanted_body(inputs, live, {}), live, live_body(live, inputs))
                        why = "its namesake had taken its schedules away"
                        tell(f"{key} was upserted again: {why}{REWRITTEN if inputs.get('secrets') else ''}")
            except Conflict as conflict:  # to send it would only break it
                tell(f"{key} has lost schedules to its namesake: {conflict}")
            finally:
                note(mine)


def _expressions(inputs: Mapping[str, Any]) -> set[str]:
    return set(inputs.get("triggers") or ())
