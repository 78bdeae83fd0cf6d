"""Which resource of the same stack has a graph or a section, by the stack's state: a hook sees only its own resource.

It is read through the Pulumi CLI, at most once per run, and only if a resource meets a live graph that isn't its own,
or a section that is set otherwise. Nothing of it is kept but URNs and the graphs' keys. The owner is the same for all
hooks of a run, as of its first look, whatever their order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_exosphere.template.resource_types import resource_kind

from .keys import GraphKey, PieceKey

LIMIT = 15.0
"""Seconds that the CLI may take; without its answer, messages don't name the resource."""

_SECTIONS = {"RetryPolicy": "retry_policy", "StoreConfig": "store_config", "CronTrigger": "triggers"}
"""The kinds of resources that have a piece of a graph."""

_Found = dict["GraphKey | PieceKey", "list[Owner]"]


@dataclass(frozen=True)
class Owner:
    """A resource that has a graph or a section in state."""

    urn: str
    provider: str
    """Its provider as state refers to it: URN::ID, with one id for each process."""
    pending: bool
    """Whether it is only still to be deleted: it was replaced, in a run that was cut short, or in this one."""
    retained: bool
    """Whether its option `retainOnDelete` lets Pulumi forget it instead of deleting what it has."""

    def __str__(self) -> str:
        return name_of(self.urn)

    @property
    def alias(self) -> str:
        """The option that makes another resource the same one, also if it has other parents."""
        return f'aliases=["{self.urn}"]'

    @property
    def type(self) -> str:
        """Its type, which says whether it is a dynamic or a native resource."""
        return type_of(self.urn)


def name_of(urn: str) -> str:
    """Return the name of a resource in the program."""
    return urn.split("::", 3)[-1]


def provider_name(reference: str) -> str:
    """Return the name of a provider that is referred to."""
    return name_of(reference.rpartition("::")[0])


def type_of(urn: str) -> str:
    """Return the type of a resource, without its parents'."""
    return urn.split("::")[2].rpartition("$")[2]


def same_plugin(one: str, other: str) -> bool:
    """Return whether two types are both of dynamic resources, or both of native ones."""
    return one.rpartition(":")[0] == other.rpartition(":")[0]


class Owners:
    """The owners of a stack's graphs, as of the first look; safe to use from many threads."""

    def __init__(self) -> None:
        self.provider = ""
        """The provider that this process serves, as state refers to it; empty if it isn't known, as in Pulumi's own
        process for dynamic resources."""
        self._lock = threading.Lock()
        self._found: _Found | None = None
        self._looked = False

    def of(self, key: GraphKey | PieceKey, urn: str) -> Owner | None:
        """Return the resource that has this graph or section, other than ``urn``, which asks; None if none is known.

        It may be the one that asks, too, as it was under another provider: the engine replaces it then.
        """
        if not urn:
            return None
        others = [owner for owner in self._read(urn).get(key, ()) if owner.urn != urn or self.is_foreign(owner, urn)]
        return min(others, key=lambda owner: (owner.pending, owner.urn), default=None)

    def has(self, key: GraphKey, urn: str) -> bool:
        """Return whether state has this graph under ``urn``, the resource that asks."""
        return bool(urn) and any(owner.urn == urn for owner in self._read(urn).get(key, ()))

    def is_foreign(self, owner: Owner, urn: str) -> bool:
        """Return whether another process deletes ``owner``: one that doesn't know that ``urn`` wants the same."""
        mine, its = (reference.rpartition("::")[2] for reference in (self.provider, owner.provider))
        return not owner.retained and ((bool(mine) and its != mine) or not same_plugin(owner.type, type_of(urn)))

    def readable(self, urn: str) -> bool:
        """Return whether the state of the stack of this resource could be read; True if there is none to read."""
        if urn:
            self._read(urn)
        return not self._looked or self._found is not None

    def _read(self, urn: str) -> _Found:
        with self._lock:
            if not self._looked:
                self._looked, self._found = True, _read(urn)
            return self._found or {}


def _read(urn: str) -> _Found | None:
    """Return the owners in the stack of this resource; None if its state can't be read.

    A URN names the stack without its organization. So the selected stack counts if it has the same name and project.
    Otherwise the name alone says which one it is; with a backend that isn't Pulumi Cloud, also outside the project's
    folder, where an inline program of the Automation API may run.
    """
    from pulumi_exosphere.pulumi_cli import resources_of_stack

    stack, project = (part.rpartition(":")[2] for part in urn.split("::", 2)[:2])
    ends = time.monotonic() + LIMIT
    for name in (None, stack, f"organization/{project}/{stack}"):
        resources = resources_of_stack(Path(), name, limit=max(ends - time.monotonic(), 0.0))
        if resources and str(resources[0].get("urn")).startswith(f"urn:pulumi:{stack}::{project}::"):
            return _owners(resources)
        if resources == [] and name is not None:
            return {}
    return None


def _owners(resources: list[Mapping[str, Any]]) -> _Found:
    found: _Found = {}
    for one in resources:
        key = None if one.get("external") else _key(resource_kind(str(one.get("type"))), one.get("outputs") or {})
        if key is not None:
            urn, provider = str(one.get("urn")), str(one.get("provider"))
            owner = Owner(urn, provider, pending=bool(one.get("delete")), retained=bool(one.get("retainOnDelete")))
            found.setdefault(key, []).append(owner)
    return found


def _key(kind: str, outputs: Mapping[str, Any]) -> GraphKey | PieceKey | None:
    """Return what a resource has; None if its state doesn't say, or if it isn't one of those."""
    address, graph = outputs.get("state_manager"), outputs.get("graph")
    if kind == "Graph":
        graph = f"{outputs.get('namespace')}/{outputs.get('name')}"
    elif kind not in _SECTIONS:
        return None
    if not isinstance(address, str) or not isinstance(graph, str):
        return None
    namespace, _, name = graph.partition("/")
    key = GraphKey(address, namespace, name)
    return key if kind == "Graph" else PieceKey(key, _SECTIONS[kind], str(outputs.get("expression", "")))
