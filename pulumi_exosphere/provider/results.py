"""What the hooks return."""

from __future__ import annotations

from typing import Any, NamedTuple

Props = dict[str, Any]


class CheckResult(NamedTuple):
    """The normalised inputs, and all problems with them."""

    inputs: Props
    failures: list[str]
    """A sentence each. None names a property: the engine would print its value, secrets included."""


class DiffResult(NamedTuple):
    """What an update would do."""

    changes: bool
    replaces: list[str]
    """The properties whose change replaces the resource."""


class CreateResult(NamedTuple):
    """A resource that was made, or that a preview expects."""

    id: str
    """Empty if a preview doesn't know it."""
    outs: Props


class ReadResult(NamedTuple):
    """A resource as it is live."""

    id: str
    """Empty if the resource is gone."""
    outs: Props
    inputs: Props | None = None
    """None: the engine keeps those in state."""


class UpdateResult(NamedTuple):
    """A resource after an update."""

    outs: Props
