"""Graphs made live as a script would, and what is then live without what every write changes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from pulumi_exosphere.template import cron


def put(running: LocalStateManager, namespace: str, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Upsert a graph, wait for its validation, and return what is stored."""
    with StateManager(running.uri, running.api_key) as client:
        client.put_graph(namespace, name, body)
    running.settle()
    stored = running.graph(namespace, name)
    assert stored is not None
    return stored


def put_until_run_out(running: LocalStateManager, namespace: str, name: str, wanted: Mapping[str, Any]) -> None:
    """Upsert a graph with one more schedule, which makes it VALID, and wait until that schedule has no more runs."""
    at = datetime.now() + timedelta(seconds=4)  # noqa: DTZ005  the server's local time
    expression = at.strftime("%M %H %d %m * %S %Y")
    triggers = {**wanted.get("triggers", {}), expression: {"type": "CRON"}}
    body = template.to_body(template.normalise({**wanted, "triggers": triggers}))
    assert put(running, namespace, name, body)["validation_status"] == "VALID"
    while not cron.never_fires(expression):
        time.sleep(0.1)


def essence(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored document without the time of the last write, and without orders that mean nothing."""
    kept = {key: value for key, value in document.items() if key != "updated_at"}
    store = document["store_config"]
    kept["store_config"] = {**store, "required_keys": sorted(store["required_keys"])}
    kept["triggers"] = sorted(trigger["value"]["expression"] for trigger in document["triggers"])
    kept["nodes"] = {node["identifier"]: node for node in document["nodes"]}
    kept["secrets"] = sorted(document["secrets"])
    return kept
