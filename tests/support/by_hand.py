"""What somebody does to a live graph without Pulumi: a script that changes something and sends the rest as it was."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from tests.support.live import put

Change = Callable[[dict[str, Any]], object]
"""Changes the body of the upsert in place."""

SECTIONS = ("retry_policy", "store_config", "triggers")


def change(
    running: LocalStateManager,
    namespace: str,
    name: str,
    how: Change = lambda _: None,
    *,
    value: str = "written-by-hand",
) -> dict[str, Any]:
    """Upserts a live graph, changed; its secrets get this ``value``, since nobody can read them back.

    What is then stored is returned. Without ``how`` nothing is different but that somebody wrote.
    """
    document = running.graph(namespace, name)
    assert document is not None
    body = copy.deepcopy({key: document[key] for key in ("nodes", *SECTIONS)})
    body["secrets"] = dict.fromkeys(document["secrets"], value)
    how(body)
    return put(running, namespace, name, body)


def retire(running: LocalStateManager, namespace: str, name: str) -> None:
    """Retires a graph, as another stack's destroy would."""
    put(running, namespace, name, template.retired())


def node(body: dict[str, Any], identifier: str) -> dict[str, Any]:
    """A node of an upsert's body."""
    found: dict[str, Any] = next(node for node in body["nodes"] if node["identifier"] == identifier)
    return found
