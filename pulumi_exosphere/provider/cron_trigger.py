"""The provider of `CronTrigger`."""

from __future__ import annotations

from .base import Hooks, Provider


class CronTriggerProvider(Provider):
    """One schedule of a graph; its others are left alone."""

    @property
    def hooks(self) -> Hooks:
        from pulumi_exosphere.template.triggers import CRON

        from .attachment_hooks import TriggerHooks

        return TriggerHooks(CRON)
