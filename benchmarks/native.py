"""The same graphs as resources of the native plugin, registered as a program in another language does."""

from __future__ import annotations

from typing import Any

import pulumi


class Native(pulumi.CustomResource):
    """A graph of the plugin `pulumi-resource-exosphere`."""

    def __init__(self, name: str, props: dict[str, Any]) -> None:
        super().__init__("exosphere:index:Graph", name, props)
