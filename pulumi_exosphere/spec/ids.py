"""Ids of graphs."""

from __future__ import annotations


def split_id(graph_id: str) -> tuple[str, str] | None:
    """Namespace and name of ``NAMESPACE/NAME``; None where it has no ``/``, more than one, or nothing on one side.

    Spaces alone are nothing: the state manager trims names, so that no graph has such a one.
    """
    namespace, slash, name = graph_id.partition("/")
    return (namespace, name) if slash and namespace.strip() and name.strip() and "/" not in name else None
