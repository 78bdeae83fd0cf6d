"""Graphs of one name in several namespaces: the state manager lets them take each other's schedules away."""

from __future__ import annotations

from .bodies import live_body, wanted_body
from .live import in_place
from .looking import look
from .outcome import note, noted
from .run import current
from .site import Site
from .telling import tell
from .upsert import REWRITTEN, upsert


def give_back_schedules(site: Site, gone: set[str]) -> None:
    """Rows of schedules go by name and expression, not by namespace: a namesake that lost some is upserted again."""
    run, mine = current(), noted()
    for key, inputs in run.wanted_namesakes(site.key):
        if gone & set(inputs.get("triggers") or ()):
            theirs = Site(site.client, key, site.validation_timeout)
            try:
                with run.alone_with(key):
                    live = look(theirs)
                    if live is not None and in_place(live, inputs):
                        upsert(theirs, wanted_body(inputs, live, {}), live, live_body(live, inputs))
                        why = "its namesake had taken its schedules away"
                        tell(f"{key} was upserted again: {why}{REWRITTEN if inputs.get('secrets') else ''}")
            finally:
                note(mine)
