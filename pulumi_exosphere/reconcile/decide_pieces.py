"""Whether a piece is as its order says, and whether it may be changed: as `decide`, but what this run wants counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.errors import Conflict, GraphNotFound
from pulumi_exosphere.spec.unknown import is_unknown_expression

from .drift import LOST, refreshed_piece
from .run import current
from .splice import default_of, piece_in

if TYPE_CHECKING:
    from .keys import GraphKey, PieceKey
    from .live import Live
    from .orders import PieceOrder

Section = Mapping[str, Any]


def is_in_place(order: PieceOrder, live: Live) -> bool:
    """Whether the piece is live as it is wanted."""
    return piece_in(order.piece, live) == dict(order.value)


def is_gone(order: PieceOrder, live: Live) -> bool:
    """Whether the piece that this one replaces (a schedule's old expression) is away, or wanted by this run."""
    old = order.old_piece
    if old is None or old == order.piece or current().wants_piece(old):
        return True
    return piece_in(old, live) in (None, default_of(old))


def present(piece: PieceKey, live: Live | None) -> Live:
    """The graph, which has to be there for a piece of it to be set.

    Raises GraphNotFound.
    """
    if live is None or live.retired:
        raise GraphNotFound(
            f"{piece.graph} isn't there, so {piece} can't be set. Give the Graph resource itself as "
            "`graph=` if this program declares it, or correct the id"
        )
    return live


def folded_otherwise(piece: PieceKey, value: Section, graph: Section) -> list[str]:
    """Where the piece differs from what its graph is sent with, if ``graph`` manages the section; unknowns don't."""
    section = graph.get(piece.section)
    if not isinstance(section, Mapping):
        return []
    if piece.section == "triggers":
        there = piece.expression in section or any(map(is_unknown_expression, section))
        return [] if there else ["triggers"]
    return spec.changes({piece.section: section}, {piece.section: value}, unknown_differs=False)


def may_change(order: PieceOrder, live: Live) -> None:
    """A piece is changed where nobody set it, or it is what state says, or it is told to overwrite or to adopt.

    One that state has and somebody took away is set by nobody, but that it went is to be shown before it comes back.

    Raises Conflict.
    """
    here = piece_in(order.piece, live)
    ours = order.old is not None and order.old_piece == order.piece
    if not ours and here in (None, default_of(order.piece)):
        return
    if order.overwrite_drift or (order.old is not None and here is not None and _told(order, order.old, here)):
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


def may_remove(order: PieceOrder, here: Section) -> None:
    """A piece is taken away where it is what state says, or it is told to overwrite; ``here`` is what is live of it.

    Raises Conflict.
    """
    if not order.overwrite_drift and not _told(order, order.value, here):
        raise Conflict(
            f"{order.piece} was changed outside this stack. Nothing was sent. `pulumi refresh` shows how; then "
            "it can be deleted (or `pulumi config set exosphere:overwriteDrift true`)"
        )


def plain_secrets(key: GraphKey, live: Live) -> Mapping[str, Any]:
    """The graph's secrets in plain text, which every upsert needs: none, or as the Graph's own hooks had them.

    Raises Conflict where one isn't known.
    """
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


def _told(order: PieceOrder, state: Section, here: Section) -> bool:
    """Whether a refresh has shown the live piece: it would find nothing that ``state`` doesn't say."""
    graph = current().known_inputs(order.piece.graph)
    found = refreshed_piece({**state, LOST: order.lost}, here, graph)
    return {key: value for key, value in found.items() if key != LOST} == dict(state)
