"""The hooks of `RetryPolicy`."""

from __future__ import annotations

from .attachment import AttachmentProvider


class RetryPolicyProvider(AttachmentProvider):
    """A graph's retry policy; deleted, the graph has the default again."""

    section = "retry_policy"
