"""The base of all providers: the hooks of a resource, as Pulumi's SDK calls them."""

from __future__ import annotations

from contextlib import suppress

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from .hooks import Hooks, Props, hook, use
from .process import prepare
from .settings import from_engine


class Provider(ResourceProvider):
    """Pass each call on to the hooks, with errors guarded.

    A program only hands its providers over, so the hooks are loaded when one is called. An instance has no state:
    every change of it would be a diff.
    """

    serialize_as_secret_always = False  # Nothing is captured: the class is pickled by reference.

    @property
    def hooks(self) -> Hooks:
        """Return the hooks of this resource."""
        raise NotImplementedError

    def configure(self, req: ConfigureRequest) -> None:
        """Store the configuration of this run, for all hooks of this process."""
        use(from_engine(req.config))
        prepare()
        # Loaded here, under Pulumi's lock, not by many threads at once. If it fails, a hook fails with it, guarded.
        with suppress(Exception):
            _ = self.hooks

    @hook
    def check(self, _olds: Props, news: Props) -> CheckResult:
        result = self.hooks.check(_olds, news)
        return CheckResult(result.inputs, [CheckFailure("", reason) for reason in result.failures])

    @hook
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        result = self.hooks.diff(_olds, _news)
        return DiffResult(changes=result.changes, replaces=result.replaces, delete_before_replace=False)

    @hook
    def create(self, props: Props) -> CreateResult:
        result = self.hooks.create(props)
        return CreateResult(result.id, result.outs)

    @hook
    def read(self, id_: str, props: Props) -> ReadResult:
        result = self.hooks.read(id_, props)
        return ReadResult(result.id, result.outs, result.inputs)

    @hook
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        return UpdateResult(self.hooks.update(_olds, _news).outs)

    @hook
    def delete(self, _id: str, _props: Props) -> None:
        self.hooks.delete(_props)
