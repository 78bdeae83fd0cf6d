"""Faults for tests. Everything is off at the start, and every switch may be set at any time.

`docs/testing.md` says which hazard of the real state manager each of them stands for.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

from pydantic import ConfigDict

TAKEN = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
"""The validation of values that arrive over HTTP (`endpoints`)."""


@dataclass
class Answer:
    """An answer that isn't the one that was earned, or a late one; the first that matches a request is taken."""

    __pydantic_config__ = TAKEN

    status: int | None = None
    """The status to answer with instead of the real answer; None: the real one."""

    method: str = "*"
    path: str = "*"
    """The requests it applies to, `*` standing for anything: ``PUT``, ``/v0/namespace/*/graphs/``."""

    skip: int = 0
    """The number of matching requests that pass first."""

    times: int = 1
    """The number of requests it applies to after those."""

    delay: float = 0.0
    """Seconds until the answer comes."""

    carried_out: bool = False
    """Whether the request is carried out at once, and only its answer is late or lost; else a late answer's request is
    carried out late too, and one that is answered with `status` not at all."""

    body: str = '{"detail": "on purpose"}'
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Faults:
    """The switches. Counters count down as they are used up."""

    validation_delay: float = 0.0
    """Seconds from a PUT to its validation result; the real one takes 15 to 40 milliseconds."""

    held: set[str] = field(default_factory=set)
    """Graphs (``NAMESPACE/NAME``, `*` standing for anything) whose validations wait while they are in here."""

    verdicts_lost: int = 0
    """The number of next validations that never end, as if the state manager died; their graphs stay PENDING."""

    stale_saves: bool = False
    """Of validations of one graph that overlap, the first is the last to save: the later PUT is lost."""

    duplicate_triggers: int = 0
    """The number of next graphs with triggers that end INVALID, as if a row of theirs was just firing."""

    valid_moment: float = 0.003
    """Seconds for which a graph is VALID, for all to see, whose cron rows then can't be made."""

    rows_delay: float = 0.0
    """Seconds from VALID until the graph's cron rows are made; a PUT in between gets into the way of that."""

    scheduler: bool = False
    """Whether due cron rows fire at second 0 of each minute. No run starts; set it before the first PUT."""

    firing: float = 0.5
    """Seconds for which a firing row is TRIGGERING: no PUT removes it then, and its successor comes after it."""

    clock: float = 0.0
    """Seconds by which the scheduler's clock, and the Date header of every answer, are ahead."""

    unreadable: set[str] = field(default_factory=set)
    """Graphs (``NAMESPACE/NAME``, there or not) that can't be read; each makes its namespace's listing a 500."""

    shuffled: bool = False
    """Lists whose order means nothing, and the keys of objects, come in any order."""

    first_put_window: float = 0.001
    """Seconds in which first PUTs of one graph get into each other's way: one is stored, the others end in a 500."""

    answers: list[Answer] = field(default_factory=list)

    late_nodes: list[LateNodes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(0)  # noqa: S311 - disorder, not cryptography

    def clear(self) -> None:
        """Switch everything off."""
        fresh = Faults()
        for one in fields(self):
            setattr(self, one.name, getattr(fresh, one.name))

    def answer(self, status: int, **how: Any) -> None:
        """Answer the next matching request with this status; `how` as in `Answer`."""
        self.answers.append(Answer(status, **how))

    def slow(self, seconds: float, **how: Any) -> None:
        """Let the next matching request wait; `how` as in `Answer`."""
        self.answers.append(Answer(delay=seconds, **how))

    def hold(self, graphs: str = "*") -> None:
        """End no validation of these graphs until `release`."""
        self.held.add(graphs)

    def release(self, graphs: str | None = None) -> None:
        """Let the validations end that `hold` keeps waiting under the same name; without one, all."""
        self.held = {one for one in self.held if graphs is not None and one != graphs}

    # What follows is asked by the server.

    def holds(self, namespace: str, name: str) -> bool:
        """Whether this graph's validation has to wait."""
        return _any(f"{namespace}/{name}", self.held)

    def takes_verdict(self) -> bool:
        """Whether this validation never ends."""
        return self._count_down("verdicts_lost")

    def takes_duplicate(self) -> bool:
        """Whether the cron rows of this graph are there already."""
        return self._count_down("duplicate_triggers")

    def breaks(self, namespace: str, name: str = "*") -> bool:
        """Whether this graph, or any of this namespace, can't be read."""
        if name == "*":
            return any(one.partition("/")[0] == namespace for one in self.unreadable)
        return f"{namespace}/{name}" in self.unreadable

    def for_request(self, method: str, path: str) -> Answer | None:
        """Return the answer planned for this request, or None."""
        with self._lock:
            for planned in self.answers:
                if not (fnmatchcase(method, planned.method) and fnmatchcase(path, planned.path)):
                    continue
                if planned.skip:
                    planned.skip -= 1
                    continue
                planned.times -= 1
                if planned.times <= 0:
                    self.answers.remove(planned)
                return planned
        return None

    def looked_at_nodes(self, namespace: str) -> list[LateNodes]:
        """Count a look at the registered nodes of a namespace; return the registrations that arrive after it."""
        with self._lock:
            for late in self.late_nodes:
                late.looks -= late.namespace == namespace
            arrived = [late for late in self.late_nodes if late.looks <= 0]
            self.late_nodes = [late for late in self.late_nodes if late.looks > 0]
            return arrived

    def in_some_order(self, content: Any) -> Any:
        """The content, with its keys and meaningless orders shuffled; what `next_nodes` says is kept."""
        if isinstance(content, dict):
            keys = list(content)
            self._random.shuffle(keys)
            return {key: self._part(key, content[key]) for key in keys}
        return content

    def _part(self, key: str, part: Any) -> Any:
        if not isinstance(part, list):
            return self.in_some_order(part)
        parts = [self.in_some_order(one) for one in part]
        if key != "next_nodes":
            self._random.shuffle(parts)
        return parts

    def _count_down(self, counter: str) -> bool:
        with self._lock:
            left = getattr(self, counter)
            setattr(self, counter, max(0, left - 1))
            return bool(left > 0)


@dataclass
class LateNodes:
    """Nodes whose runtime registers them later."""

    __pydantic_config__ = TAKEN

    namespace: str
    nodes: list[dict[str, Any]]
    looks: int
    """After how many looks at the registered nodes of this namespace."""


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in list(patterns))
