"""The hook ``read``: what is live, as a refresh writes it into state, never a secret where state would show it.

Hooks can't know which values are secret, and the engine hides a value only at the path where the program gave it as a
secret. So a live value goes into state only at a path that the old inputs have; anything else is masked first
(`masking`). Of a secret, state shows its revision alone: ``3`` is the third value that the program gave, and what
follows is what someone did to it outside Pulumi.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import StateManagerError, Unauthorized, Unreachable
from pulumi_exosphere.template.sections import SECTIONS, parse_id, section_default, with_given_up
from pulumi_exosphere.template.take_over import TakeOver, take_over

from .keys import GraphKey, PieceKey
from .live import OUTPUTS, Live, from_graph, is_live, without_sections
from .masking import KnownValues
from .outcome import tell
from .run import current

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

ADDED = "added outside Pulumi"
REMOVED = "removed outside Pulumi"
REWRITTEN = "rewritten outside Pulumi"
IMPORTED = "imported"
"""The revision of a secret that `pulumi import` found, whose value is in no state: no update drops it."""

Inputs = Mapping[str, Any]


def secret_revisions(olds: Inputs, live: Live) -> dict[str, str]:
    """Return what is known of secrets that can't be read: names that came or went, or that someone wrote since."""
    written = bool(olds.get("updated_at")) and live.updated_at != olds["updated_at"]
    revisions: dict[str, str] = {}
    for name, revision in (olds.get("secret_revisions") or {}).items():
        number = revision.partition(",")[0]
        if name in live.secret_names:
            revisions[name] = f"{number}, {REWRITTEN} {live.updated_at}" if written and number != ADDED else revision
        elif number != ADDED:
            revisions[name] = f"{number}, {REMOVED}"
    for name in sorted(live.secret_names - revisions.keys()):
        revisions[name] = ADDED
    return revisions


def next_revisions(olds: Inputs, secrets: Inputs) -> dict[str, Any]:
    """The revision of each secret that the program gives: counted up where its value differs from the old one.

    What was imported stays as it is until the program gives it.
    """
    before = olds.get("secrets")
    revisions = olds.get("secret_revisions")
    before = before if isinstance(before, Mapping) else {}
    revisions = revisions if isinstance(revisions, Mapping) else {}
    imported = live_names(revisions) - known_secrets({"secret_revisions": revisions})
    return {name: revisions[name] for name in sorted(imported)} | {
        name: template.UNKNOWN if value is template.UNKNOWN else _revision(name, value, before, revisions)
        for name, value in secrets.items()
    }


def known_secrets(state: Inputs) -> set[str]:
    """The names of the secrets that state has seen otherwise than in an import."""
    revisions = state.get("secret_revisions") or {}
    imported = {name for name, revision in revisions.items() if revision.partition(",")[0] == IMPORTED}
    return {*(state.get("secrets") or ()), *revisions} - imported


def live_names(revisions: Mapping[str, str]) -> set[str]:
    """The secrets that are live by what their revisions say."""
    return {name for name, revision in revisions.items() if not revision.endswith(REMOVED)}


def _revision(name: str, value: Any, before: Inputs, revisions: Inputs) -> str:
    number = str(revisions.get(name, "")).partition(",")[0]
    if name not in before or not number.isdigit():
        return "1"
    return number if before[name] == value else str(int(number) + 1)


LOST = "__lost_values"
"""Under this key state keeps, as a secret, the values that someone removed: they may come back anywhere. The engine
shows no key that begins like this one, and the next update drops it."""


def refreshed(olds: Inputs, live: Live) -> dict[str, Any]:
    """The inputs that state should hold: ``olds`` with what is live; what the program never gave stays out."""
    known = KnownValues(olds, olds.get(LOST))
    news = dict(olds)
    news["nodes"] = known.merge(olds.get("nodes"), live.inputs["nodes"])
    for section in SECTIONS:
        if section in olds and section in live.inputs:
            news[section] = known.merge(olds[section], live.inputs[section])
    revisions = secret_revisions(olds, live)
    keys = known.keys(olds.get("secret_revisions") or {}, revisions)
    news["secret_revisions"] = {shown: revisions[name] for shown, name in keys}
    news["validation_status"] = live.status
    return _with_lost(known, news)


def refreshed_piece(
    olds: Inputs, live_fields: Inputs, graph: Inputs | None = None, *, blind: bool = False
) -> dict[str, Any]:
    """The same for the fields of an attachment.

    ``graph`` is what state says of its graph; ``blind``: state says something, and it isn't at hand.
    """
    own = KnownValues(olds, olds.get(LOST), blind=blind)
    known = KnownValues({**graph, **olds}, {**graph.get(LOST, {}), **olds.get(LOST, {})}) if graph else own
    merged = {name: known.merge(olds.get(name), value, name) for name, value in live_fields.items()}
    return _with_lost(own, {**olds, **merged})


def unseen(olds: Inputs, live: Live) -> list[str]:
    """The paths at which a refresh would find the live graph other than ``olds`` says.

    What it can't find are values of secrets.
    """
    news = refreshed(olds, live)
    held, found = (live_names(state.get("secret_revisions") or {}) for state in (olds, news))
    return [*template.changes(olds, news), *(f"secrets.{name}" for name in sorted(held ^ found))]


def overwritten(olds: Inputs, live: Live, wanted: Inputs) -> list[str]:
    """The paths of `unseen` at which ``wanted`` isn't what is live already.

    A section that it no longer gives goes back to the default. The names of secrets alone don't say; so if anything
    at all would be overwritten, they count.
    """
    wanted = with_given_up(olds, wanted)
    news = {**refreshed(olds, live), "secrets": dict.fromkeys(shown_names(olds, live.secret_names), "")}
    # A masked value differs from the one it stands for; a masked name can't be distinguished from what is wanted.
    really = template.changes(live.inputs, wanted, unknown_differs=False)
    if not really:
        return []
    against = [
        path
        for path in template.changes(news, wanted, unknown_differs=False)
        if "[value known from " in path or any(_overlap(path, other) for other in really)
    ]
    return [
        path
        for path in unseen(olds, live)
        if (path.startswith("secrets.") and against) or any(_overlap(path, other) for other in against)
    ]


def differences(wanted: Inputs, live: Live) -> list[str]:
    """The paths at which the live graph is other than ``wanted``; what isn't known yet isn't different."""
    return template.changes(_shown(wanted, live.inputs), wanted, unknown_differs=False)


def taken_over(wanted: Inputs, live: Inputs) -> TakeOver:
    """Return what taking over a live graph changes; ``live`` is the graph in the shape of inputs."""
    return take_over(_shown(wanted, live), wanted)


def _shown(wanted: Inputs, live: Inputs) -> dict[str, Any]:
    """The live graph as it may be shown beside what is wanted."""
    known = KnownValues(wanted)
    shown = {key: known.merge(wanted.get(key), value) for key, value in live.items() if key != "secrets"}
    return {**shown, "secrets": dict.fromkeys(shown_names(wanted, live.get("secrets") or ()), "")}


def shown_names(state: Inputs, names: Iterable[str]) -> list[str]:
    """Names of secrets as they may be shown: one that a value of ``state`` was made into is masked."""
    secrets = state.get("secrets")
    held = {*(secrets if isinstance(secrets, Mapping) else ()), *(state.get("secret_revisions") or ())}
    return [shown for shown, _ in KnownValues(state, state.get(LOST)).keys(held, names)]


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _with_lost(known: KnownValues, news: dict[str, Any]) -> dict[str, Any]:
    """``news``, with the values that it doesn't hold any more kept aside."""
    news.pop(LOST, None)
    lost = known.left(news)
    return {**news, LOST: lost} if lost else news


SOON = 2.0
"""Seconds within which the engine has begun to read a stack's graphs, once it has begun to read its attachments."""


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
    except StateManagerError as error:
        if current().is_first("not compared", client.address, key.namespace):
            tell(
                f"retry policies, stores and schedules in namespace '{key.namespace}' were not compared, and stay as "
                f"they are in state: {error}"
            )
        graph = client.get_graph(key.namespace, key.name)
        if graph is None:
            return None
        read = from_graph(graph)
        live = replace(read, inputs=without_sections(read.inputs))
    return live if is_live(live) else None


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
    known = KnownValues({"connection": state.get("connection")})
    found = {**known.merge(None, live.inputs), "name": key.name, "namespace": key.namespace, "secrets": {}}
    kept = {name: value for name, value in state.items() if name not in OUTPUTS}
    return {**kept, **found, "state_manager": client.address, "validation_status": live.status}, live


def import_graph(client: StateManager, graph_id: str) -> tuple[dict[str, Any], Live] | None:
    """The same for a graph that state doesn't have yet (`pulumi import`): what a program would declare of it.

    Raises InvalidGraph where ``graph_id`` isn't an id; StateManagerError, also where the listing fails as a whole.
    """
    key = GraphKey(client.address, *parse_id(graph_id))
    live = import_live(client, key)
    if live is None:
        return None
    if live.secret_names:
        tell(
            f"warning: {key} has secrets ({', '.join(sorted(live.secret_names))}), whose values can't be read back. "
            "Give the values in `secrets` of the imported resource: nothing can be updated without them"
        )
    given = {section: value for section in SECTIONS if (value := live.inputs[section]) != section_default(section)}
    inputs = {
        "name": key.name,
        "namespace": key.namespace,
        "nodes": live.inputs["nodes"],
        "secrets": {},
        "secret_revisions": dict.fromkeys(sorted(live.secret_names), IMPORTED),
        **given,
        "validation_status": live.status,
        "state_manager": client.address,
    }
    return inputs, live


def import_live(client: StateManager, key: GraphKey) -> Live | None:
    """The graph as the listing has it; None where it is gone, or retired.

    Raises StateManagerError.
    """
    live = current().snapshots.live(client, key, recall=True)
    return live if is_live(live) else None


def read_piece(
    client: StateManager, piece: PieceKey, state: Inputs, *, folded: bool
) -> tuple[dict[str, Any], Live] | None:
    """Return what state should contain of an attachment, and its live graph; None if the piece is gone.

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
