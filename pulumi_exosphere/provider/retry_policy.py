"""The provider of `RetryPolicy`."""

from __future__ import annotations

from .base import Provider
from .hooks import Hooks


class RetryPolicyProvider(Provider):
    """A graph's retry policy; when deleted, the graph has the default again."""

    @property
    def hooks(self) -> Hooks:
        from .attachment_hooks import RETRY_POLICY

        return RETRY_POLICY
