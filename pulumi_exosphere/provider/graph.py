"""The provider of `Graph`."""

from __future__ import annotations

from .base import Provider
from .hooks import Hooks


class GraphProvider(Provider):
    """A graph: one upsert, and no delete."""

    @property
    def hooks(self) -> Hooks:
        from pulumi_exosphere.provider import graph_hooks

        return graph_hooks
