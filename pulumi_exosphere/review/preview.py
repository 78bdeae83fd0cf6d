"""Read what ``pulumi preview --json`` wrote, one document or (streaming) one event a line: a step per resource."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi_exosphere.template.resource_types import resource_kind
from pulumi_exosphere.template.sections import FOLDED

from .values import Secrets


class UnreadablePreview(ValueError):
    """The input isn't the output of ``pulumi preview --json``; the message says what to do."""


_NOT_A_PREVIEW = (
    "this is not the output of `pulumi preview --json`. Save its standard output, and review that: "
    "pulumi preview --json > preview.json; pulumi-exosphere review preview.json"
)


@dataclass(frozen=True)
class Urn:
    """The parts of a resource's URN that a reader needs; empty if there is no URN."""

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
    """The engine's planned operation on one resource."""

    op: str
    urn: Urn
    old: Mapping[str, Any] | None
    """The inputs before, without secrets; None if there is no such resource, or it was only looked up."""
    new: Mapping[str, Any] | None
    """The inputs after; None if there will be none."""
    old_owners: tuple[str, ...] = ()
    """URNs, among them the graph that an attachment was part of; empty if it was part of none."""
    new_owners: tuple[str, ...] = ()
    """The same for the graph that it will be part of."""
    retained: bool = False
    """True if the engine would forget the resource and delete nothing (``retain_on_delete``)."""
    looked_up: bool = False
    """True if a resource that is only looked up (`Graph.get`) takes its place."""


@dataclass(frozen=True)
class Diagnostic:
    """A message of the program, a hook or the engine."""

    severity: str
    urn: Urn
    message: str


@dataclass(frozen=True)
class Preview:
    """A preview without secrets."""

    steps: tuple[Step, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def stack(self) -> str:
        """``PROJECT/STACK``; empty if the preview ended before it named the stack."""
        urns = [step.urn for step in self.steps] + [diagnostic.urn for diagnostic in self.diagnostics]
        return next((urn.stack for urn in urns if urn.stack), "")


def read(text: str) -> Preview:
    """Return the preview that ``pulumi preview --json`` wrote; other text may stand before and after it.

    If there are several previews of one stack, the last one counts.

    Raises:
        UnreadablePreview: There is none, it is damaged, or there are previews of several stacks.
    """
    if not text.strip():
        raise UnreadablePreview(
            "the input is empty. `pulumi preview --json` writes nothing if it fails before the program runs (no stack, "
            "no passphrase, no backend): see its standard error"
        )
    try:
        previews = list(_previews(_documents(text)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        previews = []
    if not previews:
        raise UnreadablePreview(_NOT_A_PREVIEW)
    stacks = list(dict.fromkeys(preview.stack for preview in previews if preview.stack))
    if len(stacks) > 1:
        raise UnreadablePreview(f"the input contains previews of {len(stacks)} stacks; review each by itself")
    return previews[-1]


_START = re.compile(r"""^[ \t\ufeff]*(?=\{\s*["}])""", re.MULTILINE)
"""The beginning of an object, at the beginning of a line."""


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in the text; anything may stand between them.

    Policy packs and plugins print to standard output too.
    """
    decoder, end = json.JSONDecoder(), 0
    for start in _START.finditer(text):
        if start.start() >= end:
            # One that can't be decoded is an error: it may be the preview, cut off.
            document, end = decoder.raw_decode(text, start.end())
            yield document


def _previews(documents: Iterable[dict[str, Any]]) -> Iterator[Preview]:
    events: list[dict[str, Any]] = []
    for document in documents:
        if "sequence" in document:
            if document["sequence"] == 0 and events:
                yield _preview(*_from_events(events))
                events = []
            events.append(document)
        elif document.keys() & {"steps", "changeSummary", "diagnostics"}:
            yield _preview(document.get("steps") or [], document.get("diagnostics") or [])
    if events:
        yield _preview(*_from_events(events))


def _from_events(events: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    metadata = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    steps = [{**one, "oldState": one.get("old"), "newState": one.get("new")} for one in metadata]
    return steps, [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]


def _preview(steps: list[Any], diagnostics: list[Any]) -> Preview:
    secrets = Secrets([state for step in steps for state in (_state(step, "oldState"), _state(step, "newState"))])
    return Preview(
        tuple(_step(step, secrets) for step in steps),
        tuple(
            Diagnostic(one["severity"], Urn(_text(one.get("urn") or "")), secrets.message(_plain_message(one)))
            for one in diagnostics
            if one["severity"] != "debug"
        ),
    )


def _step(step: Mapping[str, Any], secrets: Secrets) -> Step:
    old, new = _state(step, "oldState"), _state(step, "newState")
    return Step(
        op=_text(step["op"]),
        urn=Urn(_text(step["urn"])),
        old=_inputs(old, secrets) if old and not old.get("external") else None,
        new=_inputs(new, secrets) if new else None,
        old_owners=_owners(old),
        new_owners=_owners(new),
        retained=bool(old.get("retainOnDelete")),
        looked_up=bool(new.get("external")),
    )


def _inputs(state: Mapping[str, Any], secrets: Secrets) -> Mapping[str, Any]:
    """Return a resource's inputs without secrets; raise TypeError if they are a secret as a whole, which none are."""
    inputs = {key: value for key, value in _mapping(state.get("inputs")).items() if key != "__provider"}
    return _mapping(secrets.clean(inputs))


def _state(step: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    return _mapping(step.get(side))


def _mapping(value: Any) -> Mapping[str, Any]:
    """Return the object, or an empty one for null; raise TypeError for anything else."""
    if value is not None and not isinstance(value, dict):
        raise TypeError
    return value or {}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _owners(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the resource's ``graph`` comes from, if it is folded into that; its provider marks what is.

    A resource without the mark counts as folded if it is deleted with its graph. A graph that is only looked up takes
    nothing along, whatever else the resource is deleted with. The streaming form doesn't say what anything comes from.
    """
    properties = _mapping(state.get("propertyDependencies"))
    found = tuple(map(_text, (properties.get("graph") if properties else state.get("dependencies")) or ()))
    folded = any(FOLDED in (state.get(part) or {}) for part in ("inputs", "outputs"))
    with_graph = state.get("deletedWith") in found and Urn(state["deletedWith"]).type.endswith("exosphere:Graph")
    return found if folded or with_graph else ()


def _plain_message(diagnostic: Mapping[str, Any]) -> str:
    severity = _text(diagnostic["severity"]).partition("#")[0]
    return _text(diagnostic["message"]).strip().removeprefix(f"{severity}: ")


_NOT_RESOURCES = ("pulumi:pulumi:Stack", "pulumi:providers:")
_MEANS = {
    "create": "create",
    "import": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    # Parts of a replacement, which the streaming form lists one by one.
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
}


def kind(urn: Urn) -> str:
    """Return ``Graph``, ``CronTrigger``, ...; empty for a resource of another package."""
    return resource_kind(urn.type)


def is_stack(urn: Urn) -> bool:
    """Return whether a message is about the stack as a whole."""
    return not urn.text or urn.type == "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Steps:
    """The step of each resource, with those of a refresh by themselves."""

    ours: dict[str, Step]
    """By URN; operations are ``create``, ``update``, ``replace``, ``delete`` and ``same``."""
    refreshed: dict[str, Step]
    """By URN."""
    others: Counter[str]
    """The number of resources of other packages by operation."""


def sort(steps: Iterable[Step]) -> Steps:
    """Return the steps by URN, without ``read``, which changes nothing."""
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
    """Return the step; replacing by a looked-up resource creates nothing, and replacing one deletes nothing."""
    if step.op != "replace":
        return step
    if step.looked_up:
        return replace(step, op="delete", new=None)
    return step if step.old is not None else replace(step, op="create")
