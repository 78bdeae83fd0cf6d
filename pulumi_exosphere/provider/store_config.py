"""The hooks of `StoreConfig`."""

from __future__ import annotations

from .attachment import AttachmentProvider


class StoreConfigProvider(AttachmentProvider):
    """A graph's store; deleted, the graph has none again."""

    section = "store_config"
