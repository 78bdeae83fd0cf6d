"""The validation in the background, after the 201, with its oddities.

Each PUT starts one. At its end it saves the **whole** document that it was started with, so where a second PUT came in
between, that one is lost if the first validation is the last to end (`Faults.stale_saves`), and cron rows of the first
can stay behind.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pulumi_exosphere.template.cron import next_times
from pulumi_exosphere.template.registered_nodes import findings

from .faults import Faults
from .store import Document, Duplicate, Store, expressions, now


@dataclass(frozen=True)
class CronRow:
    """One schedule that would fire."""

    namespace: str
    graph: str
    expression: str
    next_time: str | None
    """When it would fire next, in local time without a zone; None where that is over."""


class NeverFires(ValueError):
    """An expression that never comes true."""


def create(store: Store, document: Document, *, in_the_way: bool = False) -> None:
    """Make one row for each expression, all or none; with `in_the_way` one is there already, on purpose.

    Raises NeverFires where an expression never comes true, Duplicate where such a row is already there.
    """
    if in_the_way:
        raise duplicate(document)
    times: dict[str, str] = {}
    for expression in expressions(document):
        coming = _next(expression)
        if coming is None:
            raise NeverFires("failed to find next date")
        times[expression] = coming
    try:
        store.add_rows(document["namespace"], document["name"], times)
    except Duplicate:
        raise duplicate(document) from None


def listed(store: Store) -> list[CronRow]:
    """All rows in the order of their making, each with its next time from now on."""
    return [CronRow(*row, next_time=_next(row[2])) for row in store.rows()]


def duplicate(document: Document) -> Duplicate:
    """The error of a unique index that has a row of this document already."""
    row = f'{{ type: "CRON", expression: "{expressions(document)[0]}", graph_name: "{document["name"]}" }}'
    return Duplicate(f"E11000 duplicate key error collection: DatabaseTriggers dup key: {row}")


def _next(expression: str) -> str | None:
    # Expressions are in the server's local time zone, and its timestamps are naive.
    times = next_times(expression, datetime.now(), 1)  # noqa: DTZ005
    return times[0].isoformat() if times else None


_UNEXPECTED = "Validation failed due to unexpected error: {}"

_SENTENCES = {
    "node_not_registered": "Node {node} in namespace {namespace} does not exist",
    "secret_missing": "Secret {secret} is required but not present in the graph template",
    "input_missing": "Input {input} in node {node} in namespace {namespace} is not present in the graph template",
    "input_schema_not_string": "Input {input} in node {node} in namespace {namespace} is not a string",
    "reference_unknown": "Node {node} does not exist in the graph template",
    "output_unknown": "Field {output} in node {node} in namespace {namespace} does not exist",
    "output_schema_not_string": "Field {output} in node {node} in namespace {namespace} is not a string",
}
"""The sentences in `validation_errors`, by kind; no two kinds have the same."""


class Validations:
    """The validations that are running, of one server."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: defaultdict[str, list[object]] = defaultdict(list)
        self._scheduler: asyncio.Task[None] | None = None

    def start(self, document: Document, index: Mapping[str, Any] | None) -> None:
        """Validate the document once its 201 is on its way.

        `index` contains the previous version's nodes by identifier, for its references; None for a new graph.
        """
        if self._faults.scheduler and self._scheduler is None:
            self._scheduler = asyncio.create_task(_fire_each_minute(self._store, self._faults))
        if self._faults.takes_verdict():
            return
        # The window is the one that was set when the PUT came, whenever the task gets its turn.
        task = asyncio.create_task(self._run(document, index, self._faults.validation_delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def idle(self) -> bool:
        """Whether every validation that will end has ended."""
        return not self._tasks

    def stop(self) -> None:
        """End no more validations: what is PENDING stays so until its next PUT, as if the state manager died."""
        for task in [*self._tasks, *([self._scheduler] if self._scheduler else [])]:
            task.cancel()

    async def _run(self, document: Document, index: Mapping[str, Any] | None, window: float) -> None:
        me, running = object(), self._running[document["_id"]]
        running.append(me)
        try:
            await asyncio.sleep(window)
            await _until(lambda: not self._faults.holds(document["namespace"], document["name"]))
            # In the order in which they began, unless a fault reverses it.
            await _until(lambda: running[-1 if self._faults.stale_saves else 0] is me)
            valid = self._judge(document, index)
        finally:
            running.remove(me)
            if not running:
                self._running.pop(document["_id"], None)
        if valid and document["triggers"]:
            await self._schedule(document)

    def _judge(self, document: Document, index: Mapping[str, Any] | None) -> bool:
        try:
            found = self._errors(document, index)
        except Exception as error:  # noqa: BLE001 - "anything else" is a result too
            found = [_UNEXPECTED.format(error)]
        self._save(document, "INVALID" if found else "VALID", found)
        return not found

    def _errors(self, document: Document, index: Mapping[str, Any] | None) -> list[str]:
        nodes = {node["identifier"]: node for node in document["nodes"]}
        found = findings(nodes, document["secrets"].keys(), _registered(self._store), index)
        return [_SENTENCES[finding.kind].format_map(vars(finding)) for finding in found]

    async def _schedule(self, document: Document) -> None:
        """Make the cron rows. The graph is VALID already, if only for a moment where this fails.

        Another PUT may have come since then: its rows are in the way of these, or these stay behind. And where this
        fails the **whole** document is saved once more, as INVALID, over whatever was sent since.
        """
        try:
            if self._faults.rows_delay:
                await asyncio.sleep(self._faults.rows_delay)
            create(self._store, document, in_the_way=self._faults.takes_duplicate())
        except Exception as error:  # noqa: BLE001 - "anything else" is a result too
            await asyncio.sleep(self._faults.valid_moment)
            self._save(document, "INVALID", [_UNEXPECTED.format(error)])

    def _save(self, document: Document, status: str, errors: list[str]) -> None:
        document.update(validation_status=status, validation_errors=errors, updated_at=now())
        self._store.replace_graph(document)


async def _fire_each_minute(store: Store, faults: Faults) -> None:
    """Fire what is due, as the scheduler does: at second 0 of each minute, everything since the minute before."""

    def minute() -> datetime:
        return (datetime.now() + timedelta(seconds=faults.clock)).replace(second=0, microsecond=0)  # noqa: DTZ005

    last = minute()
    while True:
        await asyncio.sleep(0.01)
        now = minute()
        if now == last or not faults.scheduler:
            last = now
            continue
        due = [row for row in store.rows() if next_times(row[2], now - timedelta(minutes=1), 1)[:1] <= [now]]
        last = now
        store.fire(due)
        await asyncio.sleep(faults.firing)
        store.fired(due)


async def _until(condition: Callable[[], bool]) -> None:
    # The switches are set from other threads, which can't set an event of asyncio's.
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


def _registered(store: Store) -> Callable[[str], Mapping[str, Any]]:
    """Return a function that looks up the registered nodes of a namespace, by name."""

    def by_name(namespace: str) -> Mapping[str, Any]:
        return {node["name"]: node for node in map(json.loads, store.nodes(namespace))}

    return by_name
