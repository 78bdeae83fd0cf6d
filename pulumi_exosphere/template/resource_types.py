"""The types of this package's resources in state files and previews."""

from __future__ import annotations

from typing import Final

_PREFIXES: Final = ("pulumi-python:dynamic/exosphere:", "exosphere:index:")
"""Of the Python resources, and of the native plugin's."""


def resource_kind(token: str) -> str:
    """Return ``Graph``, ``CronTrigger``, ...; empty for a resource of another package."""
    return next((token.removeprefix(prefix) for prefix in _PREFIXES if token.startswith(prefix)), "")
