"""A piece in its graph: what is live of it, and the graph's sections once it is put in or taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .keys import PieceKey
    from .live import Live


def piece_in(piece: PieceKey, live: Live) -> dict[str, Any] | None:
    """The piece as it is live; None for a schedule that isn't there."""
    section = live.inputs.get(piece.section) or {}
    if piece.section != "triggers":
        return dict(section)
    return {piece.expression: dict(section[piece.expression])} if piece.expression in section else None


def has_piece(piece: PieceKey, inputs: Mapping[str, Any]) -> bool:
    """Whether a graph's inputs manage the piece."""
    section = inputs.get(piece.section)
    return section is not None and (piece.section != "triggers" or piece.expression in section)


def default_of(piece: PieceKey) -> dict[str, Any] | None:
    """The piece where nobody set it."""
    return None if piece.section == "triggers" else spec.section_default(piece.section)


def with_piece(piece: PieceKey, value: Mapping[str, Any], live: Live, leaving: PieceKey | None) -> dict[str, Any]:
    """The sections that change where the piece is set to ``value``, and ``leaving``, the piece before, is taken out."""
    sections = {} if leaving is None else without_piece(leaving, live)
    if piece.section != "triggers":
        return {**sections, piece.section: dict(value)}
    triggers = sections.get("triggers", live.inputs.get("triggers") or {})
    return {"triggers": {**triggers, **value}}


def without_piece(piece: PieceKey, live: Live) -> dict[str, Any]:
    """The section that changes where the piece is taken out."""
    if piece.section != "triggers":
        return {piece.section: spec.section_default(piece.section)}
    kept = {e: trigger for e, trigger in (live.inputs.get("triggers") or {}).items() if e != piece.expression}
    return {"triggers": kept}
