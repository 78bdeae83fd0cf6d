"""What the hooks of `CronTrigger` do beyond those of a section: it is one schedule of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_exosphere.spec import UNKNOWN

from .attachment_hooks import AttachmentHooks

Inputs = Mapping[str, Any]


class CronTriggerHooks(AttachmentHooks):
    """One schedule of a graph; its others are left alone."""

    def __init__(self) -> None:
        super().__init__("triggers")

    def fields(self, given: Inputs) -> dict[str, Any]:
        return {"expression": given.get("expression")}

    def value(self, inputs: Inputs) -> dict[str, Any]:
        return {inputs["expression"]: {"type": "CRON"}}

    def expression(self, inputs: Inputs) -> str:
        return str(inputs["expression"])

    def faults(self, inputs: Inputs) -> list[str]:
        expression = inputs["expression"]
        if expression is UNKNOWN:
            return []
        if not isinstance(expression, str):
            return ["expression: is to be a cron expression, such as '0 9 * * 1-5'"]
        path = f"{expression}: "
        return [f"expression: {fault.removeprefix(path)}" for fault in super().faults(inputs)]

    def _id(self, inputs: Inputs) -> str:
        return f"{inputs['graph']}/triggers/{inputs['expression']}"
