"""The line of a preview that says that this stack deploys no schedule (``exosphere:schedules`` is ``off``)."""

from __future__ import annotations

import pulumi

from pulumi_exosphere.folding.program import current_program
from pulumi_exosphere.provider.settings import configured


class _Line:
    """The line, printed when the first schedule of a program is declared."""

    def __init__(self) -> None:
        if not configured().schedules:
            pulumi.log.info(
                "exosphere: this stack deploys every graph without its schedules, since exosphere:schedules is off; "
                "`pulumi config set exosphere:schedules on` deploys them"
            )


def report_schedules_off() -> None:
    """Say it once for each program; called in a preview, where a schedule is declared."""
    current_program().only(_Line)
