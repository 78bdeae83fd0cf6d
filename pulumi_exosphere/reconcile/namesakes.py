"""Graphs of one name in several namespaces: in the state manager they take each other's schedules away.

Rows of schedules go by name and expression, not by namespace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_exosphere.errors import Conflict
from pulumi_exosphere.reconcile import conflicts

from .live import in_place
from .look import look
from .orders import Site
from .outcome import tell
from .run import current
from .upsert import REWRITTEN, live_body, upsert, wanted_body


def give_back(site: Site) -> None:
    """Send the graph's namesakes of this run again if upserts of the graph took their schedules away.

    Must not be called while the graph is locked (`Run.alone_with`): two namesakes would wait for each other.
    """
    run = current()
    gone = run.lost_rows(site.key)
    for key, inputs in run.wanted_namesakes(site.key) if gone else ():
        # Schedules that no program of this stack gave are lost like others: only live they can be seen.
        if "triggers" in inputs and not gone & _expressions(inputs):
            continue
        theirs = Site(site.client, key, site.validation_timeout)
        try:
            with run.alone_with(key):
                live = look(theirs)
                if live is None or not in_place(live, inputs) or not gone & _expressions(live.inputs):
                    continue
                conflicts.may_keep(key, live, {}, inputs)
                upsert(theirs, wanted_body(inputs, live, {}), live, live_body(live, inputs))
        except Conflict as conflict:  # sending it would only break it
            tell(f"{key} has lost schedules to its namesake in namespace '{site.key.namespace}': {conflict}")
        else:
            why = f"the graph of that name in namespace '{site.key.namespace}' had taken its schedules away"
            tell(f"{key} was upserted again: {why}{REWRITTEN if inputs.get('secrets') else ''}")


def _expressions(inputs: Mapping[str, Any]) -> set[str]:
    return set(inputs.get("triggers") or ())
