"""The provider of `RetryPolicy`."""

from __future__ import annotations

from .base import Hooks, Provider


class RetryPolicyProvider(Provider):
    """A graph's retry policy; when deleted, the graph has the default again."""

    @property
    def hooks(self) -> Hooks:
        from .attachment_hooks import AttachmentHooks

        return AttachmentHooks("retry_policy")
