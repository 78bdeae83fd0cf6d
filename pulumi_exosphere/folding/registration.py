"""The final arguments of a resource, and errors that Pulumi prints without a traceback.

Transformations of the resource itself, its parents and the stack may change the program's arguments. They run one after
the other when the resource is constructed; `Finish` moves itself behind the last one.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import pulumi
import pulumi.dynamic

from pulumi_exosphere.errors import ExosphereError, InvalidGraph
from pulumi_exosphere.folding import introspection as private
from pulumi_exosphere.template.names import meant_name

from .explicit_provider import missing_settings


class InvalidDeclaration(InvalidGraph, pulumi.RunError):
    """An `InvalidGraph` that is found after the program has run, when its line isn't on the stack any more."""


class ProgramFailed(pulumi.RunError):
    """Stops the registration of a graph whose program failed; reads like the program's own exception.

    That exception can't be raised here: Pulumi wraps some exceptions of a property in a message that hides where in the
    program they were raised.
    """

    def __init__(self, failure: BaseException) -> None:
        super().__init__(str(failure) if isinstance(failure, pulumi.RunError) else _as_pulumi_prints(failure))


InvalidDeclaration.__module__ = ProgramFailed.__module__ = "pulumi_exosphere"


def _as_pulumi_prints(failure: BaseException) -> str:
    shown = traceback.TracebackException(type(failure), failure, _users_part(failure.__traceback__))
    return "Program failed with an unhandled exception:\n" + "".join(shown.format())


def _users_part(frames: TracebackType | None) -> TracebackType | None:
    """The traceback from the program's own first line on."""
    import runpy

    runtime = (str(Path(pulumi.__file__).parent), runpy.__file__, "<frozen runpy>")
    first = frames
    while first is not None:
        file = first.tb_frame.f_code.co_filename
        if not file.startswith(runtime) and not file.endswith("pulumi-language-python-exec"):
            return first
        first = first.tb_next
    return frames


Finisher = Callable[[dict[str, Any], pulumi.ResourceOptions], tuple[dict[str, Any], pulumi.ResourceOptions]]


class Declared(pulumi.dynamic.Resource):
    """A dynamic resource whose type stays the same in a subclass: state and aliases depend on it."""

    def __init_subclass__(cls, kind: str = "", **kwargs: Any) -> None:
        """Name the type; a class without a name inherits it."""
        inherited = getattr(cls, "_resource_type_name", "")
        super().__init_subclass__(module="exosphere", name=kind, **kwargs)
        if not kind:
            cls._resource_type_name = inherited

    def translate_output_property(self, prop: str) -> str:
        """Return the name that a key of the outputs stands for; Pulumi asks for keys at every depth."""
        return meant_name(prop)


class raised_here:  # noqa: N801  Used as a statement.
    """Shows a user's mistake at the line that declares the resource, not inside the code that it calls.

    Args:
        label: The resource or function; every message contains it.
    """

    def __init__(self, label: str) -> None:
        self._label = label

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, frames: TracebackType | None) -> None:
        """Cut the traceback of an error that is raised on purpose."""
        if isinstance(error, ExosphereError):
            error.__traceback__ = None
            if frames is not None:
                frames.tb_next = None  # Python 3.10 raises it with these again, whatever the error has.
            message = str(error)
            if self._label and self._label not in message:
                error.args = (f"{self._label}: {message}", *error.args[1:])


class _Given(dict[str, Any]):
    """Arguments after all transformations; an argument that one of them removed is None."""

    def __missing__(self, _: str) -> None:
        return None


class Finish:
    """The last transformation of one resource."""

    def __init__(self, resource: pulumi.Resource, finish: Finisher) -> None:
        self._resource = resource
        self._finish = finish

    def __call__(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """Move behind the transformations still to come, then finish. Children inherit this and are left alone."""
        if args.resource is not self._resource:
            return None
        transformations = private.transformations_of(args.resource)
        if transformations is not None and transformations[-1] is not self:
            transformations.append(self)
            return None
        props, opts = self._finish(_Given(args.props), args.opts)
        return pulumi.ResourceTransformationResult(props, opts)


def finished_by(
    resource: pulumi.Resource, opts: pulumi.ResourceOptions | None, finish: Finisher
) -> pulumi.ResourceOptions:
    """The options with which ``finish(props, opts)`` decides last about a resource's inputs and options."""
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        raise TypeError("Expected resource options to be a ResourceOptions instance")
    own = pulumi.ResourceOptions(transformations=[Finish(resource, finish)], aliases=[_native_alias(resource)])
    return pulumi.ResourceOptions.merge(opts, own)


def _native_alias(resource: pulumi.Resource) -> pulumi.Alias:
    """The type of the same resource in the native plugin: a stack may have it from there, from an import for one."""
    kind = getattr(resource, "_resource_type_name", "").rpartition(":")[2]
    return pulumi.Alias(type_=f"exosphere:index:{kind}")


def refused_options(opts: pulumi.ResourceOptions, instead: str) -> Iterator[str]:
    """Sentences about the options that a dynamic provider can't honour; ``instead`` is what to do without `import_`."""
    if missing := missing_settings(opts):
        yield missing
    if opts.custom_timeouts:
        yield (
            "the option `custom_timeouts` can't be used, because Pulumi doesn't pass it to Python's dynamic providers. "
            "Set `registration_timeout` and `validation_timeout` on the Graph instead"
        )
    if opts.replace_on_changes:
        yield (
            "the option `replace_on_changes` can't be used, because Pulumi doesn't pass it to Python's dynamic "
            "providers. It isn't needed either: an update replaces the whole graph. Leave it out; a new `name` makes a "
            "new graph"
        )
    if opts.import_:
        yield (
            "the option `import_` can't be used, because Pulumi's dynamic providers in Python don't support it. "
            f"{instead}"
        )


_NOT_THE_PROGRAM = (f"{Path(pulumi.__file__).parent}{os.sep}", f"{Path(__file__).parents[1]}{os.sep}", "<")
"""The beginnings of the file names of Pulumi's and our own frames, and of generated code."""


def declared_at() -> str:
    """The program's line that declares a resource, ``__main__.py:12``; empty if it can't be found."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001
    while frame is not None and frame.f_code.co_filename.startswith(_NOT_THE_PROGRAM):
        frame = frame.f_back
    if frame is None:
        return ""
    file = Path(frame.f_code.co_filename)
    here = Path.cwd()
    return f"{file.relative_to(here) if file.is_relative_to(here) else file}:{frame.f_lineno}"
