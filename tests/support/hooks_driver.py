"""Call the provider's hooks in this process, in the order in which the engine calls them: a run takes milliseconds.

The same runs go through the native plugin in tests that ask for both (`either_front`).
What only the engine can show goes through the real CLI (`tests.support.pulumi_project`); this is for trying many
faults. Properties travel as they do through the engine: all numbers are floats, keys whose value is None are absent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic import ConfigureRequest, ResourceProvider
from pulumi.dynamic.config import Config
from pulumi.runtime import rpc

from pulumi_exosphere.errors import ExosphereError
from pulumi_exosphere.provider.graph import GraphProvider
from pulumi_exosphere.reconcile import run as notes
from tests.support.native_driver import Native


class _Front:
    native = False


front = _Front()
"""The provider that a `Resource` goes through: dynamic or native; the fixture `either_front` sets it."""


class Refused(ExosphereError):
    """`check` reported problems, so the engine would stop."""


def as_wired(value: Any) -> Any:
    """Return the value as it arrives after passing through the engine."""
    if rpc.is_rpc_secret(value):
        return as_wired(value["value"])  # Hooks get secrets in clear.
    if isinstance(value, dict):
        return {key: as_wired(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [as_wired(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@dataclass
class Resource:
    """One resource of a stack: its hooks, and its state."""

    config: dict[str, str]
    provider: ResourceProvider | Native = field(default_factory=GraphProvider)
    id: str | None = None
    inputs: dict[str, Any] = field(default_factory=dict)
    outs: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Replace the dynamic provider by the native plugin, in a test that asks for it."""
        if front.native and not isinstance(self.provider, Native):
            self.provider = Native(self.provider)

    def begin(self, *, anew: bool = True) -> None:
        """Start a new process of hooks; with ``anew=False``, add one more resource in the same process."""
        if anew:
            notes.begin()
        if isinstance(self.provider, Native):
            self.provider.configure(self.config)
        else:
            self.provider.configure(ConfigureRequest(Config(self.config, "test")))

    def check(self, news: dict[str, Any]) -> dict[str, Any]:
        """Return the inputs as `check` returns them; raise Refused with the problems that it reports."""
        result = self.provider.check(as_wired(self.inputs), as_wired(news))
        if result.failures:
            raise Refused("; ".join(failure.reason for failure in result.failures))
        return as_wired(json.loads(json.dumps(result.inputs)))  # type: ignore[no-any-return]

    def preview(self, news: dict[str, Any]) -> bool:
        """Return whether an `up` would change anything."""
        self.begin()
        checked = self.check(news)
        return self.id is None or bool(self.provider.diff(self.id, as_wired(self.outs), checked).changes)

    def up(self, news: dict[str, Any]) -> None:
        """Create or update, as the engine does after its preview."""
        self.begin()
        checked = self.check(news)
        if self.id is None:
            created = self.provider.create(checked)
            self.id, self.outs = created.id, created.outs or {}
        else:
            diff = self.provider.diff(self.id, as_wired(self.outs), checked)
            if diff.changes:
                self.outs = self.provider.update(self.id, as_wired(self.outs), checked).outs or {}
        self.inputs = checked

    def refresh(self) -> bool:
        """Read what is live into state; return whether it still exists."""
        self.begin()
        assert self.id is not None
        read = self.provider.read(self.id, as_wired(self.outs))
        if not read.id:
            self.id, self.inputs, self.outs = None, {}, {}
            return False
        self.outs = read.outs or {}
        if read.inputs is not None:  # Otherwise the engine keeps the state.
            self.inputs = read.inputs
        return True

    def destroy(self) -> None:
        """Delete it, in a run that wants nothing."""
        self.begin()
        assert self.id is not None
        self.provider.delete(self.id, as_wired(self.outs))
        self.id, self.inputs, self.outs = None, {}, {}
