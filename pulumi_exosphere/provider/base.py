"""What all providers share, and the one place where errors leave for the engine."""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, Protocol, TypeVar

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

from pulumi_exosphere.errors import ExosphereError, Outcome

from .process import prepare, show_in_one_line
from .settings import Settings, read_settings

ACTIONS = ("create", "read", "update", "delete")
"""The hooks whose errors say an outcome; what ends `check` or `diff` ends the run before anything is sent."""

Props = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])

_settings = read_settings(lambda _: None, {})


class Defect(ExosphereError):
    """Something that should not happen: a fault of this package, not of the program."""

    __module__ = "pulumi_exosphere"


def settings() -> Settings:
    """The configuration of this run."""
    return _settings


def hook(method: F) -> F:
    """Let our own errors out as one line, and any other without its text, which could hold a value.

    Those of ACTIONS say at their end what has become of what the hook was to write.
    """

    @wraps(method)
    def guarded(*args: Any) -> Any:
        try:
            return method(*args)
        except ExosphereError as error:
            # A copy: hooks that waited for one listing share its error.
            failure = copy.copy(error)
        except Exception as error:  # noqa: BLE001  # nothing may leave with a text that we did not write
            failure = Defect(told_defect(method.__name__, error))
        if method.__name__ in ACTIONS:
            outcome = failure.outcome or Outcome.NOT_WRITTEN
            failure.args = (f"{str(failure).rstrip('.')}. Outcome: {outcome.value}",)
        show_in_one_line(failure)
        raise failure.with_traceback(None) from None

    return guarded  # type: ignore[return-value]


class Hooks(Protocol):
    """What the hooks of a resource do: a module, or an object. ``olds`` of all but `check` are the old outputs."""

    def check(self, olds: Props, news: Props, /) -> CheckResult: ...

    def diff(self, olds: Props, news: Props, /) -> DiffResult: ...

    def create(self, props: Props, /) -> CreateResult: ...

    def read(self, id_: str, props: Props, /) -> ReadResult: ...

    def update(self, olds: Props, news: Props, /) -> UpdateResult: ...

    def delete(self, props: Props, /) -> None: ...


class Provider(ResourceProvider):
    """Passes each call on to what the hooks do, guarded.

    A program has a provider only to hand it over, so what the hooks do is loaded when one is called. No state is kept
    in an instance: every change of it would be a diff.
    """

    serialize_as_secret_always = False  # nothing is captured: the class is pickled by reference

    @property
    def hooks(self) -> Hooks:
        """What the hooks of this resource do."""
        raise NotImplementedError

    def configure(self, req: ConfigureRequest) -> None:
        """Note the configuration of this run, for all hooks of this process."""
        global _settings  # noqa: PLW0603  # one plugin process, one configuration
        _settings = read_settings(lambda key: req.config.get(f"exosphere:{key}"))
        prepare()
        # Loaded here, under Pulumi's lock, and not by many threads at once. What it raises a hook will raise, guarded.
        with suppress(Exception):
            _ = self.hooks

    @hook
    def check(self, _olds: Props, news: Props) -> CheckResult:
        return self.hooks.check(_olds, news)

    @hook
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        return self.hooks.diff(_olds, _news)

    @hook
    def create(self, props: Props) -> CreateResult:
        return self.hooks.create(props)

    @hook
    def read(self, id_: str, props: Props) -> ReadResult:
        return self.hooks.read(id_, props)

    @hook
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        return self.hooks.update(_olds, _news)

    @hook
    def delete(self, _id: str, _props: Props) -> None:
        self.hooks.delete(_props)


def failure(message: str) -> CheckFailure:
    """A fault of the inputs. It names no property: the engine would print the property's value, secrets included."""
    # A name can hold a line break, or worse.
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in message)
    return CheckFailure("", shown)


def told_defect(name: str, error: Exception) -> str:
    """An error that nobody raised on purpose, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "pulumi_exosphere" in f.filename] or frames
    where = "; ".join(f"{f.filename.rpartition('pulumi_exosphere')[2].lstrip('/')}:{f.lineno}" for f in own[-3:])
    missing = f" ({error.name})" if isinstance(error, ImportError) and error.name else ""
    return (
        f"a defect of pulumi-exosphere in `{name}`: {type(error).__name__}{missing} at {where}. Please report this "
        "line; the error's own text is left out, since it could hold a value"
    )
