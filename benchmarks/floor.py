"""The floor: hooks that do nothing, on the same resources."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult


class FloorProvider(ResourceProvider):
    """Hooks that do nothing, but compare what the engine gives them."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Whether anything changed."""
        return DiffResult(changes=_olds != _news)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """What was given."""
        return CreateResult(str(props["name"]), props)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """What is in state."""
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """What was given."""
        return UpdateResult(_news)


class Floor(Resource, module="exosphere", name="Floor"):
    """A graph that goes nowhere."""

    def __init__(self, name: str, props: dict[str, Any]) -> None:
        super().__init__(FloorProvider(), name, {**props, "secrets": pulumi.Output.secret(props["secrets"])})
