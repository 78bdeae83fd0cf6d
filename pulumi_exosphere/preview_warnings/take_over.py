"""The warning about a graph that already exists and that this stack takes over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_exosphere import template

from .warnings import Facts, Warnings


def take_over_warnings(facts: Facts, document: Mapping[str, Any] | None) -> Warnings:
    """Return a warning with what would be overwritten, or a remark if the graph doesn't differ.

    Args:
        facts: The graph.
        document: The live graph of the same name and namespace; None if there is none.
    """
    from pulumi_exosphere.reconcile.refresh import taken_over

    if not facts.created or document is None or template.is_retired(document):
        return Warnings()
    found = taken_over(facts.inputs, template.from_document(document))
    sentence = found.sentence(facts.graph)
    return Warnings(notices=[sentence]) if found.differs else Warnings(remarks=[sentence])
