"""The provider of `CronTrigger`."""

from __future__ import annotations

from .base import Provider
from .hooks import Hooks


class CronTriggerProvider(Provider):
    """One schedule of a graph; its others are left alone."""

    @property
    def hooks(self) -> Hooks:
        from .attachment_hooks import CRON_TRIGGER

        return CRON_TRIGGER
