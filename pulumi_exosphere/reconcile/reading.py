"""What a refresh finds: the live graph in its namespace's one listing, or that it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import StateManagerError, Unauthorized, Unreachable

from .deliver import without_sections
from .drift import refreshed
from .keys import GraphKey, parse_id
from .live import Live, from_document
from .run import current

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

OUTPUTS = ("updated_at", "document_id")
"""What a graph's state holds besides its inputs."""

Inputs = Mapping[str, Any]


def find(client: StateManager, key: GraphKey) -> Live | None:
    """The live graph; None where it is gone, or retired.

    Where the listing fails as a whole (one stored document that the server can't read is enough), one GET tells what
    it can: the sections are then missing.

    Raises StateManagerError for any other failure: that is never a deletion.
    """
    try:
        live = current().snapshots.live(client, key, recall=True)
    except (Unauthorized, Unreachable):
        raise
    except StateManagerError:
        document = client.get_graph(key.namespace, key.name)
        if document is None:
            return None
        read = from_document(document)
        live = replace(read, inputs=without_sections(read.inputs))
    return None if live is None or live.retired else live


def read_graph(client: StateManager, graph_id: str, state: Inputs) -> tuple[dict[str, Any], Live] | None:
    """The inputs that state should hold, and what is live; None where the graph is gone.

    A state without nodes is a look-up (`Graph.get`): everything that is live is its answer.
    """
    if "nodes" in state:
        key = GraphKey(client.address, state["namespace"], state["name"])
    else:
        key = GraphKey(client.address, *parse_id(graph_id))
    live = find(client, key)
    if live is None:
        return None
    if "nodes" in state:
        return {name: value for name, value in refreshed(state, live).items() if name not in OUTPUTS}, live
    found = {**live.inputs, "name": key.name, "namespace": key.namespace, "secrets": {}}
    added = {"state_manager": client.address, "validation_status": live.status}
    return {**state, **found, **added}, live
