"""Single values: what may stand where a value is wanted, and what has to be a plain string."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import pulumi

from pulumi_exosphere.errors import InvalidGraph


def comes_later(value: object) -> bool:
    """Whether the program itself doesn't know the value yet: an output, or anything else that is awaited."""
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value)


def plain_string(value: object, path: str) -> str:
    """A string that becomes a key, an id or a path, and so has to be known to the program and can't be a secret."""
    if type(value) is str:
        return value
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return str(value)
    if comes_later(value):
        raise InvalidGraph(
            f"{path} is an output, and has to be a plain string: it becomes a key or an id in Pulumi's state, where it "
            "must be known beforehand and can't be hidden. Write the string itself, or take it from the configuration "
            "with `pulumi.Config().require(...)`"
        )
    raise InvalidGraph(f"{path} has to be a plain string, not {_kind(value)}")


def leaf(value: object, path: str, *, given: bool = False) -> Any:
    """A value as it can be registered, each output in its place.

    Args:
        value: What the program wrote.
        path: Where, for the message.
        given: Whether None is an error, since a value that vanished would change the graph unseen.
    """
    if type(value) is str:  # Nearly all are, and to rule the others out takes longer.
        return value
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _given(known, path)) if given else value
    if inspect.isawaitable(value):
        # Can be awaited once, and is needed twice: by the resource and by the graph that it is folded into.
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
    """The type of a value for a message, which never shows the value."""
    return f"of type {type(value).__name__}"
