"""The schedules that would fire: rows by graph name and expression, not by namespace."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.local.talk import GRAPH, body, cron, listed, node

Schedule = Callable[..., None]

ELSEWHERE = "/v0/namespace/shared/graph/report"


@pytest.fixture
def schedule(http: httpx.Client, server: LocalStateManager) -> Schedule:
    """Put the graph with these expressions and wait for its validation."""

    def put(*expressions: str, path: str = GRAPH, nodes: tuple[dict[str, Any], ...] = ()) -> None:
        assert http.put(path, json=body(*nodes, triggers=cron(*expressions))).status_code == 201
        server.settle()

    return put


def rows(server: LocalStateManager) -> list[tuple[str, str]]:
    """Return the rows as (namespace, expression)."""
    return [(row.namespace, row.expression) for row in server.cron_rows()]


def test_a_valid_graph_has_rows(server: LocalStateManager, schedule: Schedule) -> None:
    """Each distinct expression has one row; two spellings of one schedule have two."""
    schedule("0 9 * * 1-5", "@daily", "@daily", "0 0 * * *")
    assert rows(server) == [("analytics", "0 9 * * 1-5"), ("analytics", "@daily"), ("analytics", "0 0 * * *")]
    assert {row.graph for row in server.cron_rows()} == {"report"}


def test_no_rows_before_the_verdict(http: httpx.Client, server: LocalStateManager) -> None:
    """A PENDING graph has no rows."""
    server.faults.hold()
    http.put(GRAPH, json=body(triggers=cron("@daily")))
    assert rows(server) == []
    server.faults.release()
    server.settle()
    assert rows(server) == [("analytics", "@daily")]


def test_an_invalid_graph_has_no_rows(server: LocalStateManager, schedule: Schedule) -> None:
    """An upsert that ends INVALID removes the rows of the previous version."""
    schedule("@daily")
    schedule("@daily", nodes=(node(node_name="Nobody"),))
    assert rows(server) == []


def test_an_update_replaces_rows(server: LocalStateManager, schedule: Schedule) -> None:
    """Rows of expressions that are no longer part of the graph are removed."""
    schedule("@daily", "@weekly")
    schedule("@weekly", "@monthly")
    assert rows(server) == [("analytics", "@weekly"), ("analytics", "@monthly")]


def test_a_refused_update_leaves_rows(http: httpx.Client, server: LocalStateManager, schedule: Schedule) -> None:
    """An upsert that is rejected at once removes nothing."""
    schedule("@daily")
    http.put(GRAPH, json=body(node(), node()))
    assert rows(server) == [("analytics", "@daily")]


def test_namesakes_take_each_others_rows(http: httpx.Client, server: LocalStateManager, schedule: Schedule) -> None:
    """An update deletes the rows of its old expressions, of every graph of that name: only the last one fires."""
    schedule("@daily")
    schedule("@daily", "@weekly", path=ELSEWHERE)
    assert len(rows(server)) == 3
    schedule("@daily")
    assert rows(server) == [("shared", "@weekly"), ("analytics", "@daily")]
    statuses = {listed(http, namespace=namespace)["validation_status"] for namespace in ("analytics", "shared")}
    assert statuses == {"VALID"}


def test_retiring_takes_a_namesakes_rows(server: LocalStateManager, schedule: Schedule) -> None:
    """A retired graph removes its namesake's rows."""
    schedule("@daily")
    schedule("@daily", path=ELSEWHERE)
    schedule(nodes=(node("gone", "gone", namespace="nobody"),))
    assert rows(server) == []


@pytest.mark.parametrize("expression", ["0 0 31 2 *", "0 0 1 1 * 0 2020"])
def test_a_schedule_that_never_comes(http: httpx.Client, server: LocalStateManager, expression: str) -> None:
    """It is accepted, VALID for a moment, then INVALID, and no schedule of the graph has a row."""
    server.faults.valid_moment = 0.2
    http.put(GRAPH, json=body(triggers=cron("@daily", expression)))
    seen = []
    while "INVALID" not in seen:
        seen.append(http.get(GRAPH).json()["validation_status"])
    assert "VALID" in seen
    server.settle()
    (error,) = listed(http)["validation_errors"]
    assert error == "Validation failed due to unexpected error: failed to find next date"
    assert rows(server) == []


@pytest.mark.parametrize(
    "expression", ["0 9 * * 1-5", "@Daily", " 0  9 * * * ", "0 9 * * * 30", "0 9 * * * 30 2050", "5-1 0 1 1 *"]
)
def test_expressions_are_kept_as_written(
    http: httpx.Client, server: LocalStateManager, schedule: Schedule, expression: str
) -> None:
    """Five, six or seven fields, and names in any case, are stored as they are, spaces too."""
    schedule(expression)
    assert listed(http)["triggers"] == cron(expression)
    assert rows(server) == [("analytics", expression)]


def test_next_time_is_local(server: LocalStateManager, schedule: Schedule) -> None:
    """A row contains the time when it would fire next, in local time."""
    schedule("0 0 1 1 *")
    (row,) = server.cron_rows()
    assert row.next_time == datetime(datetime.now().year + 1, 1, 1).isoformat()  # noqa: DTZ001, DTZ005


def test_a_row_that_is_firing(http: httpx.Client, server: LocalStateManager, schedule: Schedule) -> None:
    """An upsert that meets a row that is firing ends INVALID with a duplicate key; repeating it heals it."""
    server.faults.duplicate_triggers = 1
    schedule("@daily")
    document = listed(http)
    assert document["validation_status"] == "INVALID"
    assert "duplicate key" in document["validation_errors"][0]
    schedule("@daily")
    assert listed(http)["validation_status"] == "VALID"
    assert rows(server) == [("analytics", "@daily")]


def test_leftover_rows_are_cleared_by_declaring_them(
    http: httpx.Client, server: LocalStateManager, schedule: Schedule
) -> None:
    """A row that was left behind is removed when its expression was the graph's, and no longer is."""
    server.faults.hold()
    http.put(GRAPH, json=body(triggers=cron("@daily")))
    http.put(GRAPH, json=body(triggers=cron("@weekly")))
    server.faults.release()
    server.settle()
    schedule("@weekly")
    assert ("analytics", "@daily") in rows(server)
    schedule("@daily", "@weekly")
    schedule("@weekly")
    assert rows(server) == [("analytics", "@weekly")]


def test_a_look_over_http(http: httpx.Client, schedule: Schedule) -> None:
    """`GET /local/cron-rows` returns the same."""
    schedule("@yearly")
    content = http.get("/local/cron-rows").json()
    assert content["count"] == 1
    (row,) = content["cron_rows"]
    assert row.keys() == {"namespace", "graph", "expression", "next_time"}


def test_valid_before_it_has_rows(http: httpx.Client, server: LocalStateManager) -> None:
    """VALID is stored before the rows are made."""
    server.faults.rows_delay = 1.0
    http.put(GRAPH, json=body(triggers=cron("@daily")))
    while http.get(GRAPH).json()["validation_status"] != "VALID":
        pass
    assert rows(server) == []
    server.settle()
    assert rows(server) == [("analytics", "@daily")]


def test_a_put_before_there_are_rows(http: httpx.Client, server: LocalStateManager) -> None:
    """Removed schedules return, and existing rows make the first document overwrite the second one."""
    server.faults.rows_delay = 0.3
    http.put(GRAPH, json=body(triggers=cron("@daily")))
    while http.get(GRAPH).json()["validation_status"] != "VALID":
        pass
    server.faults.rows_delay = 0.0
    http.put(GRAPH, json=body(triggers=cron("@daily", "@weekly")))
    server.settle()
    assert listed(http)["validation_status"] == "INVALID"
    assert [trigger["value"]["expression"] for trigger in listed(http)["triggers"]] == ["@daily"]


def fire(server: LocalStateManager) -> None:
    """Set the clock so that the next minute begins a moment from now."""
    server.faults.clock = 59.7 - time.time() % 60
    time.sleep(0.5)


def test_removed_while_it_fires(http: httpx.Client, server: LocalStateManager, schedule: Schedule) -> None:
    """A row that is firing stays, and fires again, although no listing shows it."""
    server.faults.scheduler = True
    schedule("* * * * *", "0 0 29 2 *")
    fire(server)
    schedule()
    assert listed(http)["triggers"] == []
    assert rows(server) == [("analytics", "* * * * *")]
    schedule("* * * * *")
    assert listed(http)["validation_status"] == "INVALID"


def test_the_clock(http: httpx.Client, server: LocalStateManager) -> None:
    """Every response's Date header has the scheduler's time."""
    server.faults.clock = 3600.0
    date = parsedate_to_datetime(http.get("/health").headers["date"])
    assert 3500 < date.timestamp() - time.time() < 3700
    assert len(http.get("/health").headers.get_list("date")) == 1
