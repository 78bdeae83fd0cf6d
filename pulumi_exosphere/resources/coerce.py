"""One value or one group of fields, in any accepted form: Args, a plain dict, or a model of Exosphere's SDK.

A value that can't be used is a mistake, and counts as `UNKNOWN`: the rest is read all the same.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import cache, partial
from typing import Any

import pulumi

from pulumi_exosphere.errors import ExosphereError, InvalidGraph
from pulumi_exosphere.template.messages import did_you_mean
from pulumi_exosphere.template.sections import UNKNOWN


class Mistakes:
    """What is wrong with the arguments of one resource."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, message: str) -> Any:
        """Note a mistake, and return what stands in for the value."""
        self.found.append(f"{path}: {message}")
        return UNKNOWN

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note an error that is raised in this block."""
        try:
            yield
        except ExosphereError as error:
            self.found.append(str(error))

    def require_none(self, label: str = "") -> None:
        """Raise InvalidGraph with all of them, if there are any; ``label`` is the resource."""
        if self.found:
            raise InvalidGraph("; ".join(about(label, mistake) for mistake in self.found))


def about(label: str, mistake: str) -> str:
    """The mistake with its resource, unless it names that already."""
    return mistake if label in mistake else f"{label}, {mistake}"


def comes_later(value: object) -> bool:
    """Whether the program doesn't know the value yet: an output, or another awaitable."""
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value)


def plain_string(value: object, path: str, mistakes: Mistakes) -> Any:
    """A string that becomes a key, an id or a path, so the program must know it and it can't be a secret."""
    if type(value) is str or value is UNKNOWN:
        return value
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return str(value)
    if comes_later(value):
        return mistakes.add(
            path,
            "is an output, but must be a plain string: it becomes a key or an id in Pulumi's state, which must "
            "be known beforehand and can't be hidden. Write the string itself, or read it from the configuration with "
            "`pulumi.Config().require(...)`",
        )
    return mistakes.add(path, f"must be a plain string, not {_kind(value)}")


def leaf(value: object, path: str, mistakes: Mistakes, *, given: bool = False) -> Any:
    """A value as it is registered, with each output where it was.

    Args:
        value: What the program wrote.
        path: Its path, for messages.
        mistakes: Takes what is wrong with it.
        given: Whether None is a mistake, because a value that vanished would change the graph silently.
    """
    if type(value) is str or value is UNKNOWN:  # Nearly all values are, and the other tests take longer.
        return value
    if isinstance(value, pulumi.Output):
        return value.apply(partial(_not_none, path)) if given else value
    if inspect.isawaitable(value):
        # Can be awaited once, but is needed twice: by the resource and by the graph that it is folded into.
        return leaf(pulumi.Output.from_input(value), path, mistakes, given=given)
    if value is None and given:
        return mistakes.add(path, _NONE)
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Mapping):
        read = {
            plain_string(key, f"a key of {path}", mistakes): leaf(item, f"{path}.{key}", mistakes)
            for key, item in value.items()
        }
        return UNKNOWN if UNKNOWN in read else read
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [leaf(item, f"{path}[{index}]", mistakes) for index, item in enumerate(value)]
    if isinstance(value, pulumi.Resource):
        return mistakes.add(path, f"is a resource, {_kind(value)}. Give one of its outputs, such as its `id`")
    return mistakes.add(path, f"can't be {_kind(value)}: give a string, or an output of one")


_NONE = "is None; leave the key out, or give it a value"


def _not_none(path: str, known: Any) -> Any:
    if known is None:
        raise InvalidGraph(f"{path}: {_NONE}")
    return known


def _kind(value: object) -> str:
    """The type of a value, for messages, which never contain the value."""
    return f"of type {type(value).__name__}"


def fields_of(value: object, args: type, path: str, mistakes: Mistakes) -> dict[str, Any]:
    """The given fields of ``args``, without those that are None.

    A required field that is missing is `UNKNOWN`. So is every other one that isn't given if there are fields that
    ``args`` lacks, because one of them may be a misspelt one of these.

    Args:
        value: An instance of ``args``, a mapping, or anything with ``model_dump``.
        args: The Args class, a dataclass.
        path: The value's path, for messages.
        mistakes: Takes what is wrong with it.
    """
    known = _known(args)
    given = _as_mapping(value, args, path, mistakes)
    if given is None:
        return dict.fromkeys(known, UNKNOWN)
    strange = {key: did_you_mean(str(key).lower(), known, 0.5) for key in given if key not in known}
    for key, near in strange.items():
        mistakes.add(path, f"has no field {key!r}{near}. {_fields(args, known)}")
    meant = "".join(strange.values())
    fields = {key: item for key, item in given.items() if item is not None and key in known}
    for key, required in known.items():
        if required and key not in fields and repr(key) not in meant:
            mistakes.add(path, f"lacks {key!r}. {_fields(args, known)}")
        if required or strange:
            fields.setdefault(key, UNKNOWN)
    return fields


@cache
def _known(args: type) -> Mapping[str, bool]:
    """The fields, and whether each is required."""
    return {field.name: field.default is dataclasses.MISSING for field in dataclasses.fields(args)}


def items_of(value: object, args: type, path: str, mistakes: Mistakes) -> Sequence[Any] | None:
    """A plain sequence of parts; None if it is an output, a single part, or no sequence at all."""
    if comes_later(value):
        mistakes.add(
            path,
            f"is an output, but must be a plain list of {args.__name__}: its length and its keys must be known "
            "beforehand. Their fields may be outputs",
        )
    elif isinstance(value, (str, bytes, Mapping, args)) or hasattr(value, "model_dump"):
        mistakes.add(path, f"must be a list of {args.__name__}; put [ ] around a single one")
    elif isinstance(value, Sequence):
        return value
    elif hasattr(value, "__iter__"):
        return list(value)
    else:
        mistakes.add(path, f"must be a list of {args.__name__}, not {_kind(value)}")
    return None


def _as_mapping(value: object, args: type, path: str, mistakes: Mistakes) -> Mapping[str, Any] | None:
    if value is UNKNOWN:
        return None
    if isinstance(value, args):
        kind: type = type(value)  # A subclass may have more fields.
        return {name: getattr(value, name) for name in _known(kind)}
    if isinstance(value, pulumi.Resource):
        mistakes.add(
            path,
            f"is a resource, {type(value).__name__}. Give {args.__name__} here; a resource names its graph "
            "itself, with `graph=`",
        )
    elif comes_later(value):
        mistakes.add(path, f"is an output, but must be {args.__name__} or a dict, whose fields may be outputs")
    elif hasattr(value, "model_dump") and not isinstance(value, type):  # An output has every attribute, as an output.
        # A newer SDK may have fields that this package doesn't know; those that aren't set don't matter.
        return {key: item for key, item in value.model_dump().items() if item is not None or key in _known(args)}
    elif isinstance(value, Mapping):
        return value
    else:
        mistakes.add(path, f"must be {args.__name__} or a dict, not {_kind(value)}")
    return None


def _fields(args: type, known: Mapping[str, bool]) -> str:
    return f"The fields of {args.__name__} are {', '.join(known)}"
