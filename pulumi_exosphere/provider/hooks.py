"""What all hooks have in common, and the only place where errors leave for the engine.

Nothing here loads Pulumi's SDK: the native plugin does without it (`native.protocol`).
"""

from __future__ import annotations

import copy
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Protocol, TypeVar

from pulumi_exosphere.errors import ExosphereError, Outcome
from pulumi_exosphere.reconcile.orders import DEFAULT_TIMEOUT
from pulumi_exosphere.reconcile.outcome import about, resource

from .process import calling_resource, show_in_one_line
from .results import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult
from .settings import Settings, read_settings

ACTIONS = ("create", "update", "delete")
"""The hooks whose errors report an outcome; the others write nothing."""

Props = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])

_settings = read_settings(lambda _: None, {})


class _Limit(threading.local):
    seconds: float | None = None


_limit = _Limit()  # The engine's worker threads run one hook each, from start to end.


class Defect(ExosphereError):
    """A bug in this package, not in the program."""

    __module__ = "pulumi_exosphere"


def settings() -> Settings:
    """Return the configuration of this run."""
    return _settings


def use(configured: Settings) -> None:
    """Store the configuration of this run, for all hooks of this process."""
    global _settings  # noqa: PLW0603  # one plugin process, one configuration
    _settings = configured


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Make ``seconds`` the limit and the default of every wait in this block; 0: no change."""
    _limit.seconds = seconds or None
    try:
        yield
    finally:
        _limit.seconds = None


def patience(given: Any = None) -> float:
    """Return the seconds of a wait, ``given`` the program's timeout: a custom timeout is its limit and its default."""
    plain = isinstance(given, (int, float)) and not isinstance(given, bool)
    limit = _limit.seconds
    if limit is None:
        return float(given) if plain else DEFAULT_TIMEOUT
    return min(float(given), limit) if plain else limit


def hook(method: F) -> F:
    """Raise our own errors as one line, and any other error without its text, which may contain a value.

    For hooks in ACTIONS, which write, the error ends with what became of the write.
    """

    @wraps(method)
    def guarded(*args: Any) -> Any:
        try:
            with about(calling_resource() or resource()):
                return method(*args)
        except ExosphereError as error:
            # A copy: hooks that waited for one listing share its error.
            failure = copy.copy(error)
        except Exception as error:  # noqa: BLE001  # no text that we did not write may leave
            failure = Defect(told_defect(method.__name__, error))
        if method.__name__ in ACTIONS:
            outcome = failure.outcome or Outcome.NOT_WRITTEN
            failure.args = (f"{str(failure).rstrip('.')}. Outcome: {outcome.value}",)
        show_in_one_line(failure)
        raise failure.with_traceback(None) from None

    return guarded  # type: ignore[return-value]


class Hooks(Protocol):
    """The hooks of one resource, in a module or an object, and what each owes the engine.

    All of them are synchronous, run on many threads at once, and get the engine's raw properties (`properties` reads
    them). They raise only an `ExosphereError` whose text contains no value; anything else is a bug of ours.
    """

    def check(self, olds: Props, news: Props, /) -> CheckResult:
        """Return the normalised inputs, and *all* problems with them.

        Called at preview, where values may be unknown, and again before the update. ``olds`` are the old *inputs*,
        empty for a resource that state doesn't know. It sends nothing, and doesn't fail for lack of a connection. A
        problem names no property: the engine would print its value.
        """
        ...

    def diff(self, olds: Props, news: Props, /) -> DiffResult:
        """Return whether anything changes, and which changes replace the resource.

        ``olds`` are the old *outputs*, as in every hook below. Pure: it compares, and sends no request.
        """
        ...

    def create(self, props: Props, /) -> CreateResult:
        """Make what ``props`` describe live, and return its id and its outputs.

        It looks first, rejects what belongs to someone else, and leaves live either what is wanted or what was live
        before. It returns the inputs at their original paths, so that secrets stay secret, and more.
        """
        ...

    def read(self, id_: str, props: Props, olds: Props | None = None, /) -> ReadResult:
        """Return the live inputs and outputs; an empty id if the resource is certainly gone.

        Called by a refresh with the old outputs and, if the engine gives them, the old inputs ``olds``; by a look-up by
        id with the inputs. It writes nothing. If it can't
        read what is live, that is an error, never a deletion.
        """
        ...

    def update(self, olds: Props, news: Props, /) -> UpdateResult:
        """Make ``news`` live instead of ``olds``, and return the outputs; otherwise as `create`."""
        ...

    def delete(self, props: Props, /) -> None:
        """Remove what ``props`` describe; succeed if it is gone already.

        Nothing that the same run wants is removed: a renamed or replaced resource is created first and deleted then.
        """
        ...

    def preview(self, olds: Props, news: Props, /) -> CreateResult:
        """Return the id and the outputs that a create or an update will have, as far as a preview knows them."""
        ...

    def import_(self, id_: str, /) -> ReadResult:
        """Do the same as `read` for a resource that isn't in state yet."""
        ...


def failure(message: str) -> str:
    """Return a problem of the inputs as it can be printed: a name may contain a line break, or worse."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in message)


def told_defect(name: str, error: Exception) -> str:
    """Describe an error that was not raised on purpose, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "pulumi_exosphere" in f.filename] or frames
    where = "; ".join(f"{f.filename.rpartition('pulumi_exosphere')[2].lstrip('/')}:{f.lineno}" for f in own[-3:])
    missing = f" ({error.name})" if isinstance(error, ImportError) and error.name else ""
    return (
        f"a bug in pulumi-exosphere, in `{name}`: {type(error).__name__}{missing} at {where}. Please report this line; "
        "the error's own text is left out because it may contain a value"
    )
