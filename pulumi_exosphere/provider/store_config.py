"""The provider of `StoreConfig`."""

from __future__ import annotations

from .base import Hooks, Provider


class StoreConfigProvider(Provider):
    """A graph's store; when deleted, the graph has none again."""

    @property
    def hooks(self) -> Hooks:
        from .attachment_hooks import AttachmentHooks

        return AttachmentHooks("store_config")
