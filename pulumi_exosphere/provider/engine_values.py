"""Values that the engine's protocol writes in a form of its own: unknown ones, and secrets.

They are those of `pulumi.runtime.rpc`, which can't be imported without all of Pulumi's SDK.
"""

from __future__ import annotations

from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that a preview doesn't know."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # says that a value is one


def secret(value: Any) -> dict[str, Any]:
    """Return a value marked as a secret, once."""
    marked: dict[str, Any] = value if is_secret(value) else {_SIGNATURE: _SECRET, "value": value}
    return marked


def is_secret(value: Any) -> bool:
    """Return whether a value is marked as a secret."""
    return isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET
