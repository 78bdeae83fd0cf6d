"""Additional headers of requests: for an authenticating proxy or a gateway in front of the state manager."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN = frozenset({"accept", "user-agent", "x-api-key", "x-exosphere-request-id"})
"""Headers that the client sets itself."""
_FRAMING = frozenset({"connection", "content-length", "content-type", "host", "te", "trailer", "transfer-encoding"})
"""Headers that belong to one request or connection."""


def header_faults(headers: Any) -> list[str]:
    """Return what is wrong with the headers, a clause each; names are shown, values never."""
    if not isinstance(headers, Mapping):
        return ["must be a map of names and values"]
    faults = []
    seen: set[str] = set()
    for name, value in headers.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            faults.append("contains a name that no HTTP header can have")
        elif name.lower() in _OWN | _FRAMING:
            faults.append(f"can't contain {name}, which the client sets itself")
        elif name.lower() in seen:
            faults.append(f"contains {name} twice")
        elif not isinstance(value, str) or not value.isascii() or not value.isprintable() or value != value.strip():
            faults.append(f"has a value of {name} that no HTTP header can have")
        seen.add(str(name).lower())
    return faults
