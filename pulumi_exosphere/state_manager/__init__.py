"""The state manager's HTTP API, and the only place that imports httpx.

`client` has one method for each call of `api`, and returns `models`, which `answers` reads. `transport` makes one
request (`address`, `headers`, `proxies`), `retry` repeats it, `failures` says what went wrong, and `redaction` keeps
values out of that. `StateManager` is loaded when it is first asked for, so that an address can be looked at without
httpx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .address import insecure, parse_address

if TYPE_CHECKING:
    from .client import StateManager

__all__ = ["StateManager", "insecure", "parse_address"]


def __getattr__(name: str) -> Any:
    if name == "StateManager":
        from .client import StateManager

        return StateManager
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
