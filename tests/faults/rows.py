"""The matrix: one operation, one of its requests, one fault; the result, and whether the message is true."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import ExosphereError, Outcome
from pulumi_exosphere.local import LocalStateManager
from tests.faults.operations import OPERATIONS, Operation, Site
from tests.support.fault_proxy import FaultProxy, kind_of
from tests.support.faults import Fault, every_fault

TIMEOUT = 0.4
"""Seconds that a hook waits for a response while faults are active."""
FAULTS = every_fault(TIMEOUT)
LASTING = ("429", "500", "503", "reset before it arrived", "reset after it was carried out", "truncated JSON", "401")
"""The faults that are also tried as lasting ones: from that request on, all of them go wrong."""
CANARY = "canary"

_counter = threading.Lock()
_count = 0


@dataclass
class Row:
    """One cell of the table."""

    operation: str
    request: str
    """The request that went wrong: ``PUT graph 1``."""
    fault: str
    lasting: bool
    said: str = ""
    """`succeeded`, or the outcome that the error reported."""
    error: str = ""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lasting = " from then on" if self.lasting else ""
        wrong = f"  WRONG: {'; '.join(self.wrong)}; told: {self.error}" if self.wrong else ""
        return f"{self.operation:<22} {self.request:<14} {self.fault + lasting:<44} {self.said}{wrong}"


def requests_of(operation: Operation, state_manager: LocalStateManager) -> list[str]:
    """Return the requests of the operation without faults, each as kind and number."""
    with _site(state_manager) as site:
        operation.prepare(site)
        site.proxy.clear()
        begin(operation, site, TIMEOUT * 10)
        operation.act(site)
        kinds = site.proxy.kinds()
    return [f"{kind} {kinds[: at + 1].count(kind)}" for at, kind in enumerate(kinds)]


def run_rows(name: str, state_manager: LocalStateManager, rows: list[Row]) -> None:
    """Try all rows of one operation at once, each with a graph and a proxy of its own, and check the messages."""
    operation = OPERATIONS[name]
    with ThreadPoolExecutor(16) as pool:
        sites = [_site(state_manager).__enter__() for _ in rows]  # Stopped at the end, all together.
        try:
            begin(operation, sites[0], 20.0)
            _all(pool, lambda site, _: operation.prepare(site), sites, rows)
            begin(operation, sites[0], TIMEOUT)
            _all(pool, lambda site, row: _try(operation, site, row), sites, rows)
            time.sleep(FAULTS["late request"].delay_before)  # Late requests must have arrived.
            state_manager.settle()
            begin(operation, sites[0], 20.0)
            _all(pool, lambda site, row: _clean(operation, site, row), sites, rows)
        finally:
            for site in sites:
                site.__exit__(None, None, None)


def begin(operation: Operation, site: Site, timeout: float) -> None:
    """Start a run whose configuration all rows share; each has an address of its own in its ``connection``."""
    config = {"exosphere:apiKey": site.state_manager.api_key, "exosphere:requestTimeout": str(timeout)}
    site.resource(operation.provider, {**config, "exosphere:maxRetries": "1"}).begin()


def _site(state_manager: LocalStateManager) -> Site:
    global _count  # noqa: PLW0603  # a namespace of its own for each row
    with _counter:
        _count += 1
        return Site(state_manager, FaultProxy(state_manager.uri), f"row-{_count}")


def _all(pool: ThreadPoolExecutor, call: Callable[[Site, Row], object], sites: list[Site], rows: list[Row]) -> None:
    list(pool.map(call, sites, rows))


def _try(operation: Operation, site: Site, row: Row) -> None:
    before = site.live()
    site.proxy.clear()
    kind, _, nth = row.request.rpartition(" ")
    if row.lasting:
        from_then_on(site.proxy, kind, int(nth), FAULTS[row.fault])
    else:
        site.proxy.inject(kind, FAULTS[row.fault], nth=int(nth))
    try:
        operation.act(site)
    except ExosphereError as error:
        row.error, row.said = str(error), outcome_of(str(error))
        if row.operation == "read" and "Outcome" not in row.error:
            row.said = "not written"  # a refresh writes nothing, and reports no outcome
    else:
        row.said = "succeeded"
    row.wrong += list(_untrue(operation, site, row, before))
    if CANARY in row.error:
        row.wrong.append("a secret is in the message")
    site.proxy.clear()


def from_then_on(proxy: FaultProxy, kind: str, nth: int, fault: Fault) -> None:
    """Make every request go wrong, from the ``nth`` of a kind on."""
    seen = 0

    def watch(method: str, path: str, _: int) -> None:
        nonlocal seen
        seen += kind_of(method, path) == kind
        if seen == nth:
            seen += 1000
            proxy.inject("*", fault, times=None)

    proxy.on_request = watch


def outcome_of(message: str) -> str:
    """Return the outcome that a message reports; empty unless it reports exactly one."""
    said: list[str] = re.findall(r"Outcome: ([\w ]+)$", message)
    others = [one.value for one in Outcome if one.value != "retired" and one.value in message.rpartition(". ")[0]]
    return said[0] if len(said) == 1 and not others else ""


def _untrue(operation: Operation, site: Site, row: Row, before: Any) -> Iterator[str]:
    """Return what is wrong with the message, compared with what is live."""
    live = site.live()
    wanted = operation.reached(live)
    if not row.said:
        yield f"no outcome in: {row.error}"
    elif row.said == "succeeded" and not wanted:
        yield "it isn't as declared"
    elif row.said == "not written" and not _same(before, live):
        yield "something was written"
    elif row.said == "written and VALID" and not (wanted and live and live["validation_status"] == "VALID"):
        yield "it isn't live, or not VALID"
    elif row.said == "written and not yet validated" and not wanted:
        yield "it isn't live"
    elif row.said == "unknown" and "PUT graph" not in site.proxy.kinds():
        yield "nothing was sent"
    elif row.said == "written and INVALID":
        yield "nothing here is INVALID"


def _same(before: Any, live: Any) -> bool:
    if before is None or live is None:
        return before is live
    return before["updated_at"] == live["updated_at"] or not template.changes(_inputs(before), _inputs(live))


def _inputs(document: Any) -> dict[str, Any]:
    return template.from_document({**document, "secrets": dict.fromkeys(document["secrets"], "")})


def _clean(operation: Operation, site: Site, row: Row) -> None:
    """Return what a user does next, and whether it ends with exactly what is declared."""
    site.proxy.on_request = None
    try:
        operation.act(site)
    except ExosphereError as error:
        row.wrong.append(f"the next run failed: {error}")
        return
    site.state_manager.settle()
    live = site.live()
    if not operation.reached(live):
        row.wrong.append("the next run doesn't end with what is declared")
    elif live and live["validation_status"] != operation.status:
        row.wrong.append(f"the next run ends {live['validation_status']}")
    scheduled = sorted(row_.expression for row_ in site.state_manager.cron_rows() if row_.namespace == site.namespace)
    declared = sorted(trigger["value"]["expression"] for trigger in (live or {}).get("triggers", []))
    if scheduled != declared:
        row.wrong.append(f"schedules are {scheduled}, declared are {declared}")


def table(rows: Iterable[Row]) -> str:
    """Return all rows, a line each."""
    return "\n".join(str(row) for row in rows)
