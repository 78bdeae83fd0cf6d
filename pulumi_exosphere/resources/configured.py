"""The stack's configuration under ``exosphere:``, as a program reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi.runtime

if TYPE_CHECKING:
    from pulumi_exosphere.provider.settings import Settings


def configured() -> Settings:
    """All of it; what is wrong with it is kept in its ``faults``."""
    from pulumi_exosphere.provider.settings import read_settings

    return read_settings(_value)


def configured_namespace() -> str:
    """The ``namespace`` of `configured`, where a program gave none."""
    # Each graph asks for it, and to read all of the configuration takes ten times as long.
    return _value("namespace") or "default"


def _value(key: str) -> Any:
    return pulumi.runtime.get_config(f"exosphere:{key}")
