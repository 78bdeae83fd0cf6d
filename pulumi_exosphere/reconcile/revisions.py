"""A secret's revision: all that state shows of it, since its value can't be read back.

``3`` is the third value that the program gave it; behind that stands what somebody did to it outside of Pulumi.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi_exosphere import spec

if TYPE_CHECKING:
    from .live import Live

ADDED = "added outside Pulumi"
REMOVED = "removed outside Pulumi"
REWRITTEN = "rewritten outside Pulumi"

Inputs = Mapping[str, Any]


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


def next_revisions(olds: Inputs, secrets: Inputs) -> dict[str, Any]:
    """The revision of each secret that the program gives: counted up where its value differs from the old one."""
    before = olds.get("secrets")
    revisions = olds.get("secret_revisions")
    before = before if isinstance(before, Mapping) else {}
    revisions = revisions if isinstance(revisions, Mapping) else {}
    return {
        name: spec.UNKNOWN if value is spec.UNKNOWN else _revision(name, value, before, revisions)
        for name, value in secrets.items()
    }


def live_names(revisions: Mapping[str, str]) -> set[str]:
    """The secrets that are live by what their revisions say."""
    return {name for name, revision in revisions.items() if not revision.endswith(REMOVED)}


def _revision(name: str, value: Any, before: Inputs, revisions: Inputs) -> str:
    number = str(revisions.get(name, "")).partition(",")[0]
    if name not in before or not number.isdigit():
        return "1"
    return number if before[name] == value else str(int(number) + 1)
