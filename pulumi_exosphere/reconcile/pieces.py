"""What the attachments' hooks do: find their piece in place, or change it in the live graph and keep the rest."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict, InvalidGraph

from .conflicts import is_gone, is_in_place, may_change, may_remove, plain_secrets, present
from .deliver import Replaced
from .keys import PieceKey, default_of, has_piece, piece_in, with_piece, without_piece
from .live import Live
from .look import look
from .namesakes import Schedules, giving_back
from .orders import DEFAULT_TIMEOUT, PieceOrder, Site
from .outcome import Outcome, note, tell
from .registrations import nodes_of
from .run import current
from .upsert import live_body, upsert

ROUNDS = 4
"""Read-change-upserts of one piece at the most: another stack's upsert may take it away again each time."""

Section = Mapping[str, Any]


def ensure(order: PieceOrder) -> Live:
    """See to it that the piece is live; nothing is sent where it is already.

    Raises Conflict, GraphNotFound, InvalidGraph, StateManagerError.
    """
    run = current()
    key = order.piece.graph
    site = Site(order.client, key, DEFAULT_TIMEOUT)
    run.want_piece(order.piece)
    with giving_back(site) as schedules, run.alone_with(key):
        live = run.snapshots.live(order.client, key)
        if live is not None and is_in_place(order, live) and is_gone(order, live):
            return live
        overwritten: Section | None = None
        for attempt in range(ROUNDS):
            live = present(order.piece, look(site))
            gone = is_gone(order, live)
            if gone and is_in_place(order, live):
                return live
            if attempt == 0:
                may_change(order, live)
                plain_secrets(key, live)
                if _wait_for_nodes(site, live):
                    live = present(order.piece, look(site))
                    may_change(order, live)
            here = piece_in(order.piece, live)
            if attempt == 0:
                overwritten = here
            elif here not in (None, default_of(order.piece), order.value, overwritten):
                note(Outcome.NOT_WRITTEN)
                raise Conflict(
                    f"{order.piece} was set otherwise by another writer while this run set it; the other's is live. "
                    "Leave it to one of the two, then run `pulumi up --refresh`"
                )
            leaving = None if gone else order.old_piece
            with suppress(Replaced):  # then the piece goes into what the other wrote
                _send(site, live, with_piece(order.piece, order.value, live, leaving), schedules)
            run.snapshots.fresh(order.client, key)
    raise _taken_away(order.piece)


def remove(order: PieceOrder) -> None:
    """Take the piece away, unless this run wants it; ``order.value`` is what state says. Already gone is success.

    Raises Conflict, InvalidGraph, StateManagerError.
    """
    run = current()
    key = order.piece.graph
    if run.wants_piece(order.piece):
        return
    site = Site(order.client, key, DEFAULT_TIMEOUT)
    with giving_back(site) as schedules, run.alone_with(key):
        for attempt in range(ROUNDS):
            live = look(site)
            if live is None or live.retired:
                return
            here = piece_in(order.piece, live)
            if here is None or here == default_of(order.piece):
                return
            if attempt == 0:
                may_remove(order, here)
            with suppress(Replaced):
                _send(site, live, without_piece(order.piece, live), schedules)
            run.snapshots.fresh(order.client, key)
    raise _taken_away(order.piece)


def tell_moved(piece: PieceKey, before: str) -> None:
    """Say that a piece which went to another state manager is still live at the old one, ``before``."""
    tell(
        f"{piece} is now at {piece.graph.address}; the one at {before} isn't taken away: do so there if nothing needs "
        "it any more"
    )


def leave(order: PieceOrder, *, folded: bool) -> None:
    """Take the piece away from a graph that it has left, unless that graph's own hooks do.

    They do where the piece was ``folded``, but for one that the graph's state doesn't have: a targeted run had sent it.
    """
    known = current().known_inputs(order.piece.graph)
    if (known is None and not folded) or (known is not None and not has_piece(order.piece, known)):
        remove(order)


def may_ensure(order: PieceOrder, live: Live | None) -> None:
    """What `ensure` would refuse of a graph that this run doesn't declare.

    Raises GraphNotFound, Conflict.
    """
    there = present(order.piece, live)
    if not is_in_place(order, there):
        may_change(order, there)
        plain_secrets(order.piece.graph, there)


def _taken_away(piece: PieceKey) -> Conflict:
    note(Outcome.NOT_WRITTEN)
    return Conflict(
        f"{piece} was upserted {ROUNDS} times, and another writer undid it each time: it is at work on the graph. Stop "
        "it, then run `pulumi up` again"
    )


def _wait_for_nodes(site: Site, live: Live) -> bool:
    """Nothing validates a graph again later, so nor is a piece sent before the graph's nodes are registered."""
    return current().registrations.wait(site.client, site.key, nodes_of(live.inputs), DEFAULT_TIMEOUT)


def _send(site: Site, live: Live, sections: Section, schedules: Schedules) -> None:
    wanted = {**live.inputs, **sections, "secrets": plain_secrets(site.key, live)}
    faults = template.judge({"name": site.key.name, "namespace": site.key.namespace, **wanted})
    if faults:
        raise InvalidGraph(f"{site.key}: " + "; ".join(f"{fault.path}: {fault.message}" for fault in faults))
    body = template.to_body(wanted)
    schedules.replace(live, body)
    upsert(site, body, live, live_body(live, wanted))
