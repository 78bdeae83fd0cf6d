"""Which resource of the same stack has a graph, by the stack's state: a hook sees only its own resource.

It is read through the Pulumi CLI, at most once per run, and only if a resource is created for a graph that is live
already. Nothing of it is kept but URNs and the graphs' keys. What may be written never depends on the order of lines or
hooks: the owner is the same for all hooks of a run, as of its first look.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_exosphere.template.resource_types import resource_kind

from .keys import GraphKey

LIMIT = 15.0
"""Seconds that the CLI may take; without its answer, messages don't name the resource."""


@dataclass(frozen=True)
class Owner:
    """A resource that has a graph in state."""

    urn: str
    pending: bool
    """Whether it is only still to be deleted: it was replaced, in a run that was cut short, or in this one."""

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


def type_of(urn: str) -> str:
    """Return the type of a resource, without its parents'."""
    return urn.split("::")[2].rpartition("$")[2]


class Owners:
    """The owners of a stack's graphs, as of the first look; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[GraphKey, list[Owner]] | None = None
        self._looked = False

    def of(self, key: GraphKey, urn: str) -> Owner | None:
        """Return the resource that has this graph, other than ``urn``, the one that asks; None if it isn't known."""
        if not urn:
            return None
        others = [owner for owner in self._read(urn).get(key, ()) if owner.urn != urn]
        return min(others, key=lambda owner: (owner.pending, owner.urn), default=None)

    def readable(self, urn: str) -> bool:
        """Return whether the state of the stack of this resource could be read; True if there is none to read."""
        if urn:
            self._read(urn)
        return not self._looked or self._found is not None

    def _read(self, urn: str) -> Mapping[GraphKey, list[Owner]]:
        with self._lock:
            if not self._looked:
                self._looked, self._found = True, _read(urn)
            return self._found or {}


def _read(urn: str) -> dict[GraphKey, list[Owner]] | None:
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


def _owners(resources: list[Mapping[str, Any]]) -> dict[GraphKey, list[Owner]]:
    found: dict[GraphKey, list[Owner]] = {}
    for one in resources:
        if resource_kind(str(one.get("type"))) != "Graph" or one.get("external"):
            continue
        outputs = one.get("outputs") or {}
        parts = [outputs.get(name) for name in ("state_manager", "namespace", "name")]
        known = [part for part in parts if isinstance(part, str)]
        if len(known) == len(parts):
            owner = Owner(str(one.get("urn")), pending=bool(one.get("delete")))
            found.setdefault(GraphKey(*known), []).append(owner)
    return found
