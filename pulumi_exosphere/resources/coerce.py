"""One value or one group of fields, in any accepted form: Args, a plain dict, or a model of Exosphere's SDK."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any

import pulumi

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.template.messages import did_you_mean


def comes_later(value: object) -> bool:
    """Whether the program doesn't know the value yet: an output, or another awaitable."""
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value)


def plain_string(value: object, path: str) -> str:
    """A string that becomes a key, an id or a path, so the program must know it and it can't be a secret."""
    if type(value) is str:
        return value
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return str(value)
    if comes_later(value):
        raise InvalidGraph(
            f"{path} is an output, but must be a plain string: it becomes a key or an id in Pulumi's state, which must "
            "be known beforehand and can't be hidden. Write the string itself, or read it from the configuration with "
            "`pulumi.Config().require(...)`"
        )
    raise InvalidGraph(f"{path} must be a plain string, not {_kind(value)}")


def leaf(value: object, path: str, *, given: bool = False) -> Any:
    """A value as it is registered, with each output where it was.

    Args:
        value: What the program wrote.
        path: Its path, for messages.
        given: Whether None is an error, because a value that vanished would change the graph silently.
    """
    if type(value) is str:  # Nearly all values are, and the other tests take longer.
        return value
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _given(known, path)) if given else value
    if inspect.isawaitable(value):
        # Can be awaited once, but is needed twice: by the resource and by the graph that it is folded into.
        return leaf(pulumi.Output.from_input(value), path, given=given)
    if value is None and given:
        return _given(value, path)
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Mapping):
        return {plain_string(key, f"a key of {path}"): leaf(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [leaf(item, f"{path}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, pulumi.Resource):
        raise InvalidGraph(f"{path} is a resource, {_kind(value)}. Give one of its outputs, such as its `id`")
    raise InvalidGraph(f"{path} can't be {_kind(value)}: give a string, or an output of one")


def _given(value: Any, path: str) -> Any:
    if value is None:
        raise InvalidGraph(f"{path} is None. Leave the key out, or give it a value")
    return value


def _kind(value: object) -> str:
    """The type of a value, for messages, which never contain the value."""
    return f"of type {type(value).__name__}"


def fields_of(value: object, args: type, path: str) -> dict[str, Any]:
    """The given fields of ``args``, without those that are None.

    Args:
        value: An instance of ``args``, a mapping, or anything with ``model_dump``.
        args: The Args class, a dataclass.
        path: The value's path, for messages.

    Raises:
        InvalidGraph: The value is something else, has a field that ``args`` lacks, or lacks a required field.
    """
    known = _known(args)
    given = _as_mapping(value, args, path)
    for key in given:
        if key not in known:
            raise InvalidGraph(
                f"{path} has no field {key!r}{did_you_mean(str(key).lower(), known, 0.5)}. {_fields(args, known)}"
            )
    fields = {key: item for key, item in given.items() if item is not None}
    for key, required in known.items():
        if required and key not in fields:
            raise InvalidGraph(f"{path} lacks {key!r}. {_fields(args, known)}")
    return fields


@cache
def _known(args: type) -> Mapping[str, bool]:
    """The fields, and whether each is required."""
    return {field.name: field.default is dataclasses.MISSING for field in dataclasses.fields(args)}


def items_of(value: object, args: type, path: str) -> Sequence[Any]:
    """A plain sequence of parts.

    Raises:
        InvalidGraph: It is an output, a single part, or no sequence at all.
    """
    if comes_later(value):
        raise InvalidGraph(
            f"{path} is an output, but must be a plain list of {args.__name__}: its length and its keys must be known "
            "beforehand. Their fields may be outputs"
        )
    if isinstance(value, (str, bytes, Mapping, args)) or hasattr(value, "model_dump"):
        raise InvalidGraph(f"{path} must be a list of {args.__name__}; put [ ] around a single one")
    if isinstance(value, Sequence):
        return value
    if hasattr(value, "__iter__"):
        return list(value)
    raise InvalidGraph(f"{path} must be a list of {args.__name__}, not of type {type(value).__name__}")


def _as_mapping(value: object, args: type, path: str) -> Mapping[str, Any]:
    if isinstance(value, args):
        kind: type = type(value)  # A subclass may have more fields.
        return {name: getattr(value, name) for name in _known(kind)}
    if isinstance(value, pulumi.Resource):
        raise InvalidGraph(
            f"{path} is a resource, {type(value).__name__}. Give {args.__name__} here; a resource names its graph "
            "itself, with `graph=`"
        )
    if comes_later(value):
        raise InvalidGraph(f"{path} is an output, but must be {args.__name__} or a dict, whose fields may be outputs")
    dump = getattr(value, "model_dump", None)
    if dump is not None and not isinstance(value, type):
        # A newer SDK may have fields that this package doesn't know; those that aren't set don't matter.
        return {key: item for key, item in dump().items() if item is not None or key in _known(args)}
    if isinstance(value, Mapping):
        return value
    raise InvalidGraph(f"{path} must be {args.__name__} or a dict, not of type {type(value).__name__}")


def _fields(args: type, known: Mapping[str, bool]) -> str:
    return f"The fields of {args.__name__} are {', '.join(known)}"
