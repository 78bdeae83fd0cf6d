"""Cron rows: what the state manager's scheduler would fire. Nothing is fired here; the rows can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pulumi_exosphere.local.documents import expressions
from pulumi_exosphere.local.store import Duplicate
from pulumi_exosphere.spec.cron import next_times

if TYPE_CHECKING:
    from pulumi_exosphere.local.documents import Document
    from pulumi_exosphere.local.store import Store


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


def create(store: Store, document: Document) -> None:
    """Make one row for each expression, all or none.

    Raises NeverFires where an expression never comes true, Duplicate where such a row is already there.
    """
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
