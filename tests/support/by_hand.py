"""Changes to a live graph without Pulumi: a script changes something and sends the rest as it was."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from tests.support.live import put

Change = Callable[[dict[str, Any]], object]
"""Change the body of the upsert in place."""

SECTIONS = ("retry_policy", "store_config", "triggers")


def change(
    running: LocalStateManager,
    namespace: str,
    name: str,
    how: Change = lambda _: None,
    *,
    value: str = "written-by-hand",
) -> dict[str, Any]:
    """Upsert a live graph, changed; its secrets get this ``value``, because nobody can read them back.

    Return what is then stored. Without ``how`` nothing changes except when the graph was last written.
    """
    document = running.graph(namespace, name)
    assert document is not None
    body = copy.deepcopy({key: document[key] for key in ("nodes", *SECTIONS)})
    body["secrets"] = dict.fromkeys(document["secrets"], value)
    how(body)
    return put(running, namespace, name, body)


def retire(running: LocalStateManager, namespace: str, name: str) -> None:
    """Retire a graph, as another stack's destroy would."""
    put(running, namespace, name, template.retired())


def node(body: dict[str, Any], identifier: str) -> dict[str, Any]:
    """Return a node of an upsert's body."""
    found: dict[str, Any] = next(node for node in body["nodes"] if node["identifier"] == identifier)
    return found
