"""The keys of graphs and of their pieces, and a piece in its graph: read, put in, taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pulumi_exosphere import template
from pulumi_exosphere.errors import graph_label
from pulumi_exosphere.template.triggers import trigger_label

from .live import Live


class GraphKey(NamedTuple):
    """One graph on one state manager."""

    address: str
    namespace: str
    name: str

    @property
    def id(self) -> str:
        """The graph's id as a program writes it: ``NAMESPACE/NAME``."""
        return f"{self.namespace}/{self.name}"

    def __str__(self) -> str:
        return graph_label(self.name, self.namespace)


class PieceKey(NamedTuple):
    """One piece of one graph: a section, or one expression of its triggers."""

    graph: GraphKey
    section: str
    expression: str = ""

    def __str__(self) -> str:
        what = trigger_label(self.expression) if self.section == "triggers" else self.section.replace("_", " ")
        return f"the {what} of {self.graph}"


def pieces_of(key: GraphKey, inputs: Mapping[str, Any]) -> Iterable[PieceKey]:
    """Every piece that a graph's own inputs manage."""
    for section in ("retry_policy", "store_config"):
        if section in inputs:
            yield PieceKey(key, section)
    triggers = inputs.get("triggers")
    if isinstance(triggers, Mapping):
        for expression in triggers:
            yield PieceKey(key, "triggers", expression)


def piece_in(piece: PieceKey, live: Live) -> dict[str, Any] | None:
    """The piece as it is live; None for a schedule that isn't there."""
    section = live.kept.get(piece.section) or {}
    if piece.section != "triggers":
        return dict(section)
    return {piece.expression: dict(section[piece.expression])} if piece.expression in section else None


def has_piece(piece: PieceKey, inputs: Mapping[str, Any]) -> bool:
    """Whether a graph's inputs manage the piece."""
    section = inputs.get(piece.section)
    return section is not None and (piece.section != "triggers" or piece.expression in section)


def default_of(piece: PieceKey) -> dict[str, Any] | None:
    """The piece where nobody set it."""
    return None if piece.section == "triggers" else template.section_default(piece.section)


def is_set(piece: PieceKey, live: Live) -> bool:
    """Whether the piece is live, and isn't what it is where nobody set it."""
    return piece_in(piece, live) not in (None, default_of(piece)) or piece.expression in live.leaving


def with_piece(piece: PieceKey, value: Mapping[str, Any], live: Live, leaving: PieceKey | None) -> dict[str, Any]:
    """The sections that change where the piece is set to ``value``, and ``leaving``, the piece before, is taken out."""
    sections = {} if leaving is None else without_piece(leaving, live)
    if piece.section != "triggers":
        return {**sections, piece.section: dict(value)}
    triggers = sections.get("triggers", live.kept.get("triggers") or {})
    return {"triggers": {**triggers, **value}}


def without_piece(piece: PieceKey, live: Live) -> dict[str, Any]:
    """The section that changes where the piece is taken out."""
    if piece.section != "triggers":
        return {piece.section: template.section_default(piece.section)}
    kept = {e: trigger for e, trigger in (live.kept.get("triggers") or {}).items() if e != piece.expression}
    return {"triggers": kept}
