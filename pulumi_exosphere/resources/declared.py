"""What a resource is finally registered with.

Transformations, of the resource itself, of its parents and of the stack, may change what the program wrote. They run
one after the other when the resource is constructed; `Finish` puts itself behind the last one. They see the arguments
as the program wrote them, and `Finish` makes the inputs of what they left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi.dynamic

from pulumi_exosphere.errors import ConfigurationError, ExosphereError
from pulumi_exosphere.resources import _pulumi_private as private

if TYPE_CHECKING:
    from collections.abc import Callable

    Finisher = Callable[[dict[str, Any], pulumi.ResourceOptions], tuple[dict[str, Any], pulumi.ResourceOptions]]


class Declared(pulumi.dynamic.Resource):
    """A dynamic resource whose type stays the same in a subclass: it is what state and aliases go by."""

    def __init_subclass__(cls, kind: str = "", **kwargs: Any) -> None:
        """Name the type; a class that names none inherits it."""
        inherited = getattr(cls, "_resource_type_name", "")
        super().__init_subclass__(module="exosphere", name=kind, **kwargs)
        if not kind:
            cls._resource_type_name = inherited


class raised_here:  # noqa: N801  Used as a statement.
    """Shows a user's mistake as made on the line that declares the resource, not in what that line has called.

    Args:
        label: The resource, or the function that is called; every message names it.
    """

    def __init__(self, label: str) -> None:
        self._label = label

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Cut the traceback of an error that is raised on purpose (Python 3.10 keeps it)."""
        if isinstance(error, ExosphereError):
            error.__traceback__ = None
            message = str(error)
            if self._label and self._label not in message:
                error.args = (f"{self._label}: {message}", *error.args[1:])


class _Given(dict[str, Any]):
    """Arguments as transformations left them: what one has taken out wasn't given."""

    def __missing__(self, _: str) -> None:
        return None


class Finish:
    """The last transformation of one resource."""

    def __init__(self, resource: pulumi.Resource, finish: Finisher) -> None:
        self._resource = resource
        self._finish = finish

    def __call__(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """Step back behind what is still to come, then finish. A child inherits this, and isn't touched."""
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
    """The options under which ``finish(props, opts)`` has the last word about a resource's inputs and options."""
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        raise TypeError("Expected resource options to be a ResourceOptions instance")
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[Finish(resource, finish)]))


def refuse_import(opts: pulumi.ResourceOptions, label: str, instead: str) -> None:
    """Dynamic providers can't import.

    Raises:
        ConfigurationError: The option ``import_`` is set.
    """
    if opts.import_:
        raise ConfigurationError(
            f"{label}: the option `import_` can't work with a dynamic provider, whose code stands in the state that "
            f"there isn't yet. {instead}"
        )
