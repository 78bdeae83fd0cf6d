"""Keys of maps made of lists, where the list may have held one twice, and keys that the state manager trims."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

_NUMBERED = re.compile(r"(.*) \(\d+\)", re.DOTALL)


def free_key(key: str, taken: Container[str]) -> str:
    """The key, or ``KEY (2)`` and so on where it is taken; `repeated` reads that back."""
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key} ({number})"
    return free


def repeated(key: str, keys: Container[str]) -> str | None:
    """The key that this one repeats: ``KEY (2)`` does ``KEY``, and one with spaces around it the same without."""
    numbered = _NUMBERED.fullmatch(key) if key.endswith(")") else None
    for other in (key.strip(), numbered and numbered[1]):
        if other is not None and other != key and other in keys:
            return other
    return None


def trimmed(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same with its keys trimmed; one that would then meet another key stays as it is, to be reported."""
    if all(key == key.strip() for key in mapping):
        return mapping
    result: dict[str, Any] = {}
    for key, value in mapping.items():
        bare = key.strip()
        result[key if bare in result or (bare != key and bare in mapping) else bare] = value
    return result
