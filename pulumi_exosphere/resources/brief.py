"""Errors of which Pulumi prints the message and nothing else, as it does of every `RunError`."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi

from pulumi_exosphere.errors import InvalidGraph

if TYPE_CHECKING:
    from types import TracebackType


class InvalidDeclaration(InvalidGraph, pulumi.RunError):
    """An `InvalidGraph` that comes to light when the program has run: the line at fault isn't on the stack any more."""


class ProgramFailed(pulumi.RunError):
    """Stops the registration of a graph whose program failed, and reads as the failure itself does.

    The failure itself can't take this way: Pulumi wraps some exceptions that come out of a property, in a message that
    hides where in the program they were raised.
    """

    def __init__(self, failure: BaseException) -> None:
        super().__init__(str(failure) if isinstance(failure, pulumi.RunError) else _as_pulumi_prints(failure))


InvalidDeclaration.__module__ = ProgramFailed.__module__ = "pulumi_exosphere"


def _as_pulumi_prints(failure: BaseException) -> str:
    shown = traceback.TracebackException(type(failure), failure, _users_part(failure.__traceback__))
    return "Program failed with an unhandled exception:\n" + "".join(shown.format())


def _users_part(frames: TracebackType | None) -> TracebackType | None:
    """A traceback from the program's own first line on."""
    import runpy

    runtime = (str(Path(pulumi.__file__).parent), runpy.__file__, "<frozen runpy>")
    first = frames
    while first is not None:
        file = first.tb_frame.f_code.co_filename
        if not file.startswith(runtime) and not file.endswith("pulumi-language-python-exec"):
            return first
        first = first.tb_next
    return frames
