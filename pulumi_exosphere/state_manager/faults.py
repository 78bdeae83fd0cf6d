"""Where a body is at fault, of a 422: never the message or the input, which can echo the whole body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .redaction import HIDDEN, Redactor

SHOWN = 10
"""Faults that a message names at the most."""


def locate(detail: list[Any], body: Mapping[str, Any] | None, redactor: Redactor) -> list[str]:
    """``PATH (KIND)`` for each fault, with a node's identifier where the answer has its number."""
    faults = list(dict.fromkeys(_fault(item, body, redactor) for item in detail))
    more = len(faults) - SHOWN
    return [*faults[:SHOWN], f"and {more} more"] if more > 0 else faults


def _fault(item: Any, body: Mapping[str, Any] | None, redactor: Redactor) -> str:
    item = item if isinstance(item, Mapping) else {}
    loc, kind = item.get("loc"), item.get("type")
    parts = list(loc) if isinstance(loc, (list, tuple)) else []
    if parts[:1] == ["body"]:
        parts = parts[1:]
    names: list[str] = []
    value: Any = body
    for part in parts:
        value = _step(value, part)
        names.append(_name(part, value, redactor))
    where = ".".join(names) or "the body"
    if isinstance(kind, str) and re.fullmatch(r"[a-z_.]{1,60}", kind) and not redactor.hides(kind):
        return f"{where} ({kind})"
    return where


def _step(value: Any, part: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(part, str):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
        return value[part]
    return None


def _name(part: Any, value: Any, redactor: Redactor) -> str:
    if isinstance(part, int):
        identifier = value.get("identifier") if isinstance(value, Mapping) else None
        return identifier if isinstance(identifier, str) and identifier else str(part)
    return HIDDEN if redactor.hides(str(part)) else str(part)[:100]
