"""The floor: resources with all the properties that a graph has, and hooks that do nothing."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

GIVEN = (
    "retry_policy",
    "store_config",
    "triggers",
    "adopt",
    "registration_timeout",
    "validation_timeout",
    "connection",
)
"""Arguments of a graph that this program doesn't use."""
CHECKED = {"secret_revisions": {"warehouse_password": "1"}, "validation_status": "VALID", "state_manager": "nowhere"}
"""Properties that a graph's check adds."""
LEARNT = {
    "updated_at": "2026-01-01T00:00:00.000",
    "created_at": "2026-01-01T00:00:00.000",
    "document_id": "66f1a2b3c4d5e6f708192a3b",
}
"""Properties that a graph's create and update add."""


class FloorProvider(ResourceProvider):
    """Hooks that do nothing except compare what the engine passes to them."""

    serialize_as_secret_always = False

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Return the inputs, with as many more as a graph adds."""
        return CheckResult({**news, **CHECKED}, [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Return whether any input changed."""
        return DiffResult(changes=any(_olds.get(key) != value for key, value in _news.items()))

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Return the inputs."""
        return CreateResult(str(props["name"]), {**props, **LEARNT})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the state."""
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Return the inputs."""
        return UpdateResult({**_news, **LEARNT})


class Floor(Resource, module="exosphere", name="Floor"):
    """A graph that is sent nowhere."""

    def __init__(self, name: str, props: dict[str, Any]) -> None:
        secrets = {key: pulumi.Output.secret(value) for key, value in props["secrets"].items()}
        more = dict.fromkeys((*GIVEN, *CHECKED, *LEARNT))
        super().__init__(FloorProvider(), name, {**props, **more, "secrets": secrets})
