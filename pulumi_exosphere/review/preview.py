"""Read what ``pulumi preview --json`` wrote, one document or (streaming) one event a line: a step per resource."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_exosphere.template.sections import FOLDED

from .values import Secrets


class UnreadablePreview(ValueError):
    """What was given isn't the output of ``pulumi preview --json``; the message says what to do."""


@dataclass(frozen=True)
class Urn:
    """The parts of a resource's URN that a reader cares for; empty where there is no URN."""

    text: str

    @property
    def stack(self) -> str:
        """``PROJECT/STACK``, or nothing."""
        parts = self.text.split("::")
        return f"{parts[1]}/{parts[0].removeprefix('urn:pulumi:')}" if len(parts) > 3 else ""

    @property
    def type(self) -> str:
        """The type token of the resource itself, without its parents'."""
        parts = self.text.split("::")
        return parts[2].rpartition("$")[2] if len(parts) > 3 else ""

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return "::".join(self.text.split("::")[3:])


@dataclass(frozen=True)
class Step:
    """What the engine would do to one resource."""

    op: str
    urn: Urn
    old: Mapping[str, Any] | None
    """The inputs before, nothing secret in them; None where there is no such resource, or it was only looked up."""
    new: Mapping[str, Any] | None
    """The inputs after; None where there will be none."""
    old_owners: tuple[str, ...] = ()
    """URNs, among them that of the graph which an attachment was part of; empty where it was part of none."""
    new_owners: tuple[str, ...] = ()
    """The same of the graph which it will be part of."""
    retained: bool = False
    """True where the engine would forget what it has, and delete nothing (``retain_on_delete``)."""
    looked_up: bool = False
    """True where another one, which is only looked up (`Graph.get`), takes its place."""


@dataclass(frozen=True)
class Diagnostic:
    """Something that the program, a hook or the engine said."""

    severity: str
    urn: Urn
    message: str


@dataclass(frozen=True)
class Preview:
    """A preview, nothing secret in it."""

    steps: tuple[Step, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def stack(self) -> str:
        """``PROJECT/STACK``; empty where the preview never came so far as to name it."""
        urns = [step.urn for step in self.steps] + [diagnostic.urn for diagnostic in self.diagnostics]
        return next((urn.stack for urn in urns if urn.stack), "")


def read(text: str) -> Preview:
    """The preview that ``pulumi preview --json`` wrote.

    Raises:
        UnreadablePreview: It is something else.
    """
    if not text.strip():
        raise UnreadablePreview(
            "there is nothing to read. `pulumi preview --json` writes nothing when it fails before the program runs (no"
            " stack, no passphrase, no backend): its standard error says why"
        )
    try:
        documents = _documents(text)
        first = documents[0]
        if "steps" in first or "changeSummary" in first or "diagnostics" in first:
            return _preview(first.get("steps") or [], first.get("diagnostics") or [])
        if "sequence" in first:
            return _preview(*_from_events(documents))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise UnreadablePreview(
        "this isn't what `pulumi preview --json` writes. Give its standard output alone: "
        "pulumi preview --json > preview.json; pulumi-exosphere review preview.json"
    )


def _documents(text: str) -> list[dict[str, Any]]:
    try:
        whole = json.loads(text)
    except ValueError:
        whole = [json.loads(line) for line in text.splitlines() if line.strip()]
    return whole if isinstance(whole, list) else [whole]


def _from_events(events: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    metadata = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    steps = [{**one, "oldState": one.get("old"), "newState": one.get("new")} for one in metadata]
    return steps, [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]


def _preview(steps: list[Any], diagnostics: list[Any]) -> Preview:
    secrets = Secrets([state for step in steps for state in _states(step)])
    return Preview(
        tuple(_step(step, secrets) for step in steps),
        tuple(
            Diagnostic(one["severity"], Urn(one.get("urn") or ""), secrets.message(_plain_message(one)))
            for one in diagnostics
            if one["severity"] != "debug"
        ),
    )


def _states(step: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (state for state in (step.get("oldState"), step.get("newState")) if state)


def _step(step: Mapping[str, Any], secrets: Secrets) -> Step:
    old, new = step.get("oldState"), step.get("newState")
    return Step(
        op=step["op"],
        urn=Urn(step["urn"]),
        old=secrets.clean(old.get("inputs") or {}) if old and not old.get("external") else None,
        new=secrets.clean(new.get("inputs") or {}) if new else None,
        old_owners=_owners(old or {}),
        new_owners=_owners(new or {}),
        retained=bool(old and old.get("retainOnDelete")),
        looked_up=bool(new and new.get("external")),
    )


def _owners(state: Mapping[str, Any]) -> tuple[str, ...]:
    """What the resource's ``graph`` comes from, if it is folded into that: its provider says so, in what it holds.

    One that doesn't say is taken for folded if it is deleted with its graph. A graph that is only looked up takes
    nothing along, whatever else the resource is deleted with. The streaming form doesn't tell what anything comes from.
    """
    properties = state.get("propertyDependencies")
    found = tuple(map(str, (properties.get("graph") if properties else state.get("dependencies")) or ()))
    folded = any(FOLDED in (state.get(part) or {}) for part in ("inputs", "outputs"))
    with_graph = state.get("deletedWith") in found and Urn(state["deletedWith"]).type.endswith("exosphere:Graph")
    return found if folded or with_graph else ()


def _plain_message(diagnostic: Mapping[str, Any]) -> str:
    message: str = diagnostic["message"].strip()
    severity: str = diagnostic["severity"].partition("#")[0]
    return message.removeprefix(f"{severity}: ")


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
