"""What a graph's hooks do: look, decide, upsert, read back; retire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.errors import ExosphereError, StateManagerError, Unauthorized, Unreachable
from pulumi_exosphere.spec.sections import SECTIONS

from . import decide
from .deliver import deliver
from .live import Live, from_document
from .outcome import Outcome, note, noted
from .run import current
from .site import Site, Written
from .telling import tell
from .upsert import REWRITTEN, upsert
from .verdict import free
from .verify import verify_left, verify_together

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

    from .keys import GraphKey

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Order:
    """One hook's order: a graph as it is wanted, where, and how far it may go."""

    client: StateManager
    key: GraphKey
    inputs: Inputs
    adopt: bool = False
    overwrite_drift: bool = False
    registration_timeout: float = 60.0
    validation_timeout: float = 60.0

    @property
    def site(self) -> Site:
        """Where the graph goes."""
        return Site(self.client, self.key, self.validation_timeout)


def create(order: Order) -> Live:
    """Make the graph live and VALID, taking over what is the same or what it is told to adopt.

    Raises Conflict, NotRegistered, InvalidGraph, StateManagerError.
    """
    run = current()
    run.want(order.key, order.inputs)
    with run.alone_with(order.key):
        live = _seen(order)
        if _wait_for_nodes(order):
            live = run.snapshots.fresh(order.client, order.key)
        if live is not None:
            live = _again(order.site)  # somebody may have written since, and be in validation
        known = run.known_inputs(order.key)
        decide.may_create(order.key, live, order.inputs, known, adopt=order.adopt)
        if live is not None and not live.retired and known is None:
            tell(f"{order.key} was there already; from now on this stack's destroy retires it")
        if _in_place(live, order.inputs) and not order.inputs.get("secrets"):
            assert live is not None  # _in_place says so
            note(Outcome.VALID)
            return live
        made = upsert(order.site, _body(order.inputs, live, {}), live, _back(live, order.inputs))
        if live is None and _older(made):
            tell(f"{order.key} was created by another writer while this run was at work, and was replaced")
    if live is not None:
        _give_back_schedules(order, set(live.inputs.get("triggers") or ()) - set(made.inputs.get("triggers") or ()))
    return made


def update(order: Order, olds: Inputs) -> Live:
    """Make the live graph what the program wants, if it still is what state says.

    Raises Conflict, NotRegistered, InvalidGraph, StateManagerError; whatever was live and VALID before is then live.
    """
    run = current()
    run.want(order.key, order.inputs)
    run.expect_update(order.key)
    try:
        return _update(order, olds)
    except ExosphereError:
        verify_left(run, order.client, order.key)
        raise


def _update(order: Order, olds: Inputs) -> Live:
    run = current()
    with run.alone_with(order.key):
        try:
            _wait_for_nodes(order)
            live = look(order.site)
            decide.may_update(order.key, live, olds, order.inputs, overwrite_drift=order.overwrite_drift)
            given_up = {s: spec.section_default(s) for s in SECTIONS if s in olds and s not in order.inputs}
            in_place = _in_place(live, {**order.inputs, **given_up}) and _same_secrets(olds, order.inputs)
            if in_place and not _judged_once(live, olds):
                assert live is not None  # _in_place says so
                note(Outcome.VALID)
                return live
            body = _body(order.inputs, live, olds)
            interrupted = live is not None and not live.retired and not spec.changes(live.inputs, order.inputs)
            back = _from_state(live, olds) if interrupted else _back(live, olds)
            made = upsert(order.site, body, live, back)
        finally:
            run.finish_update(order.key)
    made = verify_together(run, Written(order.site, body, live)) or made
    if live is not None:
        _give_back_schedules(order, set(live.inputs.get("triggers") or ()) - set(made.inputs.get("triggers") or ()))
    return made


def delete(order: Order) -> None:
    """Retire the graph, unless this run wants it; already gone is success.

    ``order.inputs`` is what state says.

    Raises Conflict, StateManagerError.
    """
    run = current()
    if run.wants(order.key):
        return
    with run.alone_with(order.key):
        live = look(order.site)
        if live is None:
            return
        if not live.retired:
            decide.may_delete(order.key, live, order.inputs, overwrite_drift=order.overwrite_drift)
            try:
                gone = deliver(order.site, spec.retired(order.key.name, order.key.namespace), live)
            except ExosphereError:
                run.snapshots.forget(order.key)
                raise
            run.snapshots.note_written(order.key, gone.live)
    note(Outcome.RETIRED)
    _give_back_schedules(order, {*(live.inputs.get("triggers") or ()), *(order.inputs.get("triggers") or ())})


def tell_moved(olds: Inputs, news: Inputs) -> None:
    """Say that a graph which went to another state manager is still live at the old one."""
    tell(
        f"graph '{news['name']}' in namespace '{news['namespace']}' is now at {news['state_manager']}; the one at "
        f"{olds['state_manager']} isn't retired: retire it there if nothing needs it any more"
    )


def look(site: Site) -> Live | None:
    """What is live now, not PENDING, sections included: the shared listing, if one GET shows that it still holds."""
    snapshots = current().snapshots
    while True:
        live = snapshots.live(site.client, site.key)
        document = site.client.get_graph(site.key.namespace, site.key.name)
        now = from_document(document) if document is not None else None
        if now is not None and now.pending:
            now = free(site, now)
        if now is None:
            return None
        if live is not None and (live.updated_at, live.status) == (now.updated_at, now.status):
            return live
        live = snapshots.fresh(site.client, site.key)
        if live is None or not live.pending or now.pending:  # else somebody wrote just then, and is in validation
            return live


def _again(site: Site) -> Live | None:
    """As `look`; of a retired graph a GET tells all that matters."""
    document = site.client.get_graph(site.key.namespace, site.key.name)
    now = free(site, from_document(document)) if document is not None else None
    return now if now is None or now.retired else look(site)


def _seen(order: Order) -> Live | None:
    """The graph in the shared listing; where that fails as a whole, one GET can still say that there is none."""
    try:
        return current().snapshots.recent(order.client, order.key)
    except StateManagerError as error:
        if isinstance(error, (Unauthorized, Unreachable)):
            raise
        document = order.client.get_graph(order.key.namespace, order.key.name)
        if document is None or (live := from_document(document)).retired:
            return None if document is None else live
        raise


def needs_upsert(olds: Inputs, news: Inputs) -> bool:
    """Whether an update has anything to send: the key, timeouts and ``adopt`` change state alone."""
    if any(olds.get(k) != news.get(k) for k in ("secret_revisions", "state_manager", "validation_status", "secrets")):
        return True
    if any((section in olds) != (section in news) for section in SECTIONS):
        return True
    return bool(spec.changes(olds, news))


def _wait_for_nodes(order: Order) -> bool:
    nodes = {(node["namespace"], node["node_name"]) for node in order.inputs["nodes"].values()}
    return current().registrations.wait(order.client, order.key, nodes, order.registration_timeout)


def _body(inputs: Inputs, live: Live | None, olds: Inputs) -> dict[str, Any]:
    """The PUT's body: managed sections as given, never managed ones as they are live, given-up ones left out."""
    kept = {}
    if live is not None and not live.retired:
        kept = {s: live.inputs[s] for s in SECTIONS if s in live.inputs and s not in inputs and s not in olds}
    return spec.to_body({**inputs, **kept})


def _back(live: Live | None, known: Inputs) -> dict[str, Any] | None:
    """The body that makes ``live`` live again, with the values of secrets that are known; None if it wasn't VALID."""
    if live is None or live.retired or live.status != "VALID":
        return None
    secrets = known.get("secrets") or {}
    return spec.to_body({**live.inputs, "secrets": {n: secrets[n] for n in live.secret_names if n in secrets}})


def _from_state(live: Live | None, olds: Inputs) -> dict[str, Any] | None:
    """The body of what state says: what was live before a run that broke off had sent what is wanted."""
    return _body(olds, live, olds) if olds.get("validation_status") == "VALID" else None


def _in_place(live: Live | None, inputs: Inputs) -> bool:
    return live is not None and live.status == "VALID" and not spec.changes(live.inputs, inputs)


def _same_secrets(olds: Inputs, news: Inputs) -> bool:
    return olds.get("secrets") == news.get("secrets") and olds.get("secret_revisions") == news.get("secret_revisions")


def _older(made: Live) -> bool:
    return bool(made.created_at) and made.created_at[:16] < made.updated_at[:16]


def _judged_once(live: Live | None, olds: Inputs) -> bool:
    """Whether a run that broke off may have sent it once, where the verdict on that doesn't count."""
    if live is None or not olds.get("updated_at") or live.updated_at == olds["updated_at"]:
        return False
    return spec.judged_by_previous(olds["nodes"], live.inputs["nodes"])


def _give_back_schedules(order: Order, gone: set[str]) -> None:
    """Rows of schedules go by name and expression, not by namespace: a namesake that lost some is upserted again."""
    run, mine = current(), noted()
    for key, inputs in run.wanted_namesakes(order.key):
        if gone & set(inputs.get("triggers") or ()):
            site = Site(order.client, key, order.validation_timeout)
            try:
                with run.alone_with(key):
                    live = look(site)
                    if live is not None and _in_place(live, inputs):
                        upsert(site, _body(inputs, live, {}), live, _back(live, inputs))
                        why = "its namesake had taken its schedules away"
                        tell(f"{key} was upserted again: {why}{REWRITTEN if inputs.get('secrets') else ''}")
            finally:
                note(mine)
