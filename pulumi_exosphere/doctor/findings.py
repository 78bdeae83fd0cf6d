"""Findings of the checks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum


class Status(str, Enum):
    """The severity of a finding."""

    OK = "ok"
    HINT = "hint"
    """Nothing is wrong, but this is worth knowing."""
    WARNING = "warning"
    """A deployment may work, but something is probably wrong."""
    FAULT = "fault"
    """A deployment can't work."""
    SKIPPED = "skipped"
    """Not checked, because something that it needs is missing or has a problem."""


@dataclass(frozen=True)
class Finding:
    """The result of one check. No text contains a key, a secret, or the credentials in an address."""

    check: str
    """The name of the check; it never changes, so scripts can rely on it."""
    status: Status
    message: str
    """The state of things, or the problem."""
    advice: str = ""
    """The next step; empty if there is nothing to do."""

    def as_dict(self) -> dict[str, str]:
        """Return the finding as ``--format json`` prints it."""
        return {**asdict(self), "status": self.status.value}
