"""Which graph, on which state manager, and which piece of it: the names under which this run keeps its notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.spec.ids import split_id


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
        return f"graph '{self.name}' in namespace '{self.namespace}'"


class PieceKey(NamedTuple):
    """One piece of one graph: a section, or one expression of its triggers."""

    graph: GraphKey
    section: str
    expression: str = ""

    def __str__(self) -> str:
        what = f"schedule '{self.expression}'" if self.section == "triggers" else self.section.replace("_", " ")
        return f"the {what} of {self.graph}"


def parse_id(graph_id: str) -> tuple[str, str]:
    """Split ``NAMESPACE/NAME``.

    Raises InvalidGraph where it isn't that.
    """
    parts = split_id(graph_id)
    if parts is None:
        raise InvalidGraph(f"'{graph_id}' isn't the id of a graph: write it as NAMESPACE/NAME")
    return parts


def pieces_of(key: GraphKey, inputs: Mapping[str, Any]) -> Iterable[PieceKey]:
    """Every piece that a graph's own inputs manage."""
    for section in ("retry_policy", "store_config"):
        if section in inputs:
            yield PieceKey(key, section)
    triggers = inputs.get("triggers")
    if isinstance(triggers, Mapping):
        for expression in triggers:
            yield PieceKey(key, "triggers", expression)
