"""What a refresh writes into state: the live graph, without moving a secret to where state would show it.

Hooks can't know which values are secret, and the engine hides a value only at the path where the program gave it as a
secret. So a live value goes into state where state holds the same path; anywhere else, a string that contains a value
that state already holds is written as ``[value known from PATH]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.spec.sections import SECTIONS

if TYPE_CHECKING:
    from .live import Live

CONTAINED = 4
"""Characters from which on a known value is looked for inside other strings; a shorter one must be equal."""
CONTAINED_IN_NAMES = 8
"""The same for keys and names of nodes, which share short words with ordinary values all the time."""
NAMES = frozenset({"node_name", "namespace", "identifier", "next_nodes", "strategy", "type", "required_keys"})

ADDED = "added outside Pulumi"
REMOVED = "removed outside Pulumi"
REWRITTEN = "rewritten outside Pulumi"

Inputs = Mapping[str, Any]


def refreshed(olds: Inputs, live: Live) -> dict[str, Any]:
    """The inputs that state should hold: ``olds`` with what is live; what the program never gave stays out."""
    known = _Known(olds)
    news = dict(olds)
    news["nodes"] = known.merge(olds.get("nodes"), live.inputs["nodes"])
    for section in SECTIONS:
        if section in olds and section in live.inputs:
            news[section] = known.merge(olds[section], live.inputs[section])
    held = olds.get("secret_revisions") or {}
    news["secret_revisions"] = {
        name if name in held else known.masked(name, name=True): revision
        for name, revision in secret_revisions(olds, live).items()
    }
    news["validation_status"] = live.status
    return news


def refreshed_piece(olds: Inputs, live_fields: Inputs) -> dict[str, Any]:
    """The same for the fields of an attachment."""
    known = _Known(olds)
    return {**olds, **{field: known.merge(olds.get(field), value) for field, value in live_fields.items()}}


def secret_revisions(olds: Inputs, live: Live) -> dict[str, str]:
    """What can be told of secrets that can't be read: names that came or went, and that somebody wrote since."""
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


def next_revisions(olds: Inputs, secrets: Inputs, unknown: object) -> dict[str, Any]:
    """The revision of each secret that the program gives: counted up where its value differs from the old one."""
    before = olds.get("secrets")
    revisions = olds.get("secret_revisions")
    before = before if isinstance(before, Mapping) else {}
    revisions = revisions if isinstance(revisions, Mapping) else {}
    return {
        name: unknown if value is unknown else _revision(name, value, before, revisions)
        for name, value in secrets.items()
    }


def _revision(name: str, value: Any, before: Inputs, revisions: Inputs) -> str:
    number = str(revisions.get(name, "")).partition(",")[0]
    if name not in before or not number.isdigit():
        return "1"
    return number if before[name] == value else str(int(number) + 1)


class _Known:
    """The values that state holds, by which a moved secret is recognised."""

    def __init__(self, olds: Inputs) -> None:
        self._paths: dict[str, str] = {}
        for path, value in _values(olds):
            if isinstance(value, str) and value:
                self._paths.setdefault(value, path)

    def merge(self, old: Any, live: Any, name: str = "") -> Any:
        """``live``, with what state doesn't hold at the same path masked."""
        if isinstance(live, Mapping):
            held = old if isinstance(old, Mapping) else {}
            return {
                key if key in held else self.masked(key, name=True): self.merge(held[key], value, key)
                if key in held
                else self.mask(value, key)
                for key, value in live.items()
            }
        if isinstance(live, list):
            held_items = old if isinstance(old, list) else []
            return [item if item in held_items else self.mask(item, name) for item in live]
        return live if not (old is None and isinstance(live, str)) else self.mask(live, name)

    def mask(self, value: Any, name: str) -> Any:
        """A subtree at a path that state doesn't hold."""
        if isinstance(value, Mapping):
            return {self.masked(key, name=True): self.mask(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mask(item, name) for item in value]
        return self.masked(value, name=name in NAMES) if isinstance(value, str) else value

    def masked(self, text: str, *, name: bool) -> str:
        if text in self._paths:
            return text if name and len(text) < CONTAINED else f"[value known from {self._paths[text]}]"
        shortest = CONTAINED_IN_NAMES if name else CONTAINED
        for value, path in self._paths.items():
            if len(value) >= shortest and value in text:
                return f"[value known from {path}]"
        return text


def _values(olds: Inputs) -> Iterator[tuple[str, Any]]:
    """Every place of state that may hold a secret, with its path."""
    for section in ("secrets", "connection"):
        for name, value in (olds.get(section) or {}).items():
            yield f"{section}.{name}", value
    for identifier, node in (olds.get("nodes") or {}).items():
        for field, value in (node.get("inputs") or {}).items():
            yield f"nodes.{identifier}.inputs.{field}", value
    defaults = (olds.get("store_config") or {}).get("default_values") or olds.get("default_values") or {}
    where = "store_config.default_values" if "store_config" in olds else "default_values"
    for key, value in defaults.items():
        yield f"{where}.{key}", value
