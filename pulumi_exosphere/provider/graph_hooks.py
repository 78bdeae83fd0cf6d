"""The hooks of `Graph`: one upsert, and no delete."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.provider import check as checks
from pulumi_exosphere.reconcile import graph, refresh
from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.live import OUTPUTS, Live, is_document_of
from pulumi_exosphere.reconcile.orders import Order
from pulumi_exosphere.reconcile.refresh import LOST
from pulumi_exosphere.template import UNKNOWN
from pulumi_exosphere.template.messages import printable
from pulumi_exosphere.template.sections import CONFLICT

from .arguments import graph_faults
from .connections import look_at, wanted_address, wanted_client, with_stored
from .hooks import failure, patience, settings
from .properties import came_from_native, from_engine, graph_inputs, refreshed_inputs, to_engine
from .results import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

Props = dict[str, Any]


def check(olds: Props, news: Props) -> CheckResult:
    olds = graph_inputs(olds) if olds else {}
    inputs = graph_inputs({"namespace": settings().namespace, **news})
    inputs["secret_revisions"] = checks.revisions(olds, inputs)
    inputs["validation_status"] = "VALID"
    address = wanted_address(settings(), inputs.get("connection")) or olds.get("state_manager")
    if address:
        inputs["state_manager"] = address
    faults = list(settings().faults)
    faults += [
        f"{checks.label(inputs)}, {fault}"
        for fault in (
            *checks.judged(olds, inputs, settings()),
            *graph_faults(inputs, settings()),
        )
    ]
    inputs = checks.as_deployed(inputs, settings())
    checks.note(olds, inputs)
    faults += checks.declared_twice(inputs)
    faults += checks.attached(inputs)
    if not faults and (conflicts := checks.graph_conflicts(olds, inputs, settings())):
        if CONFLICT in news:
            inputs[CONFLICT] = printable("; ".join(conflicts))
        else:
            faults += conflicts
    return CheckResult(to_engine(inputs, news), [failure(message) for message in faults])


def diff(olds: Props, news: Props) -> DiffResult:
    # A conflict is shown with a change: what stays the same has the outputs that state has.
    changed = came_from_native(olds, news) or CONFLICT in news
    olds, news = graph_inputs(olds), graph_inputs(news)
    replaces = [key for key in ("name", "namespace") if olds.get(key) != news.get(key)]
    compared = {*olds, *news} - {*OUTPUTS, LOST}
    changed = changed or any(olds.get(key) != news.get(key) for key in compared)
    if changed and not replaces:
        checks.expect_update(olds, news)
    return DiffResult(changes=changed, replaces=replaces)


def create(props: Props) -> CreateResult:
    inputs = graph_inputs(props)
    made = graph.create(_order(inputs))
    return CreateResult(_id(inputs), _outs(inputs, made, props))


def read(id_: str, props: Props, olds: Props | None = None) -> ReadResult:
    if "secret_revisions" not in props:  # `check` adds it; without it, this is a `Graph.get`
        state = from_engine(props)
        found = with_stored(settings(), state, lambda client: refresh.look_up(client, id_, state))
    else:
        state = graph_inputs(props)
        checks.know(state)
        found = with_stored(settings(), state, lambda client: refresh.read_graph(client, state))
    if found is None:
        return ReadResult("", {})
    inputs, live = found
    unchanged = inputs == {key: value for key, value in state.items() if key not in OUTPUTS}
    # If a write changed nothing, the outputs stay: a later time alone would appear as a change.
    if unchanged:
        return ReadResult(id_, to_engine(state, props))
    return ReadResult(id_, _outs(inputs, live, props), refreshed_inputs(inputs, props, olds))


def import_(id_: str) -> ReadResult:
    found = with_stored(settings(), {}, lambda client: refresh.import_graph(client, id_))
    if found is None:
        return ReadResult("", {})
    inputs, live = found
    # Names are as a program writes them. Generated code would contain `secrets: {}`, even for a graph that has some.
    given = {key: value for key, value in inputs.items() if key != "secrets"}
    return ReadResult(_id(inputs), _outs(inputs, live, inputs), to_engine(given, given))


def preview(olds: Props, news: Props) -> CreateResult:
    before, inputs = graph_inputs(olds), graph_inputs(news)
    unknown = dict.fromkeys(OUTPUTS, UNKNOWN)
    if olds:
        kept = OUTPUTS if not graph.needs_upsert(before, inputs) else ("created_at", "document_id")
        unknown |= {key: before[key] for key in kept if key in before}
    else:
        checks.tell_taken_over(inputs, settings())
    return CreateResult(_id(inputs), to_engine({**inputs, **unknown}, news))


def update(olds: Props, news: Props) -> UpdateResult:
    olds, inputs = graph_inputs(olds), graph_inputs(news)
    if not graph.needs_upsert(olds, inputs):
        return UpdateResult(to_engine({**inputs, **{k: olds[k] for k in OUTPUTS if k in olds}}, news))
    try:
        if olds.get("state_manager") not in (None, inputs.get("state_manager")):
            order = _order(inputs)
            made = graph.move(order, olds, lambda live: _is_renamed(olds, order.key, live))
        else:
            made = graph.update(_order(inputs), olds)
    finally:
        checks.finish_update(inputs)
    return UpdateResult(_outs(inputs, made, news))


def delete(props: Props) -> None:
    state = graph_inputs(props)
    if not checks.is_kept(state, settings()):
        elsewhere = partial(look_at, settings())
        with_stored(settings(), state, lambda client: graph.delete(_order(state, client), elsewhere))


def _is_renamed(olds: Mapping[str, Any], key: GraphKey, live: Live) -> bool:
    renamed = checks.is_renamed_server(olds, key, live, settings())
    return is_document_of(olds, live) if renamed is None else renamed


def _id(inputs: Mapping[str, Any]) -> str:
    """Return the graph's id, or an empty string if a preview doesn't know it."""
    parts = inputs["namespace"], inputs["name"]
    return "" if UNKNOWN in parts else "/".join(parts)


def _order(inputs: Mapping[str, Any], client: StateManager | None = None) -> Order:
    client = client or wanted_client(settings(), inputs.get("connection"))
    return Order(
        client=client,
        key=GraphKey(client.address, inputs["namespace"], inputs["name"]),
        inputs=inputs,
        adopt=bool(inputs.get("adopt", settings().adopt)),
        overwrite_drift=settings().overwrite_drift,
        registration_timeout=patience(inputs.get("registration_timeout")),
        validation_timeout=patience(inputs.get("validation_timeout")),
    )


def _outs(inputs: Mapping[str, Any], live: Live, asked: Props) -> dict[str, Any]:
    outs = {**inputs, "updated_at": live.updated_at}
    if live.created_at:
        outs["created_at"] = live.created_at
    if live.document_id is not None:
        outs["document_id"] = live.document_id
    return to_engine(outs, asked)
