"""What a refresh writes into state: the live graph, without moving a secret to where state would show it.

Hooks can't know which values are secret, and the engine hides a value only at the path where the program gave it as a
secret. So a live value goes into state where state holds the same path; anywhere else, a string that contains a value
that state already holds is written as ``[value known from PATH]`` (`known_values`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec
from pulumi_exosphere.spec.sections import SECTIONS, with_given_up

from .known_values import KnownValues
from .revisions import live_names, secret_revisions

if TYPE_CHECKING:
    from .live import Live

LOST = "__lost_values"
"""Under this key state keeps, as a secret, the values that somebody removed: they may come back anywhere. The engine
shows no key that begins like this one, and the next update drops it."""

Inputs = Mapping[str, Any]


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
    return [*spec.changes(olds, news), *(f"secrets.{name}" for name in sorted(held ^ found))]


def overwritten(olds: Inputs, live: Live, wanted: Inputs) -> list[str]:
    """The paths of `unseen` at which ``wanted`` isn't what is live already.

    A section that it no longer gives goes back to the default. Of secrets the names alone can't tell; so where anything
    at all would be overwritten, they count.
    """
    wanted = with_given_up(olds, wanted)
    news = {**refreshed(olds, live), "secrets": dict.fromkeys(shown_names(olds, live.secret_names), "")}
    # A masked value differs from the one it stands for; a masked name can't be told from what is wanted.
    really = spec.changes(live.inputs, wanted, unknown_differs=False)
    if not really:
        return []
    against = [
        path
        for path in spec.changes(news, wanted, unknown_differs=False)
        if "[value known from " in path or any(_overlap(path, other) for other in really)
    ]
    return [
        path
        for path in unseen(olds, live)
        if (path.startswith("secrets.") and against) or any(_overlap(path, other) for other in against)
    ]


def differences(wanted: Inputs, live: Live) -> list[str]:
    """The paths at which the live graph is other than ``wanted``; what isn't known yet isn't different."""
    known = KnownValues(wanted)
    shown = {key: known.merge(wanted.get(key), value) for key, value in live.inputs.items() if key != "secrets"}
    shown["secrets"] = dict.fromkeys(shown_names(wanted, live.secret_names), "")
    return spec.changes(shown, wanted, unknown_differs=False)


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
