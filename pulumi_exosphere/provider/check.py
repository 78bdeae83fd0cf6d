"""The hook ``check``: everything that can be reported before anything is sent, and its notes for the other hooks.

It never fails for lack of a connection: a preview works offline, and without the production key.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import (
    ConfigurationError,
    Conflict,
    ExosphereError,
    GraphNotFound,
    InvalidGraph,
    StateManagerError,
    Unauthorized,
    graph_label,
)
from pulumi_exosphere.reconcile import conflicts, pieces
from pulumi_exosphere.reconcile.graph import needs_upsert, tell_one_server, tell_owner
from pulumi_exosphere.reconcile.keys import GraphKey, PieceKey
from pulumi_exosphere.reconcile.live import Live, is_document_of, is_live, same_document
from pulumi_exosphere.reconcile.outcome import resource, tell
from pulumi_exosphere.reconcile.owners import name_of
from pulumi_exosphere.reconcile.refresh import next_revisions, taken_over, unseen
from pulumi_exosphere.reconcile.run import current
from pulumi_exosphere.template import UNKNOWN, Fault
from pulumi_exosphere.template.messages import listed
from pulumi_exosphere.template.sections import FOLDED, is_unknown_expression

from .connections import look_at, wanted_client, with_stored
from .properties import has_unknown
from .settings import Settings

Inputs = Mapping[str, Any]


def note(olds: Inputs, inputs: Inputs) -> None:
    """Note that this run wants the graph, and what state says of it."""
    if (key := key_of(inputs)) is not None:
        current().want(key, inputs)
    if olds:
        know(olds)
        if key is not None and key == key_of(olds):
            current().keep(key)


def know(state: Inputs) -> None:
    """Note what state says of the graph."""
    if (key := key_of(state)) is not None:
        current().know(key, state)


def expect_update(olds: Inputs, inputs: Inputs) -> None:
    """Note that an update of this graph is likely to come, if it has anything to send.

    Skipped if this run hasn't checked it: the engine also asks for a refresh's differences, before the program runs.
    """
    run = current()
    if (key := key_of(inputs)) is not None and run.wants(key) and needs_upsert(olds, inputs):
        run.expect_update(key)


def finish_update(inputs: Inputs) -> None:
    """Note that the update has come to its end, good or bad."""
    if (key := key_of(inputs)) is not None:
        current().finish_update(key)


def key_of(inputs: Inputs) -> GraphKey | None:
    """Return the key of the graph that the inputs name, or None if a part of it isn't known."""
    parts = inputs.get("state_manager"), inputs.get("namespace"), inputs.get("name")
    known = [part for part in parts if isinstance(part, str)]
    return GraphKey(*known) if len(known) == len(parts) else None


_AT_NEW_ADDRESS = "It is at another address than this stack's graph so far, which stays live there"
QUICK = 5.0
"""Seconds that `check` waits for a listing at most; it continues without one."""


def revisions(olds: Inputs, inputs: Inputs) -> Any:
    """Return the revision of each secret; UNKNOWN as a whole if the secrets are."""
    secrets = inputs.get("secrets", {})
    if not isinstance(secrets, Mapping):
        return UNKNOWN if secrets is UNKNOWN else {}
    return next_revisions(olds, secrets)


def label(inputs: Inputs) -> str:
    """Return the graph's name as messages have it."""
    name, namespace = inputs.get("name"), inputs.get("namespace")
    if isinstance(name, str):
        return graph_label(name, namespace) if isinstance(namespace, str) else f"graph '{name}'"
    return f"the graph in namespace '{namespace}'" if isinstance(namespace, str) else "the graph"


def judged(olds: Inputs, inputs: Inputs, settings: Settings) -> list[Fault]:
    """Return the graph's own problems, with the live store for one whose store the program never gave."""
    faults = template.judge(inputs)
    key = key_of(inputs)
    if key is None or "store_config" in inputs or "store_config" in olds:
        return faults
    if not any(fault.rule == "store_key_undeclared" for fault in faults):
        return faults
    if olds and key_of(olds) == key and not needs_upsert(olds, inputs):
        return template.judge({**inputs, "store_config": UNKNOWN})  # Nothing will be sent, so no request is made.
    try:
        live = _glimpse(key, inputs, settings)
    except (StateManagerError, ConfigurationError, InvalidGraph):
        # If the graph already exists, what its store declares isn't known.
        adopt = inputs.get("adopt", settings.adopt)
        return template.judge({**inputs, "store_config": UNKNOWN}) if olds or adopt else faults
    if not is_live(live) or "store_config" not in live.inputs:
        return faults
    return template.judge({**inputs, "store_config": live.inputs["store_config"]})


def as_deployed(inputs: Inputs, settings: Settings) -> dict[str, Any]:
    """Return the inputs as this stack deploys them: with no schedule if ``exosphere:schedules`` is off.

    A section that the program never gave stays unmanaged.
    """
    return dict(inputs) if settings.schedules or "triggers" not in inputs else {**inputs, "triggers": {}}


def graph_conflicts(olds: Inputs, inputs: Inputs, settings: Settings) -> list[str]:
    """Return what the next hook would reject because of what is live, as far as one shared listing shows it."""
    key = key_of(inputs)
    if key is None:
        return []
    same = bool(olds) and key_of(olds) == key
    if same and not needs_upsert(olds, inputs):
        return []
    run = current()
    try:
        live = _glimpse(key, inputs, settings)
    except (StateManagerError, ConfigurationError) as error:
        _tell_not_checked(key, error)
        if not same:
            if refused := _taken(key):
                return refused
            tell_owner(key, is_new=not olds)
        return []
    inputs = _with_unknown_schedules(inputs)
    if olds and not same and is_live(live):
        renamed = is_renamed_server(olds, key, live, settings)
        # Old inputs don't say which document it was; the hook knows, and decides again.
        same = not unseen(olds, live) if renamed is None else renamed
    try:
        if same:
            conflicts.may_update(key, live, olds, inputs, overwrite_drift=settings.overwrite_drift)
        else:
            adopt = bool(inputs.get("adopt", settings.adopt))
            conflicts.may_create(key, live, inputs, run.kept_inputs(key), adopt=adopt)
        done = conflicts.is_done(live, olds, inputs) if same else conflicts.is_made(live, inputs)
        if not done:
            conflicts.may_keep(key, live, olds if same else {}, inputs)
    except Conflict as conflict:
        return [str(conflict)]
    if is_live(live) and not same:
        tell_owner(key, is_new=not olds)
        if olds and conflicts.owner_of(key) is None:
            _tell_moved(key, olds, inputs, live)
    return []


def _taken(key: GraphKey | PieceKey) -> list[str]:
    """Return why this resource can't have what another one of the stack has, whatever is live."""
    try:
        conflicts.may_take(key, conflicts.owner_of(key))
    except Conflict as conflict:
        return [str(conflict)]
    return []


def tell_taken_over(inputs: Inputs, settings: Settings) -> None:
    """Say what a create would take over, as far as the listing that `graph_conflicts` has looked at shows it."""
    key = key_of(inputs)
    if key is None:
        return
    with suppress(ExosphereError):
        live = _glimpse(key, inputs, settings)
        if is_live(live):
            _tell_taken_over(key, inputs, live)


def _tell_moved(key: GraphKey, olds: Inputs, inputs: Inputs, live: Live) -> None:
    """Say what an update will take over at another address: only a hook knows that the address changes."""
    if (olds.get("namespace"), olds.get("name")) == (key.namespace, key.name) and current().is_first("taken", *key):
        _tell_taken_over(key, inputs, live, f". {_AT_NEW_ADDRESS}")


def _tell_taken_over(key: GraphKey, inputs: Inputs, live: Live, more: str = "") -> None:
    found = taken_over(inputs, live.inputs)
    if current().owners.has(key, resource()):
        return  # The engine replaces this resource, and its diff shows what changes.
    if not found.differs and conflicts.owner_of(key) is not None:
        return  # `tell_owner` has said whose it is.
    tell(f"{'warning: ' if found.differs else ''}{found.sentence(str(key))}{more}", resource())


def is_renamed_server(
    state: Inputs, key: GraphKey, live: Live | None, settings: Settings, *, anew: bool = False
) -> bool | None:
    """Return whether the graph of ``state`` is ``live`` at ``key``: its address is another name of the same server.

    ``state`` is of a graph or of an attachment. None if the old address doesn't respond, or has no key. With ``anew``,
    what this run has seen before doesn't count: it may have written since.
    """
    address = state.get("state_manager")
    if live is None or not isinstance(address, str) or address == key.address:
        return False
    if state.get("graph", f"{state.get('namespace')}/{state.get('name')}") != key.id:
        return False
    before, seen = key._replace(address=address), current().snapshots
    try:
        there = with_stored(
            settings.quick(QUICK),
            state,
            lambda client: seen.fresh(client, before) if anew else seen.live(client, before, recall=True),
        )
    except ExosphereError:
        return None
    return there is not None and same_document(live, there)


def is_kept(state: Inputs, settings: Settings) -> bool:
    """Return whether this run wants the graph of ``state`` at another address, if state can tell.

    The old address may be out of use, or its key not at hand. Raises Conflict if the other address can't be asked.
    """
    if (key := key_of(state)) is None:
        return False
    for other in current().wanted_elsewhere(key):
        there = look_at(settings, other)
        if (
            is_live(there)
            and is_document_of(state, there)
            and is_renamed_server(state, other, there, settings, anew=True) is not False
        ):
            tell_one_server(key, other)
            return True
    return False


def _glimpse(key: GraphKey, inputs: Inputs, settings: Settings) -> Live | None:
    """Return the graph in the shared listing, if the listing arrives quickly. A failed listing is tried once more."""
    run, client = current(), wanted_client(settings.quick(QUICK), inputs.get("connection"))
    try:
        return run.snapshots.live(client, key, recall=True)
    except StateManagerError as error:
        if isinstance(error, Unauthorized) or not run.is_first("listed again", key.address, key.namespace):
            raise
    return run.snapshots.live(client, key)


def _tell_not_checked(key: GraphKey, error: ExosphereError) -> None:
    if isinstance(error, StateManagerError) and current().is_first("not checked", key.address, key.namespace):
        tell(
            f"namespace '{key.namespace}' was not checked for changes made outside this stack; an update checks again "
            f"before it sends anything: {error}"
        )


def _with_unknown_schedules(inputs: Inputs) -> Inputs:
    """Return the inputs, with all schedules unknown if one is: it may be any of those that are live."""
    triggers = inputs.get("triggers")
    unknown = isinstance(triggers, Mapping) and any(map(is_unknown_expression, triggers))
    return {**inputs, "triggers": UNKNOWN} if unknown else inputs


def declared_itself(piece: PieceKey) -> str:
    """Return the problem of a piece declared as its own resource in a program that also declares its graph."""
    return (
        f"{piece} is a resource of its own, and this program declares the graph as well. Give `{piece.section}` on the "
        "graph, and remove that resource: it is for graphs that the program doesn't declare"
    )


def declared_twice(inputs: Inputs) -> list[str]:
    """Return the problem of two resources that are one graph; the one that is checked last reports it.

    A program in Python reports it itself.
    """
    key = key_of(inputs)
    other = resource() if key is None else current().declare(key, resource())
    if key is None or other == resource():
        return []
    problem = f"{key} is also resource '{name_of(other)}' of this program, but a graph is declared once"
    return [f"{problem}. Give one of them another name or namespace"]


def attached(inputs: Inputs) -> list[str]:
    """Return the problem of a graph whose piece is its own resource; the one that is checked last reports it."""
    key = key_of(inputs)
    piece = None if key is None else current().attached(key)
    return [] if piece is None else [declared_itself(piece)]


def piece_conflicts(provider: Any, olds: Inputs, inputs: Inputs, settings: Settings) -> list[str]:
    """Return what an attachment's hook would reject; a graph that this run wants is validated with its own upsert."""
    run = current()
    address = inputs.get("state_manager")
    if not isinstance(address, str) or has_unknown(inputs):
        return []
    piece = provider.piece(address, inputs)
    if not provider.deploys(inputs):
        return []
    run.want_piece(piece, inputs)
    if FOLDED not in inputs:
        run.note_attached(piece)
        if run.wants(piece.graph):
            return [declared_itself(piece)]
    if otherwise := conflicts.folded_otherwise(piece, provider.value(inputs), run.wanted_inputs(piece.graph) or {}):
        problem = (
            f"{piece} differs from what its graph is sent with ({listed(otherwise)}): `ignore_changes` on the graph, "
            "or a transform of the graph, of this resource, of a parent or of the stack, changes one of them. Declare "
            "both the same, or change only the graph"
        )
        return [problem]
    unchanged = olds and all(olds.get(name) == value for name, value in inputs.items())
    if unchanged or run.wants(piece.graph):
        return []
    try:
        client = wanted_client(settings.quick(QUICK), inputs.get("connection"))
        live = _glimpse(piece.graph, inputs, settings)
    except (StateManagerError, ConfigurationError) as error:
        _tell_not_checked(piece.graph, error)
        return [] if olds else _taken(piece)
    try:
        pieces.may_ensure(provider.order(inputs, olds or None, client), live)
    except (Conflict, GraphNotFound) as refusal:
        return [str(refusal)]
    return []
