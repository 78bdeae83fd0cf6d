"""The steps of a preview, one for each resource."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_exosphere.review.preview import Step, Urn

_TOKEN = "pulumi-python:dynamic/exosphere:"  # noqa: S105  # of a type
_NOT_RESOURCES = ("pulumi:pulumi:Stack", "pulumi:providers:")
_MEANS = {
    "create": "create",
    "import": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    # Parts of a replacement, which the streaming form tells one by one.
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
}


def kind(urn: Urn) -> str:
    """``Graph``, ``CronTrigger``, ...; empty for what isn't of this package."""
    return urn.type.removeprefix(_TOKEN) if urn.type.startswith(_TOKEN) else ""


def is_stack(urn: Urn) -> bool:
    """True where something is about the stack as a whole."""
    return not urn.text or urn.type == "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Steps:
    """What happens to each resource, a refresh and the rest apart."""

    ours: dict[str, Step]
    """By URN; operations are ``create``, ``update``, ``replace``, ``delete`` and ``same``."""
    refreshed: dict[str, Step]
    """What a refresh found, by URN."""
    others: Counter[str]
    """How often each operation stands for resources that aren't of this package."""


def sort(steps: Iterable[Step]) -> Steps:
    """The steps by URN; of those that look at a resource alone (``read``, ``refresh``) only what a refresh found."""
    found: dict[str, Step] = {}
    refreshed: dict[str, Step] = {}
    for step in steps:
        urn = step.urn.text
        if step.op == "refresh":
            refreshed[urn] = step
        elif (op := "same" if step.op == "same" else _MEANS.get(step.op)) is not None:
            found[urn] = _merged(found.get(urn), replace(step, op=op))
    others = Counter(
        step.op
        for step in found.values()
        if not kind(step.urn) and not step.urn.type.startswith(_NOT_RESOURCES) and step.op != "same"
    )
    return Steps({urn: _whole(step) for urn, step in found.items() if kind(step.urn)}, refreshed, others)


def _merged(one: Step | None, other: Step) -> Step:
    if one is None:
        return other
    return replace(
        other,
        old=one.old or other.old,
        new=other.new or one.new,
        old_owners=one.old_owners or other.old_owners,
        new_owners=other.new_owners or one.new_owners,
        retained=one.retained or other.retained,
        looked_up=one.looked_up or other.looked_up,
    )


def _whole(step: Step) -> Step:
    """The step; a replacement by what is only looked up makes nothing, and one of such a one deletes nothing."""
    if step.op != "replace":
        return step
    if step.looked_up:
        return replace(step, op="delete", new=None)
    return step if step.old is not None else replace(step, op="create")
