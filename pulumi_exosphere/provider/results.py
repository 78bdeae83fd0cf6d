"""What the hooks return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Props = dict[str, Any]


@dataclass(frozen=True)
class CheckResult:
    """The normalised inputs, and all problems with them."""

    inputs: Props
    failures: list[str]
    """A sentence each. None names a property: the engine would print its value, secrets included."""


@dataclass(frozen=True)
class DiffResult:
    """What an update would do."""

    changes: bool
    replaces: list[str]
    """The properties whose change replaces the resource."""


@dataclass(frozen=True)
class CreateResult:
    """A resource that was made, or that a preview expects."""

    id: str
    """Empty if a preview doesn't know it."""
    outs: Props


@dataclass(frozen=True)
class ReadResult:
    """A resource as it is live."""

    id: str
    """Empty if the resource is gone."""
    outs: Props
    inputs: Props | None = None
    """None: the engine keeps those in state."""


@dataclass(frozen=True)
class UpdateResult:
    """A resource after an update."""

    outs: Props
