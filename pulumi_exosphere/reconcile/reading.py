"""What a refresh finds: the live graph in its namespace's one listing, or that it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import StateManagerError, Unauthorized, Unreachable

from .drift import refreshed, refreshed_piece
from .keys import GraphKey, parse_id
from .known import Known
from .live import OUTPUTS, Live, from_document, without_sections
from .run import current

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

    from .keys import PieceKey

SOON = 2.0
"""Seconds within which the engine has begun to read a stack's graphs, once it has begun to read its attachments."""

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


def read_graph(client: StateManager, state: Inputs) -> tuple[dict[str, Any], Live] | None:
    """The inputs that state should hold, and what is live; None where the graph is gone.

    Raises StateManagerError, see `find`.
    """
    live = find(client, GraphKey(client.address, state["namespace"], state["name"]))
    if live is None:
        return None
    return {name: value for name, value in refreshed(state, live).items() if name not in OUTPUTS}, live


def look_up(client: StateManager, graph_id: str, state: Inputs) -> tuple[dict[str, Any], Live] | None:
    """The same for a graph that is only looked up (`Graph.get`): everything that is live is its answer.

    Raises InvalidGraph where ``graph_id`` isn't an id; StateManagerError, see `find`.
    """
    key = GraphKey(client.address, *parse_id(graph_id))
    live = find(client, key)
    if live is None:
        return None
    known = Known({"connection": state.get("connection")})
    found = {**known.merge(None, live.inputs), "name": key.name, "namespace": key.namespace, "secrets": {}}
    kept = {name: value for name, value in state.items() if name not in OUTPUTS}
    return {**kept, **found, "state_manager": client.address, "validation_status": live.status}, live


def read_piece(
    client: StateManager, piece: PieceKey, state: Inputs, *, folded: bool
) -> tuple[dict[str, Any], Live] | None:
    """What state should hold of an attachment, and its live graph; None where the piece is gone.

    ``folded``: its graph is a resource of the same stack.

    Raises StateManagerError, see `find`.
    """
    live = find(client, piece.graph)
    if live is None:
        return None
    here = live.inputs.get(piece.section)
    if here is None:
        return dict(state), live
    if piece.section == "triggers":
        return (dict(state), live) if piece.expression in here else None
    if not folded or piece.section != "store_config" or all(state.get(name) == value for name, value in here.items()):
        return refreshed_piece(state, here), live
    # What changed may have been moved there from the graph, which state holds under another resource.
    graph = current().known_inputs(piece.graph, wait=SOON)
    return refreshed_piece(state, here, graph, blind=graph is None), live
