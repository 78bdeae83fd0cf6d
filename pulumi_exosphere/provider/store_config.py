"""The provider of `StoreConfig`."""

from __future__ import annotations

from .base import Provider
from .hooks import Hooks


class StoreConfigProvider(Provider):
    """A graph's store; when deleted, the graph has none again."""

    @property
    def hooks(self) -> Hooks:
        from .attachment_hooks import STORE_CONFIG

        return STORE_CONFIG
