"""The hooks of `RetryPolicy`, `StoreConfig` and `CronTrigger`.

Declared on a graph of the same program, an attachment is folded into the graph's own upsert; its hooks then find their
piece in place and send nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import ExosphereError, InvalidGraph
from pulumi_exosphere.provider import check
from pulumi_exosphere.reconcile import conflicts, pieces, refresh
from pulumi_exosphere.reconcile.keys import GraphKey, PieceKey
from pulumi_exosphere.reconcile.live import Live
from pulumi_exosphere.reconcile.orders import PieceOrder
from pulumi_exosphere.reconcile.refresh import LOST
from pulumi_exosphere.reconcile.run import current
from pulumi_exosphere.template import UNKNOWN
from pulumi_exosphere.template.sections import FOLDED, IGNORED, OFF, SCHEDULES, parse_id
from pulumi_exosphere.template.triggers import CRON, Kind, in_state

from .arguments import attachment_faults, section_faults, trigger_faults
from .connections import look_at, wanted_address, wanted_client, with_stored
from .hooks import failure, patience, settings
from .properties import came_from_native, from_engine, has_unknown, refreshed_inputs, to_engine
from .results import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

Props = dict[str, Any]
Inputs = Mapping[str, Any]

OTHERS = ("graph", "connection", "state_manager", "updated_at", SCHEDULES, FOLDED, LOST)
OUTPUTS = ("updated_at",)


class AttachmentHooks:
    """Handle one piece of one graph: a whole section here; a subclass defines how its fields are part of a section."""

    def __init__(self, section: str) -> None:
        self.section = section

    def fields(self, given: Inputs) -> dict[str, Any]:
        """Return the attachment's own fields, normalised, with every default written out."""
        whole = template.normalise({"nodes": {}, self.section: {k: v for k, v in given.items() if k not in OTHERS}})
        return dict(whole[self.section])

    def value(self, inputs: Inputs) -> dict[str, Any]:
        """Return the piece as it appears in the graph's section."""
        return self.fields(inputs)

    def expression(self, inputs: Inputs) -> str:  # noqa: ARG002  # a schedule looks
        """Return the expression that identifies a schedule; empty for a whole section."""
        return ""

    def deploys(self, inputs: Inputs) -> bool:  # noqa: ARG002  # a schedule looks
        """Return whether the piece is deployed; a schedule that is ignored or switched off isn't."""
        return True

    def live_fields(self, live: Live, named: Inputs) -> dict[str, Any] | None:  # noqa: ARG002  # a schedule looks
        """Return the attachment's own fields as they are live, or None if the piece doesn't exist."""
        return dict(live.inputs[self.section])

    def named(self, id_: str) -> dict[str, Any]:
        """Return the properties that an id names.

        Raises InvalidGraph if it isn't an id of this resource.
        """
        graph, slash, section = id_.rpartition("/")
        if not slash or section != self.section:
            raise InvalidGraph(f"'{id_}' isn't an id of this resource: write it as NAMESPACE/NAME/{self.section}")
        return {"graph": graph}

    def faults(self, inputs: Inputs) -> list[str]:
        """Return what the state manager would reject, a sentence each."""
        return section_faults(self.section, self.value(inputs))

    def check(self, olds: Props, news: Props) -> CheckResult:
        olds, inputs = from_engine(olds or {}), self._inputs(from_engine(news))
        address = wanted_address(settings(), inputs.get("connection")) or olds.get("state_manager")
        if address:
            inputs["state_manager"] = address
        if self.section == "triggers" and not settings().schedules:
            inputs[SCHEDULES] = OFF
        faults = [*settings().faults, *attachment_faults(self.faults(inputs), inputs, settings())]
        if not faults:
            faults += check.piece_conflicts(self, olds, inputs, settings())
        return CheckResult(to_engine(inputs, news), [failure(message) for message in faults])

    def diff(self, olds: Props, news: Props) -> DiffResult:
        moved = came_from_native(olds, news)
        olds, news = self._inputs(from_engine(olds)), self._inputs(from_engine(news))
        for key in (*OUTPUTS, LOST):
            olds.pop(key, None)
            news.pop(key, None)
        if not self._is_wanted(news):
            # The engine also asks for a refresh's differences; by then no program has said whether it folds the piece.
            olds.pop(FOLDED, None)
            news.pop(FOLDED, None)
        return DiffResult(changes=moved or olds != news, replaces=[])

    def create(self, props: Props) -> CreateResult:
        inputs = self._inputs(from_engine(props))
        live = self._make(self.order(inputs), inputs)
        return CreateResult(self._id(inputs), to_engine({**inputs, "updated_at": live.updated_at}, props))

    def read(self, id_: str, props: Props, olds: Props | None = None) -> ReadResult:
        state = self._inputs(from_engine(props))

        def look(client: StateManager) -> tuple[dict[str, Any], Live] | None:
            if not self.deploys(state):
                graph = refresh.find(client, self.piece(client.address, state).graph)
                return None if graph is None else (dict(state), graph)
            return refresh.read_piece(client, self.piece(client.address, state), state, folded=bool(state.get(FOLDED)))

        found = with_stored(settings(), state, look)
        if found is None:
            return ReadResult("", {})
        news, live = found
        if news == state:
            # If a write didn't change this piece, its outputs stay: a later time alone would appear as a change.
            return ReadResult(id_, to_engine(state, props))
        outs = {**news, "updated_at": live.updated_at}
        kept = {key: value for key, value in outs.items() if key not in OUTPUTS}
        return ReadResult(id_, to_engine(outs, props), refreshed_inputs(kept, props, olds))

    def update(self, olds: Props, news: Props) -> UpdateResult:
        olds, inputs = self._inputs(from_engine(olds)), self._inputs(from_engine(news))
        was, becomes = self.deploys(olds), self.deploys(inputs)
        order = self.order(inputs, olds if was else None)
        if was and becomes and (order.old_piece, order.old) == (order.piece, order.value):
            current().want_piece(order.piece)  # The key, or whether a connection sends it, changes state alone.
            return UpdateResult(to_engine({**inputs, "updated_at": olds["updated_at"]}, news))
        live, folded = self._make(order, inputs), bool(olds.get(FOLDED))
        if was and (olds["graph"] != inputs["graph"] or not becomes):
            elsewhere = partial(look_at, settings())
            with_stored(
                settings(), olds, lambda client: pieces.leave(self.order(olds, client=client), elsewhere, folded=folded)
            )
        elif was and not folded and order.old_piece is None and olds.get("state_manager") is not None:
            pieces.tell_moved(order.piece, olds["state_manager"])
        return UpdateResult(to_engine({**inputs, "updated_at": live.updated_at}, news))

    def preview(self, olds: Props, news: Props) -> CreateResult:
        before, inputs = from_engine(olds), self._inputs(from_engine(news))
        same = olds and {k: v for k, v in self._inputs(before).items() if k not in OUTPUTS} == inputs
        outs = {**inputs, **{key: before.get(key) if same else UNKNOWN for key in OUTPUTS}}
        return CreateResult("" if has_unknown(inputs) else self._id(inputs), to_engine(outs, news))

    def import_(self, id_: str) -> ReadResult:
        named = self.named(id_)

        def look(client: StateManager) -> tuple[dict[str, Any], Live] | None:
            live = refresh.import_live(client, GraphKey(client.address, *parse_id(named["graph"])))
            if live is None or (here := self.live_fields(live, named)) is None:
                return None
            return {**named, **here, "state_manager": client.address}, live

        found = with_stored(settings(), {}, look)
        if found is None:
            return ReadResult("", {})
        inputs, live = found
        outs = {**inputs, "updated_at": live.updated_at}
        return ReadResult(self._id(inputs), to_engine(outs, outs), to_engine(inputs, inputs))

    def delete(self, props: Props) -> None:
        state = self._inputs(from_engine(props))
        if not self.deploys(state):
            return
        elsewhere = partial(look_at, settings())
        with_stored(settings(), state, lambda client: pieces.remove(self.order(state, client=client), elsewhere))

    def piece(self, address: str, inputs: Inputs) -> PieceKey:
        """Return the key of the piece that the inputs name.

        Raises InvalidGraph if ``graph`` isn't an id.
        """
        return PieceKey(GraphKey(address, *parse_id(inputs["graph"])), self.section, self.expression(inputs))

    def _make(self, order: PieceOrder, inputs: Inputs) -> Live:
        """Make the piece live, if it is deployed, and return its graph."""
        if self.deploys(inputs):
            return pieces.ensure(order)
        return conflicts.present(order.piece, current().snapshots.live(order.client, order.piece.graph))

    def _same_server(self, state: Inputs, client: StateManager) -> bool:
        """Return whether state's graph is on the client's state manager, whatever its address is called."""
        address = state.get("state_manager")
        if address in (None, client.address):
            return address is not None
        key = self.piece(client.address, state).graph
        try:
            live = current().snapshots.live(client, key, recall=True)
        except ExosphereError:
            return False
        return bool(check.is_renamed_server(state, key, live, settings()))

    def _is_wanted(self, inputs: Inputs) -> bool:
        """Return whether this run's program has declared the piece."""
        address, graph = inputs.get("state_manager"), inputs.get("graph")
        if not isinstance(address, str) or not isinstance(graph, str):
            return False
        return current().wants_piece(self.piece(address, inputs))

    def _inputs(self, given: Inputs) -> dict[str, Any]:
        return self.fields(given) | {key: given[key] for key in OTHERS if given.get(key) is not None}

    def _id(self, inputs: Inputs) -> str:
        return f"{inputs['graph']}/{self.section}"

    def order(self, inputs: Inputs, olds: Inputs | None = None, client: StateManager | None = None) -> PieceOrder:
        """Return the order to make the piece match ``inputs``; ``olds`` are its state."""
        client = client or wanted_client(settings(), inputs.get("connection"))
        same = olds is not None and olds["graph"] == inputs["graph"] and self._same_server(olds, client)
        return PieceOrder(
            client=client,
            piece=self.piece(client.address, inputs),
            value=self.value(inputs),
            old=self.value(olds) if olds is not None and same else None,
            old_piece=self.piece(client.address, olds) if olds is not None and same else None,
            lost=(inputs if olds is None else olds).get(LOST) or {},
            timeout=patience(),
            adopt=settings().adopt,
            overwrite_drift=settings().overwrite_drift,
        )


class TriggerHooks(AttachmentHooks):
    """Handle one trigger of a graph; its others are left alone."""

    def __init__(self, kind: Kind) -> None:
        super().__init__("triggers")
        self._kind = kind

    def fields(self, given: Inputs) -> dict[str, Any]:
        return {self._kind.key: given.get(self._kind.key)}

    def value(self, inputs: Inputs) -> dict[str, Any]:
        return {inputs[self._kind.key]: in_state(self._kind)}

    def expression(self, inputs: Inputs) -> str:
        return str(inputs[self._kind.key])

    def deploys(self, inputs: Inputs) -> bool:
        return inputs.get(SCHEDULES) not in {OFF, IGNORED}

    def live_fields(self, live: Live, named: Inputs) -> dict[str, Any] | None:
        return {} if named["expression"] in live.inputs["triggers"] else None

    def named(self, id_: str) -> dict[str, Any]:
        graph, slash, expression = id_.partition("/triggers/")
        if not slash:
            raise InvalidGraph(f"'{id_}' isn't an id of this resource: write it as NAMESPACE/NAME/triggers/EXPRESSION")
        return {"graph": graph, "expression": expression}

    def faults(self, inputs: Inputs) -> list[str]:
        return trigger_faults(inputs[self._kind.key], self._kind)

    def _id(self, inputs: Inputs) -> str:
        return f"{inputs['graph']}/triggers/{inputs[self._kind.key]}"


RETRY_POLICY = AttachmentHooks("retry_policy")
STORE_CONFIG = AttachmentHooks("store_config")
CRON_TRIGGER = TriggerHooks(CRON)
