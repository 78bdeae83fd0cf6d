"""The attachments' hooks: find their piece in place, or change it in the live graph and keep the rest."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict, ExosphereError, InvalidGraph, Outcome

from .conflicts import (
    is_gone,
    is_in_place,
    may_change,
    may_remove,
    may_take,
    owner_of,
    plain_secrets,
    present,
)
from .deliver import Replaced
from .keys import PieceKey, default_of, has_piece, is_set, piece_in, with_piece, without_piece
from .live import Live, is_live, keeping_fields, same_document
from .look import look
from .orders import LookAt, PieceOrder, Site
from .outcome import failing_as, tell, with_outcome
from .registrations import nodes_of
from .repairs import with_repairs
from .run import current
from .upsert import live_body, upsert
from .waiting import seeing_through

ROUNDS = 4
"""Times that one piece is read, changed and upserted, at most: another stack's upsert may undo it each time."""

Section = Mapping[str, Any]


@with_repairs(Outcome.VALID)
def ensure(order: PieceOrder) -> Live:
    """Make sure that the piece is live; nothing is sent if it is already.

    Raises Conflict, GraphNotFound, InvalidGraph, StateManagerError.
    """
    run, site = current(), order.site
    run.want_piece(order.piece)
    with run.alone_with(site.key):
        live = run.snapshots.live(order.client, site.key)
        if is_live(live) and not run.wants(site.key):
            _may_take(order, live)
        if is_live(live) and is_in_place(order, live) and is_gone(order, live):
            return live

        live = present(order.piece, look(site))
        if is_in_place(order, live) and is_gone(order, live):
            return live
        plain_secrets(site.key, live)  # first: without them nothing else helps
        may_change(order, live)
        if _wait_for_nodes(site, live):
            live = present(order.piece, look(site))
            may_change(order, live)

        overwritten = piece_in(order.piece, live)
        for _ in range(ROUNDS):
            leaving = None if is_gone(order, live) else order.old_piece
            sections = with_piece(order.piece, order.value, live, leaving)
            with suppress(Replaced):  # then the piece goes into what the other wrote
                _send(site, live, sections)
            sent = {**live.kept, **sections}
            live = present(order.piece, _after(site))
            done = is_in_place(order, live) and is_gone(order, live)
            if done and _is_clean(site, live):
                return live
            run.note_stray_rows(site.key, sent.get("triggers") or ())
            if piece_in(order.piece, live) not in (None, default_of(order.piece), order.value, overwritten):
                raise _set_otherwise(order.piece)
    raise _not_clean(site, order.piece, live) if done else _taken_away(order.piece)


@with_repairs(Outcome.VALID)
def remove(order: PieceOrder, look_at: LookAt) -> None:
    """Remove the piece, unless this run wants it, by whatever address. Already gone is success.

    ``order.value`` is what state says.

    Raises Conflict, InvalidGraph, StateManagerError.
    """
    run, site = current(), order.site
    if run.wants_piece(order.piece):
        return
    with run.alone_with(site.key):
        live = look(site)

        if not is_live(live) or not is_set(order.piece, live):
            return
        for other in run.wanted_elsewhere(site.key):
            if run.wants_piece(order.piece._replace(graph=other)):
                there = look_at(other)
                if there is not None and same_document(live, there):
                    return
        may_remove(order, piece_in(order.piece, live) or {})

        for _ in range(ROUNDS):
            sections = without_piece(order.piece, live)
            with suppress(Replaced):
                _send(site, live, sections)
            sent = {**live.kept, **sections}
            live = _after(site)
            if not is_live(live):
                return
            done = not is_set(order.piece, live)
            if done and _is_clean(site, live):
                return
            run.note_stray_rows(site.key, sent.get("triggers") or ())
    raise _not_clean(site, order.piece, live) if done else _taken_away(order.piece)


def _after(site: Site) -> Live | None:
    """The graph as a listing shows it that began after the write."""
    with failing_as(Outcome.VALID), seeing_through():
        current().snapshots.fresh(site.client, site.key)
        return look(site)


def _is_clean(site: Site, live: Live) -> bool:
    """Whether nothing is left of two writers that met: no cron rows of the version that lost, no INVALID graph."""
    return live.status != "INVALID" and not _strays(site, live)


def _strays(site: Site, live: Live) -> set[str]:
    return current().stray_rows(site.key) - set(live.kept.get("triggers") or ())


def tell_moved(piece: PieceKey, before: str) -> None:
    """Say that a piece which went to another state manager is still live at the old one, ``before``."""
    tell(
        f"{piece} is now at {piece.graph.address}; the one at {before} isn't removed: remove it there if nothing needs "
        "it any more"
    )


def leave(order: PieceOrder, look_at: LookAt, *, folded: bool) -> None:
    """Remove the piece from a graph that it has left, unless that graph's own hooks do.

    They do if the piece was ``folded``, except for one that the graph's state doesn't have: a targeted run had sent it.
    """
    known = current().known_inputs(order.piece.graph)
    if (known is None and not folded) or (known is not None and not has_piece(order.piece, known)):
        remove(order, look_at)


def may_ensure(order: PieceOrder, live: Live | None) -> None:
    """Raise what `ensure` would raise for a graph that this run doesn't declare.

    Raises GraphNotFound, Conflict.
    """
    there = present(order.piece, live)
    _may_take(order, there)
    if not is_in_place(order, there):
        plain_secrets(order.piece.graph, there)
        may_change(order, there)


def _may_take(order: PieceOrder, live: Live) -> None:
    if (order.old is None or order.old_piece != order.piece) and is_set(order.piece, live):
        may_take(order.piece, owner_of(order.piece))


def _set_otherwise(piece: PieceKey) -> ExosphereError:
    return with_outcome(
        Conflict(
            f"another writer changed {piece} during this run; that change is live. Leave it to one of the two, then "
            "run `pulumi up --refresh`"
        ),
        Outcome.NOT_WRITTEN,
    )


def _taken_away(piece: PieceKey) -> ExosphereError:
    return with_outcome(
        Conflict(
            f"{piece} was upserted {ROUNDS} times, and another writer undid that each time. Stop that writer, "
            "then run `pulumi up` again"
        ),
        Outcome.NOT_WRITTEN,
    )


def _not_clean(site: Site, piece: PieceKey, live: Live) -> ExosphereError:
    strays = sorted(_strays(site, live))
    left = f"schedules that the graph doesn't list may fire: {', '.join(strays)}" if strays else "the graph is INVALID"
    return with_outcome(
        Conflict(
            f"{piece} is as declared, but another writer changed the graph each of {ROUNDS} times that this run did, "
            f"and {left}. Stop that writer, then change any part of the graph and run `pulumi up` again"
        ),
        Outcome.VALID if live.status == "VALID" else Outcome.INVALID,
    )


def _wait_for_nodes(site: Site, live: Live) -> bool:
    """Nothing validates a graph again later, so nor is a piece sent before the graph's nodes are registered."""
    return current().registrations.wait(site.client, site.key, nodes_of(live.inputs), site.validation_timeout)


def _send(site: Site, live: Live, sections: Section) -> None:
    wanted = {**live.kept, **sections, "secrets": plain_secrets(site.key, live)}
    faults = template.judge({"name": site.key.name, "namespace": site.key.namespace, **wanted})
    if faults:
        raise InvalidGraph(f"{site.key}: " + "; ".join(f"{fault.path}: {fault.message}" for fault in faults))
    upsert(site, keeping_fields(template.to_body(wanted), live), live, live_body(live, wanted))
