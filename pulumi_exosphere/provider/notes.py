"""What a graph's hooks note for the other hooks of this run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_exosphere.reconcile.graphs import needs_upsert
from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.run import current

Inputs = Mapping[str, Any]


def note(olds: Inputs, inputs: Inputs) -> None:
    """Note that this run wants the graph, and what state says of it."""
    if (key := key_of(inputs)) is not None:
        current().want(key, inputs)
    if olds:
        know(olds)


def know(state: Inputs) -> None:
    """Note what state says of the graph."""
    if (key := key_of(state)) is not None:
        current().know(key, state)


def expect_update(olds: Inputs, inputs: Inputs) -> None:
    """Note that an update of this graph is likely to come, if it has anything to send.

    Not where this run hasn't checked it: the engine asks for a refresh's differences too, before the program runs.
    """
    run = current()
    if (key := key_of(inputs)) is not None and run.wants(key) and needs_upsert(olds, inputs):
        run.expect_update(key)


def finish_update(inputs: Inputs) -> None:
    """Note that the update has come to its end, good or bad."""
    if (key := key_of(inputs)) is not None:
        current().finish_update(key)


def key_of(inputs: Inputs) -> GraphKey | None:
    """Which graph the inputs mean; None where a part of that isn't known."""
    parts = inputs.get("state_manager"), inputs.get("namespace"), inputs.get("name")
    known = [part for part in parts if isinstance(part, str)]
    return GraphKey(*known) if len(known) == len(parts) else None
