"""The state manager's HTTP API, and the only place that imports httpx.

`StateManager` is loaded when it is first asked for, so that an address can be looked at without httpx.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .address import insecure, parse_address

if TYPE_CHECKING:
    from .client import StateManager

__all__ = ["StateManager", "insecure", "parse_address"]


def _leave_out_httpx_command() -> None:
    """Let httpx load without its command line.

    Where rich, click and pygments are installed, httpx imports them all for a command that no program needs, which
    takes longer than all the rest of it. Its own `httpx` script is another process, and has it.
    """
    if "httpx" not in sys.modules:
        stand_in = ModuleType("httpx._main")
        stand_in.main = lambda: None  # type: ignore[attr-defined]
        sys.modules["httpx._main"] = stand_in


def __getattr__(name: str) -> Any:
    if name == "StateManager":
        _leave_out_httpx_command()
        from .client import StateManager

        return StateManager
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
