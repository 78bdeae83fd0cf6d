"""What a check found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum


class Status(str, Enum):
    """How bad it is."""

    OK = "ok"
    HINT = "hint"
    """Nothing is wrong; something is worth knowing."""
    WARNING = "warning"
    """It may work; something is likely not as it should be."""
    FAULT = "fault"
    """It can't work."""
    SKIPPED = "skipped"
    """Couldn't be looked at, since something before it is at fault or missing."""


@dataclass(frozen=True)
class Finding:
    """One check's outcome. No text holds a key, a secret, or credentials of an address."""

    check: str
    """The check's name; fixed, for scripts."""
    status: Status
    message: str
    """What was found."""
    advice: str = ""
    """What to do about it; empty where there is nothing to do."""

    def as_dict(self) -> dict[str, str]:
        """For ``--format json``."""
        return {**asdict(self), "status": self.status.value}
