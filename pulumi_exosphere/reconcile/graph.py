"""The hooks of a graph: look, decide, upsert, read back; retire."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import ExosphereError, Outcome, graph_label
from pulumi_exosphere.reconcile import conflicts
from pulumi_exosphere.template.sections import SECTIONS

from .deliver import deliver
from .keys import GraphKey
from .live import Live, is_live, same_document, seconds_between
from .look import look, look_again, seen
from .orders import LookAt, Order, Written
from .outcome import resource, tell
from .owners import name_of
from .refresh import taken_over
from .registrations import nodes_of
from .repairs import with_repairs
from .run import current
from .upsert import former_body, live_body, upsert, wanted_body

Inputs = Mapping[str, Any]


@with_repairs(Outcome.VALID)
def create(order: Order) -> Live:
    """Make the graph live and VALID, taking over what is the same, or anything if `adopt` is set.

    Raises Conflict, NotRegistered, InvalidGraph, StateManagerError.
    """
    run = current()
    run.want(order.key, order.inputs)
    with run.alone_with(order.key):
        live = _look_before_create(order)

        known = run.kept_inputs(order.key)
        conflicts.may_create(order.key, live, order.inputs, known, adopt=order.adopt)
        if is_live(live) and known is None and run.is_first("taken", *order.key):
            replaced = taken_over(order.inputs, live.inputs).changes()
            owner = conflicts.owner_of(order.key)
            if owner is None and not run.owners.has(order.key, resource()):
                tell(f"{order.key} existed already and is taken over{replaced}. Destroying this stack now retires it")
            elif owner is not None and replaced:
                tell(f"{order.key} is taken over from resource '{owner}'{replaced}", resource())
        if conflicts.is_made(live, order.inputs):
            return live
        conflicts.may_keep(order.key, live, {}, order.inputs)

        body, began = wanted_body(order.inputs, live, {}), time.monotonic()
        if is_live(live):  # A writer that knows it may replace this, as an update.
            run.expect_update(order.key)
        back = live_body(live, order.inputs)
        made = upsert(order.site, body, live, back)
        if is_live(live):
            run.unverified[order.key] = Written(order.site, body, live, back)
        if live is None and _was_there(made, time.monotonic() - began):
            tell(f"{order.key} was created by another writer during this run, and was replaced")
        return made


@with_repairs(Outcome.VALID)
def update(order: Order, olds: Inputs) -> Live:
    """Make the live graph what the program wants, if it still is what state says.

    Raises Conflict, NotRegistered, InvalidGraph, StateManagerError; whatever was live and VALID before is then live.
    """
    run = current()
    run.want(order.key, order.inputs)
    run.expect_update(order.key)
    with run.alone_with(order.key):
        _wait_for_nodes(order)
        live = look(order.site)

        conflicts.may_update(order.key, live, olds, order.inputs, overwrite_drift=order.overwrite_drift)
        if conflicts.is_done(live, olds, order.inputs):
            return live
        conflicts.may_keep(order.key, live, olds, order.inputs)

        body, back = wanted_body(order.inputs, live, olds), former_body(live, olds, order.inputs)
        made = upsert(order.site, body, live, back)
        run.unverified[order.key] = Written(order.site, body, live, back)
        return made


def move(order: Order, olds: Inputs, is_renamed: Callable[[Live], bool]) -> Live:
    """Deploy the graph at another address than state has: as a new graph, unless both are names of one state manager.

    ``is_renamed`` says whether they are, by what is live at the new address.

    Raises what `create` and `update` raise.
    """
    live = seen(order.site)
    if is_live(live) and is_renamed(live):
        return update(order, olds)
    made = create(order)
    tell_moved(olds, order.inputs)
    return made


@with_repairs(Outcome.RETIRED)
def delete(order: Order, look_at: LookAt) -> None:
    """Retire the graph, unless this run wants it, by whatever address; already gone is success.

    ``order.inputs`` is what state says.

    Raises Conflict, StateManagerError.
    """
    run = current()
    if run.wants(order.key):
        if run.is_first("stays live", *order.key):
            tell(f"{order.key} {STAYS_LIVE}")
        return
    with run.alone_with(order.key):
        live = look(order.site)

        if live is None:
            return
        for other in run.wanted_elsewhere(order.key) if is_live(live) else ():
            there = look_at(other)
            if there is not None and same_document(live, there):
                tell_one_server(order.key, other)
                return
        # A delete that was cut off may have taken the rows already.
        run.note_rows(order.key, taken=order.inputs.get("triggers") or (), made=())
        if live.retired:
            return
        conflicts.may_delete(order.key, live, order.inputs, overwrite_drift=order.overwrite_drift)

        try:
            gone = deliver(order.site, template.retired(), live)
        except ExosphereError:
            run.snapshots.forget(order.key)
            raise
        run.snapshots.note_written(order.key, gone)


def _look_before_create(order: Order) -> Live | None:
    """The graph once its nodes are registered; looked at again where it is there, or was waited for."""
    live = seen(order.site)
    if _wait_for_nodes(order):
        live = current().snapshots.fresh(order.client, order.key)
    # Someone may have written since, and their version be in validation.
    return live if live is None else look_again(order.site)


STAYS_LIVE = "stays live: another resource of this run declares it"


def tell_owner(key: GraphKey, *, is_new: bool) -> None:
    """Say under both resources that a graph is taken over from another resource of this stack, once for each run.

    A preview calls no hook of a resource that is deleted. ``is_new``: state doesn't have the one that takes over.
    """
    run, here = current(), resource()
    owner = conflicts.owner_of(key)
    if owner is None and is_new and not run.owners.readable(here):
        stays = (
            f"{key} stays live if this run deletes another resource that has it, as after a rename without `aliases`"
        )
        if run.owners.provider:
            stays = f"warning: the stack's state can't be read. {stays}, but only if both have one provider"
        tell(stays, here)
    if owner is None or owner.pending or not run.is_first("stays live", *key):
        return
    name = name_of(here)
    one, other = (f". If it was renamed, add {owner.alias} {to}" if is_new else "" for to in ("here", f"to '{name}'"))
    tell(f"{key} stays live: it is taken over from resource '{owner}' of this stack{one}", here)
    tell(f"{key} {STAYS_LIVE}, '{name}'{other}", owner.urn)


def tell_one_server(key: GraphKey, other: GraphKey) -> None:
    """Say why a graph isn't retired."""
    tell(f"{key} is not retired: {other.address} and {key.address} are one state manager")


def tell_moved(olds: Inputs, news: Inputs) -> None:
    """Say that a graph which went to another state manager is still live at the old one."""
    tell(
        f"{graph_label(news['name'], news['namespace'])} is now at {news['state_manager']}; the one at "
        f"{olds['state_manager']} isn't retired: retire it there if nothing needs it any more"
    )


def needs_upsert(olds: Inputs, news: Inputs) -> bool:
    """Whether an update has anything to send: the key, timeouts and ``adopt`` change state alone."""
    if any(olds.get(k) != news.get(k) for k in ("secret_revisions", "state_manager", "validation_status", "secrets")):
        return True
    if any((section in olds) != (section in news) for section in SECTIONS):
        return True
    return bool(template.changes(olds, news))


def _wait_for_nodes(order: Order) -> bool:
    wait = current().registrations.wait
    return wait(order.client, order.key, nodes_of(order.inputs), order.registration_timeout)


def _was_there(made: Live, seconds: float) -> bool:
    """Whether the graph was first written before this run wrote it, which took so many seconds."""
    age = seconds_between(made.created_at, made.updated_at)
    return seconds < age < math.inf
