"""Other owners' graphs in the namespace, in a form that this version doesn't know, affect no other graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pulumi_exosphere as exosphere
from pulumi_exosphere import template
from pulumi_exosphere.errors import ExosphereError, UnreadableAnswer
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.local.store import Store, new
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from tests.support.hooks_driver import Resource
from tests.support.live import put
from tests.support.nodes import NODES
from tests.support.running import run
from tests.support.wanted import node, report

CANARY = "canary-of-somebody-else"
NODE: dict[str, Any] = {
    "node_name": "Ping",
    "namespace": "analytics",
    "identifier": "a",
    "inputs": {},
    "next_nodes": [],
    "unites": None,
}
DOCUMENT = {
    "nodes": [NODE],
    "validation_status": "VALID",
    "validation_errors": [],
    "secrets": {},
    "retry_policy": {"max_retries": 3, "strategy": "EXPONENTIAL", "backoff_factor": 2000, "exponent": 2},
    "store_config": {"required_keys": [], "default_values": {}},
    "triggers": [],
}
EVENT = {"triggers": [{"type": "EVENT", "value": {"topic": CANARY}}]}
FOREIGN: dict[str, dict[str, Any]] = {
    "another type of trigger": EVENT,
    "a trigger without an expression": {"triggers": [{"type": "CRON", "value": {"at": CANARY}}]},
    "an input that is no string": {"nodes": [{**NODE, "inputs": {"x": {"y": CANARY}}}]},
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the file of the state manager's database."""
    return tmp_path / "state-manager.sqlite"


@pytest.fixture
def running(database: Path) -> Iterator[LocalStateManager]:
    """Yield a state manager whose database a test can change directly."""
    with LocalStateManager(data=database) as server:
        for namespace, nodes in NODES.items():
            server.register(namespace, nodes)
        yield server


def store(database: Path, name: str, **fields: Any) -> None:
    """Store a document as a later state manager might."""
    reached = Store(database)
    reached.insert_graph({**new("analytics", name), **DOCUMENT, **fields})
    reached.close()


def config(running: LocalStateManager) -> dict[str, str]:
    """Use the configuration of a stack on it."""
    return {"exosphere:stateManagerUri": running.uri, "exosphere:apiKey": running.api_key, "exosphere:maxRetries": "0"}


@pytest.mark.parametrize("fields", FOREIGN.values(), ids=FOREIGN)
def test_somebody_elses_document_concerns_nobody(
    running: LocalStateManager, database: Path, fields: dict[str, Any]
) -> None:
    """A graph beside it is created, previewed, refreshed, changed and destroyed as usual."""
    store(database, "theirs", **fields)
    ours = Resource(config(running))
    ours.up(report(triggers={"0 9 * * *": {"type": "CRON"}}))
    assert ours.refresh()
    assert not ours.preview(report(triggers={"0 9 * * *": {"type": "CRON"}}))
    ours.up(report(retry_policy={"max_retries": 7}))
    ours.destroy()
    assert running.graph("analytics", "theirs")["nodes"] == fields.get("nodes", [NODE])


@pytest.mark.parametrize("fields", FOREIGN.values(), ids=FOREIGN)
def test_that_graph_itself_is_not_managed(running: LocalStateManager, database: Path, fields: dict[str, Any]) -> None:
    """It is neither adopted nor refreshed nor overwritten; the message names it and shows no value."""
    store(database, "daily-report", **fields)
    ours = Resource(config(running))
    with pytest.raises(ExosphereError, match="graph 'daily-report' in namespace 'analytics' has a form") as caught:
        ours.up(report(adopt=True))
    assert CANARY not in str(caught.value)
    assert running.graph("analytics", "daily-report")["triggers"] == fields.get("triggers", [])


def test_our_own_graph_that_somebody_gave_another_form(running: LocalStateManager, database: Path) -> None:
    """A refresh fails instead of showing it as unchanged, or as gone."""
    ours = Resource(config(running))
    ours.up(report())
    reached = Store(database)
    reached.replace_graph({**running.graph("analytics", "daily-report"), **DOCUMENT, **EVENT})
    reached.close()
    with pytest.raises(ExosphereError, match="graph 'daily-report' in namespace 'analytics' has a form"):
        ours.refresh()


NINE = "0 9 * * *"
ZONED = {"type": "CRON", "value": {"expression": NINE, "timezone": "Europe/Berlin"}}


def test_unknown_fields_of_a_trigger_survive_an_upsert(running: LocalStateManager) -> None:
    """They survive an upsert by the graph and by an attachment, whose schedule stays; none of them is a difference."""
    wanted = report(
        secrets={}, nodes={"ping": node("Ping")}, triggers={NINE: {"type": "CRON"}, "0 8 * * *": {"type": "CRON"}}
    )
    ours = Resource(config(running))
    ours.up(wanted)
    body = template.to_body(template.normalise(wanted))
    put(running, "analytics", "daily-report", {**body, "triggers": [*body["triggers"][1:], ZONED]})
    assert ours.refresh()
    assert not ours.preview(wanted)
    ours.up({**wanted, "retry_policy": {"max_retries": 7}, "triggers": {NINE: {"type": "CRON"}}})
    assert running.graph("analytics", "daily-report")["triggers"] == [ZONED]
    retry = Resource(config(running), CronTriggerProvider())
    retry.up({"graph": "analytics/daily-report", "expression": "0 7 * * *"})
    stored = running.graph("analytics", "daily-report")["triggers"]
    assert ZONED in stored
    assert len(stored) == 2
    retry.destroy()
    assert running.graph("analytics", "daily-report")["triggers"] == [ZONED]


def test_look_ups_leave_it_out(running: LocalStateManager, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`get_graphs` returns the others and reports which it left out; `get_graph` rejects it by name."""
    store(database, "theirs", **EVENT)
    store(database, "plain")
    found: list[list[str]] = []
    settings = {"stateManagerUri": running.uri, "apiKey": running.api_key}
    run(lambda: found.append([graph.name for graph in exosphere.get_graphs("analytics")]), config=settings)
    assert found == [["plain"]]
    with pytest.raises(UnreadableAnswer, match="graph 'theirs' in namespace 'analytics'"):
        run(lambda: exosphere.get_graph("theirs", "analytics"), config=settings)
    assert CANARY not in "".join(capsys.readouterr())
