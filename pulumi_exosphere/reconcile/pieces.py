"""What the attachments' hooks do: find their piece in place, or change it in the live graph and keep the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.errors import Conflict, GraphNotFound, InvalidGraph
from pulumi_exosphere.spec.unknown import is_unknown_expression

from .drift import LOST, refreshed_piece
from .looking import look
from .outcome import Outcome, note
from .run import current
from .site import Site
from .upsert import upsert

if TYPE_CHECKING:
    from .keys import GraphKey, PieceKey
    from .live import Live
    from .orders import PieceOrder

ROUNDS = 4
"""Read-change-upserts of one piece at the most: another stack's upsert may take it away again each time."""
VALIDATION_TIMEOUT = 60.0

Section = Mapping[str, Any]


def ensure(order: PieceOrder) -> Live:
    """See to it that the piece is live; nothing is sent where it is already.

    Raises Conflict, GraphNotFound, InvalidGraph, StateManagerError.
    """
    run = current()
    key = order.piece.graph
    run.want_piece(order.piece)
    with run.alone_with(key):
        live = run.snapshots.live(order.client, key)
        if live is not None and _in_place(order, live) and _gone(order, live):
            return live
        site = Site(order.client, key, VALIDATION_TIMEOUT)
        overwritten: Section | None = None
        for attempt in range(ROUNDS):
            live = _present(order.piece, look(site))
            if _in_place(order, live) and _gone(order, live):
                return live
            here = _piece(order.piece, live)
            if attempt == 0:
                _may_change(order, live)
                overwritten = here
            elif here not in (None, _default(order.piece), order.value, overwritten):
                note(Outcome.NOT_WRITTEN)
                raise Conflict(
                    f"{order.piece} was set otherwise by another writer while this run set it; the other's is live. "
                    "Leave it to one of the two, then run `pulumi up --refresh`"
                )
            _send(site, live, _changed(order, live))
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
    with run.alone_with(key):
        site = Site(order.client, key, VALIDATION_TIMEOUT)
        for attempt in range(ROUNDS):
            live = look(site)
            if live is None or live.retired:
                return
            here = _piece(order.piece, live)
            if here is None or here == _default(order.piece):
                return
            if attempt == 0 and not order.overwrite_drift and not _told(order, order.value, here):
                raise Conflict(
                    f"{order.piece} was changed outside this stack. Nothing was sent. `pulumi refresh` shows how; then "
                    "it can be deleted (or `pulumi config set exosphere:overwriteDrift true`)"
                )
            _send(site, live, _without(order.piece, live))
            run.snapshots.fresh(order.client, key)
    raise _taken_away(order.piece)


def leave(order: PieceOrder) -> None:
    """Take the piece away from a graph that it has left, unless that graph goes too, or is this program's own."""
    run = current()
    if run.known_inputs(order.piece.graph) is None:
        remove(order)


def may_ensure(order: PieceOrder, live: Live | None) -> None:
    """What `ensure` would refuse of a graph that this run doesn't declare.

    Raises GraphNotFound, Conflict.
    """
    there = _present(order.piece, live)
    if not _in_place(order, there):
        _may_change(order, there)
        _secrets(order.piece.graph, there)


def folded_otherwise(piece: PieceKey, value: Section, graph: Section) -> list[str]:
    """Where the piece differs from what its graph is sent with, if ``graph`` manages the section; unknowns don't."""
    section = graph.get(piece.section)
    if not isinstance(section, Mapping):
        return []
    if piece.section == "triggers":
        there = piece.expression in section or any(map(is_unknown_expression, section))
        return [] if there else ["triggers"]
    return spec.changes({piece.section: section}, {piece.section: value}, unknown_differs=False)


def _taken_away(piece: PieceKey) -> Conflict:
    note(Outcome.NOT_WRITTEN)
    return Conflict(
        f"{piece} was upserted {ROUNDS} times, and another writer undid it each time: it is at work on the graph. Stop "
        "it, then run `pulumi up` again"
    )


def _present(piece: PieceKey, live: Live | None) -> Live:
    if live is None or live.retired:
        raise GraphNotFound(
            f"{piece.graph} isn't there, so {piece} can't be set. Give the Graph resource itself as "
            "`graph=` if this program declares it, or correct the id"
        )
    return live


def _may_change(order: PieceOrder, live: Live) -> None:
    here = _piece(order.piece, live)
    if here is None or here == _default(order.piece):
        return
    if order.overwrite_drift or (order.old is not None and _told(order, order.old, here)):
        return
    if order.old is None and order.adopt:
        return
    if order.old is None:
        raise Conflict(
            f"{order.piece} is set already, and differs. To replace it, `pulumi config set exosphere:adopt true`; "
            "or leave it to whoever set it"
        )
    raise Conflict(
        f"{order.piece} was changed outside this stack. Nothing was sent. `pulumi up --refresh` shows the change "
        "before it replaces it; to overwrite it unseen, `pulumi config set exosphere:overwriteDrift true`"
    )


def _send(site: Site, live: Live, sections: Section) -> None:
    wanted = {**live.inputs, **sections, "secrets": _secrets(site.key, live)}
    faults = spec.judge({"name": site.key.name, "namespace": site.key.namespace, **wanted})
    if faults:
        raise InvalidGraph(f"{site.key}: " + "; ".join(f"{fault.path}: {fault.message}" for fault in faults))
    back = spec.to_body({**live.inputs, "secrets": wanted["secrets"]}) if live.status == "VALID" else None
    upsert(site, spec.to_body(wanted), live, back)


def _secrets(key: GraphKey, live: Live) -> Mapping[str, Any]:
    """The graph's secrets in plain text, which every upsert needs: none, or as the Graph's own hooks had them."""
    if not live.secret_names:
        return {}
    inputs = current().wanted_inputs(key) or {}
    secrets = inputs.get("secrets") or {}
    missing = sorted(live.secret_names - set(secrets))
    if missing:
        raise Conflict(
            f"{key} has secrets ({', '.join(missing)}), whose values can't be read back, and every upsert needs "
            "them all. Nothing was sent. Target the Graph resource too (`--target` with its URN), or declare the graph "
            "in this program and give that resource as `graph=`"
        )
    return secrets


def _piece(piece: PieceKey, live: Live) -> dict[str, Any] | None:
    """The piece as it is live; None for a schedule that isn't there."""
    section = live.inputs.get(piece.section) or {}
    if piece.section != "triggers":
        return dict(section)
    return {piece.expression: dict(section[piece.expression])} if piece.expression in section else None


def _told(order: PieceOrder, state: Section, here: Section) -> bool:
    """Whether a refresh has shown the live piece: it would find nothing that ``state`` doesn't say."""
    graph = current().known_inputs(order.piece.graph)
    found = refreshed_piece({**state, LOST: order.lost}, here, graph)
    return {key: value for key, value in found.items() if key != LOST} == dict(state)


def _default(piece: PieceKey) -> dict[str, Any] | None:
    return None if piece.section == "triggers" else spec.section_default(piece.section)


def _in_place(order: PieceOrder, live: Live) -> bool:
    return _piece(order.piece, live) == dict(order.value)


def _gone(order: PieceOrder, live: Live) -> bool:
    """Whether the piece that this one replaces (a schedule's old expression) is away, or wanted by this run."""
    old = order.old_piece
    if old is None or old == order.piece or current().wants_piece(old):
        return True
    return _piece(old, live) in (None, _default(old))


def _changed(order: PieceOrder, live: Live) -> dict[str, Any]:
    sections = {} if _gone(order, live) or order.old_piece is None else _without(order.old_piece, live)
    section = order.piece.section
    if section != "triggers":
        return {**sections, section: dict(order.value)}
    triggers = sections.get("triggers", live.inputs.get("triggers") or {})
    return {"triggers": {**triggers, **order.value}}


def _without(piece: PieceKey, live: Live) -> dict[str, Any]:
    if piece.section != "triggers":
        return {piece.section: spec.section_default(piece.section)}
    kept = {e: trigger for e, trigger in (live.inputs.get("triggers") or {}).items() if e != piece.expression}
    return {"triggers": kept}
