"""What a graph template is, and which the state manager takes. Pure: no I/O, and neither pulumi nor httpx.

What needs pydantic (`shape`) or croniter (`cron`) loads it when it is used.
"""

from __future__ import annotations

from pulumi_exosphere.spec.fault import Fault
from pulumi_exosphere.spec.previous import judged_by_previous
from pulumi_exosphere.spec.rules import body_faults
from pulumi_exosphere.spec.unknown import UNKNOWN

__all__ = ["UNKNOWN", "Fault", "body_faults", "judged_by_previous"]
