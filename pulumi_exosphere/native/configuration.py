"""The provider's own properties: the configuration under ``exosphere:``, or those of an explicit provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere.provider.engine_values import UNKNOWN, secret
from pulumi_exosphere.provider.settings import SECRETS, Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping


def settings(properties: Mapping[str, Any]) -> Settings:
    """The configuration as the hooks read it; what isn't known yet wasn't given."""
    return read_settings(lambda key: None if _unknown(properties.get(key)) else properties.get(key), keys=properties)


def check(properties: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The properties with what is secret marked so, and what is wrong with them."""
    hidden = {key: secret(value) for key, value in properties.items() if key in SECRETS}
    return {**properties, **hidden}, settings(properties).faults


def _unknown(value: object) -> bool:
    return value == UNKNOWN
