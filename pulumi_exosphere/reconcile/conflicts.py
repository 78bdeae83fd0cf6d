"""Whether a graph or a piece of one may be written, or is in place already: live against program and state.

Pure: `check` asks at preview, the hooks ask again just before they write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from pulumi_exosphere import template
from pulumi_exosphere.errors import Conflict, GraphNotFound, first_of
from pulumi_exosphere.template.resource_types import resource_kind
from pulumi_exosphere.template.sections import is_unknown_expression, with_given_up

from .keys import GraphKey, PieceKey, default_of, is_set, piece_in, pieces_of
from .live import Live, in_place, is_live
from .orders import PieceOrder
from .outcome import resource
from .owners import Owner, provider_name, same_plugin, type_of
from .refresh import LOST, differences, known_secrets, overwritten, refreshed_piece, shown_names, unseen
from .run import current
from .upsert import kept_sections

SHOWN = 12
"""Paths that a message names, at most."""

Inputs = Mapping[str, Any]


def may_create(key: GraphKey, live: Live | None, wanted: Inputs, known: Inputs | None, *, adopt: bool) -> None:
    """Let a create go on if nothing is live, or the same graph is, or `adopt` is set.

    ``known`` is what this stack's state says of the same graph, if the engine replaces its resource. If another
    resource of the stack has it, that one is named, but the answer is the same: that resource's own hooks may come
    before or after this one, and may fail.

    Raises Conflict with the paths that differ.
    """
    if not is_live(live):
        return
    if known is not None and not unseen(known, live):
        return
    owner = owner_of(key) if known is None or current().owners.provider else None
    if known is not None and owner is not None and owner.urn != resource():
        owner = None  # In a replacement only that of this resource itself counts.
    may_take(key, owner)
    for piece in pieces_of(key, wanted) if known is None else ():
        if is_set(piece, live):
            may_take(piece, owner_of(piece))
    differing = differences(wanted, live)
    if differing and not adopt:
        if owner is not None:
            raise Conflict(_owned(key, owner, differing))
        raise Conflict(
            f"{key} exists already and differs from this program in {_list(differing)}. To take it over, and replace "
            "what differs, set adopt=True on the resource (or `pulumi config set exosphere:adopt true`); if this "
            "resource was renamed, give it aliases; otherwise choose another name"
        )
    _refuse_drops(key, live, wanted, known or {}, owner)


def may_take(key: GraphKey | PieceKey, owner: Owner | None) -> None:
    """Let a resource take what ``owner`` has, unless a process that doesn't know of this resource would delete it.

    Raises Conflict.
    """
    owners = current().owners
    if owner is None or not owners.is_foreign(owner, resource()):
        return
    here, other = type_of(resource()), f"type ({owner.type})"
    if same_plugin(owner.type, here):
        names = provider_name(owner.provider), provider_name(owners.provider)
        other = f"provider ({names[0]}{'' if names[0] == names[1] else f'; this one has {names[1]}'})"
    belongs = f"{key} belongs to resource '{owner}' of this stack, which has another {other}"
    undo = "retires the graph" if isinstance(key, GraphKey) else "removes what this resource sets"
    if owner.pending:
        raise Conflict(f"{belongs} and is still to be deleted, which {undo}. {_way_out(owner, 'name')}")
    if owner.urn == resource():
        raise Conflict(
            f"{belongs}. It would be deleted there after it is created here, which {undo}. Replace it in a run of its "
            "own, before or after the provider changes"
        )
    if resource_kind(owner.type) != resource_kind(here):
        raise Conflict(
            f"{belongs}. Pulumi would delete '{owner}' after this resource is created, which {undo}. Run `pulumi up` "
            f"twice: first only remove '{owner}', then give here what it had"
        )
    raise Conflict(
        f"{belongs}. If '{owner}' was renamed to this resource, add {owner.alias} here; otherwise Pulumi creates this "
        f"resource and then deletes '{owner}', which {undo}. If the program declares both, remove one of them"
    )


def owner_of(key: GraphKey | PieceKey) -> Owner | None:
    """Return the other resource of this stack that has the graph or section in state; None if it isn't known."""
    return current().owners.of(key, resource())


def _owned(key: GraphKey, owner: Owner, differing: list[str]) -> str:
    return (
        f"{key} belongs to resource '{owner}' of this stack, and differs from this program in {_list(differing)}. "
        f"{_way_out(owner, 'name')}. To replace what differs in one run, set adopt=True here"
    )


_OTHER = {"name": "its graph another name", "graph": "it another graph"}


def _way_out(owner: Owner, what: str) -> str:
    if owner.pending:
        return "Run `pulumi up` first without this change, so that what is left of that resource is deleted"
    return (
        f"If '{owner}' was renamed to this resource, add {owner.alias} here. Otherwise run `pulumi up` twice: first "
        f"only remove '{owner}' or give {_OTHER[what]}, then use the {what} here"
    )


def may_update(key: GraphKey, live: Live | None, olds: Inputs, wanted: Inputs, *, overwrite_drift: bool) -> None:
    """Let an update go on if live is what state says, or differs only in what is wanted, or `overwriteDrift` is set.

    Raises Conflict otherwise, and where a live secret would be dropped that neither program nor state knows.
    """
    if not is_live(live):
        if live is not None and not overwrite_drift and _written_since(live, olds):
            raise Conflict(
                f"{key} was retired outside this stack at {live.updated_at} (the state manager's local time), perhaps "
                "by an interrupted run of this stack. Nothing was sent. `pulumi up --refresh` creates it again; to "
                f"create it without a refresh, run {_UNSEEN}"
            )
        return
    if not overwrite_drift and _written_since(live, olds):
        differing = overwritten(olds, live, wanted)
        if differing:
            raise Conflict(
                f"{_foreign(key, live, differing)} `pulumi up --refresh` shows the change before it replaces it; to "
                f"overwrite it unseen, run {_UNSEEN}"
            )
    _refuse_drops(key, live, wanted, olds)


def may_keep(key: GraphKey, live: Live | None, olds: Inputs, wanted: Inputs) -> None:
    """Let an upsert go on if the live sections that it sends along can be valid: a schedule may have expired.

    Raises Conflict otherwise: neither the upsert nor a put-back would be VALID, and what runs now would stop.
    """
    kept = kept_sections(wanted, live, olds)
    if not kept:
        return
    bare = {"name": key.name, "namespace": key.namespace, "nodes": {}, "secrets": {}}
    faults = [fault for fault in template.judge({**bare, **kept}) if fault.path.partition(".")[0] in kept]
    if faults:
        sections = sorted({fault.path.partition(".")[0] for fault in faults})
        raise Conflict(
            f"{key}: this program doesn't give {' and '.join(sections)}, and what is live of it would make every "
            f"upsert INVALID: {'; '.join(map(str, faults))}. Nothing was sent. Give {' and '.join(sections)} in the "
            "program"
        )


def may_delete(key: GraphKey, live: Live, olds: Inputs, *, overwrite_drift: bool) -> None:
    """Let a delete go on if live is what state says.

    Raises Conflict otherwise.
    """
    if overwrite_drift or not _written_since(live, olds):
        return
    differing = unseen(olds, live)
    if differing:
        raise Conflict(
            f"{_foreign(key, live, differing)} Run `pulumi refresh`, which shows the change; then the graph can be "
            f"retired. To retire it unseen, run {_UNSEEN}{_DESTROY}"
        )


def is_made(live: Live | None, wanted: Inputs) -> TypeGuard[Live]:
    """Whether a create has nothing to send: the same is live, and has no secrets, whose values can't be compared."""
    return in_place(live, wanted) and not wanted.get("secrets")


def is_done(live: Live | None, olds: Inputs, wanted: Inputs) -> TypeGuard[Live]:
    """Whether an update has nothing to send: ``wanted`` is live, its secrets too, and the validation result counts."""
    secrets = ("secrets", "secret_revisions")
    same = in_place(live, with_given_up(olds, wanted)) and all(olds.get(k) == wanted.get(k) for k in secrets)
    return same and not _judged_once(live, olds)


def _judged_once(live: Live | None, olds: Inputs) -> bool:
    """Whether an interrupted run may have sent it once, with a validation result that doesn't count."""
    if live is None or not olds.get("updated_at") or live.updated_at == olds["updated_at"]:
        return False
    return template.judged_by_previous(olds["nodes"], live.inputs["nodes"])


def _written_since(live: Live, olds: Inputs) -> bool:
    # `check` gets the old inputs, which hold no updated_at; what differs then decides alone.
    return live.updated_at != olds.get("updated_at")


_UNSEEN = "`pulumi config set exosphere:overwriteDrift true`"
_DESTROY = ", and add --run-program to a `pulumi destroy`"
"""Without it, a destroy has the configuration of the last update."""


def _foreign(key: GraphKey, live: Live, differing: list[str]) -> str:
    return (
        f"{key} was changed outside this stack at {live.updated_at} (the state manager's local time), perhaps by an "
        f"interrupted run of this stack, in {_list(differing)}. Nothing was sent."
    )


def _refuse_drops(key: GraphKey, live: Live, wanted: Inputs, olds: Inputs, owner: Owner | None = None) -> None:
    secrets = wanted.get("secrets", {})
    if secrets is template.UNKNOWN:
        return
    known = {*secrets, *known_secrets(olds)}
    names = shown_names({**olds, "secrets": {**(olds.get("secrets") or {}), **secrets}}, live.secret_names)
    dropped = sorted(set(names) - known)
    if dropped:
        otherwise = (
            ""
            if set(dropped) & {*(olds.get("secret_revisions") or ())}  # Of an import: a refresh shows nothing more.
            else ", or run `pulumi refresh` first: once a preview has shown them, an update drops them"
            if olds
            else ", or give the graph another name"
        )
        if owner is not None:
            raise Conflict(
                f"{key} belongs to resource '{owner}' of this stack, and has live secrets that this resource does not "
                f"declare: {_list(dropped)}. {_way_out(owner, 'name')}. Or declare them in `secrets`"
            )
        raise Conflict(
            f"{key} has live secrets that neither this program nor its state knows: {_list(dropped)}. An upsert would "
            f"drop them, and their values can't be read back. Declare them in `secrets`{otherwise}"
        )


def _list(paths: list[str]) -> str:
    return first_of(paths, SHOWN)


Section = Mapping[str, Any]


def is_in_place(order: PieceOrder, live: Live) -> bool:
    """Whether the piece is live as it is wanted."""
    return piece_in(order.piece, live) == dict(order.value)


def is_gone(order: PieceOrder, live: Live) -> bool:
    """Whether the piece that this one replaces (a schedule's old expression) is away, or wanted by this run."""
    old = order.old_piece
    if old is None or old == order.piece or current().wants_piece(old):
        return True
    return not is_set(old, live)


def present(piece: PieceKey, live: Live | None) -> Live:
    """The graph, which has to be there for a piece of it to be set.

    Raises GraphNotFound.
    """
    if not is_live(live):
        raise GraphNotFound(
            f"{piece} can't be set, because that graph does not exist. Correct the id; if this program declares the "
            "graph, give the Graph itself as `graph=` (in another language than Python, give this on the Graph)"
        )
    return live


def folded_otherwise(piece: PieceKey, value: Section, graph: Section) -> list[str]:
    """Where the piece differs from what its graph is sent with, if ``graph`` manages the section; unknowns don't."""
    section = graph.get(piece.section)
    if not isinstance(section, Mapping):
        return []
    if piece.section == "triggers":
        there = piece.expression in section or any(map(is_unknown_expression, section))
        return [] if there else ["triggers"]
    return template.changes({piece.section: section}, {piece.section: value}, unknown_differs=False)


def may_change(order: PieceOrder, live: Live) -> None:
    """Let a piece be changed if nobody set it, or it is what state says, or `overwriteDrift` or `adopt` is set.

    One that state has and someone removed is set by nobody, but a preview must show that before it comes back.

    Raises Conflict.
    """
    here = piece_in(order.piece, live)
    ours = order.old is not None and order.old_piece == order.piece
    if not ours and here in (None, default_of(order.piece)):
        return
    if order.overwrite_drift or (order.old is not None and here is not None and _told(order, order.old, here)):
        return
    if order.old is None and order.adopt:
        return
    if order.old is None:
        if (owner := owner_of(order.piece)) is not None:
            raise Conflict(
                f"{order.piece} belongs to resource '{owner}' of this stack, and differs. {_way_out(owner, 'graph')}"
            )
        raise Conflict(
            f"{order.piece} is set already, and differs. To replace it, run `pulumi config set exosphere:adopt true`; "
            "otherwise remove this resource, and leave it to the other stack or script"
        )
    raise Conflict(
        f"{order.piece} was changed outside this stack. Nothing was sent. `pulumi up --refresh` shows the change "
        f"before it replaces it; to overwrite it unseen, run {_UNSEEN}"
    )


def may_remove(order: PieceOrder, here: Section) -> None:
    """Let a piece be removed if it is what state says, or `overwriteDrift` is set; ``here`` is what is live of it.

    Raises Conflict.
    """
    if not order.overwrite_drift and not _told(order, order.value, here):
        raise Conflict(
            f"{order.piece} was changed outside this stack. Nothing was sent. Run `pulumi refresh`, which shows the "
            f"change; then it can be deleted. To delete it unseen, run {_UNSEEN}{_DESTROY}"
        )


def plain_secrets(key: GraphKey, live: Live) -> Mapping[str, Any]:
    """The graph's secrets in plain text, which every upsert needs: none, or as the Graph's own hooks had them.

    Raises Conflict where one isn't known.
    """
    if not live.secret_names:
        return {}
    inputs = current().wanted_inputs(key) or {}
    secrets = inputs.get("secrets") or {}
    missing = sorted(live.secret_names - set(secrets))
    if missing:
        raise Conflict(
            f"{key} has secrets ({', '.join(missing)}), whose values can't be read back, and every upsert needs "
            "them all. Nothing was sent. Target the Graph resource too (`--target` with its URN), or declare the graph "
            "in this program and give that resource as `graph=` (in another language than Python, give this on the "
            "Graph)"
        )
    return secrets


def _told(order: PieceOrder, state: Section, here: Section) -> bool:
    """Whether a refresh has shown the live piece: it would find nothing that ``state`` doesn't say."""
    graph = current().known_inputs(order.piece.graph)
    found = refreshed_piece({**state, LOST: order.lost}, here, graph)
    return {key: value for key, value in found.items() if key != LOST} == dict(state)
