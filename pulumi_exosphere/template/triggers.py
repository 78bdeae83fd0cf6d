"""The kinds of triggers: each one's name in the API, its key in state, its text in messages, and its form on the wire.

State has a graph's triggers as a map from key to fields, ``{"0 9 * * 1-5": {"type": "CRON"}}``; the API has a list,
``[{"type": "CRON", "value": {"expression": "0 9 * * 1-5"}}]``. A new kind is one more entry of `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import cron

Fields = dict[str, Any]
Problem = tuple[str, str]
"""The rule that a key breaks, and the message without its path."""


@dataclass(frozen=True)
class Kind:
    """One kind of trigger."""

    name: str
    """``type`` in the API and in state."""

    noun: str
    """The word for it in messages."""

    key: str
    """The field that is the trigger's key in state: of ``value`` in the API, of the Args, and of its own resource."""

    example: str
    """A key, for messages."""

    problems: Callable[[str], Iterator[Problem]]
    """Why the state manager rejects a key, or accepts it and fails."""


def _cron_problems(expression: str) -> Iterator[Problem]:
    if not cron.is_acceptable(expression):
        message = "isn't a cron expression; write minute, hour, day, month and weekday, as in '0 9 * * 1-5'"
        yield "shape", message
    elif cron.never_fires(expression):
        yield "cron_never_fires", "never fires; write a schedule that does"


CRON = Kind("CRON", "schedule", "expression", "0 9 * * 1-5", _cron_problems)
"""A schedule."""

KINDS = {kind.name: kind for kind in (CRON,)}


def trigger_label(key: str) -> str:
    """A trigger, as messages name it: ``schedule '0 9 * * 1-5'``."""
    return f"{CRON.noun} '{key}'"


def in_state(kind: Kind = CRON) -> Fields:
    """The fields of a trigger that a program declares, as they stand in state under its key."""
    return {"type": kind.name}


def to_wire(key: str, fields: Mapping[str, Any]) -> Fields:
    """A trigger of state, as the API has it."""
    return {"type": fields["type"], "value": {KINDS.get(fields["type"], CRON).key: key}}


def from_wire(trigger: Mapping[str, Any]) -> tuple[str, Fields]:
    """A trigger of the API, as state has it: its key and its fields."""
    kind = trigger.get("type")
    return trigger["value"][KINDS.get(str(kind), CRON).key], {"type": kind}
