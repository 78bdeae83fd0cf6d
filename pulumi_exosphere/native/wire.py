"""Properties as they travel between the engine and the plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2

from pulumi_exosphere.provider.engine_values import is_secret, secret

SECRETS = ("secrets", "connection")
"""Properties whose values are secret, names aside."""


def received(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Return plain values, without those that are null: what is secret in clear, though the engine should send none."""
    values = {}
    fields = properties.fields
    for key in fields:  # `items` of protobuf's maps is slower
        if (value := _received(fields[key])) is not None:
            values[key] = value
    return values


def _received(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "struct_value":
        values = received(value.struct_value)
        return values.get("value") if is_secret(values) else values
    if kind == "list_value":
        return [_received(item) for item in value.list_value.values]
    return None if kind in {None, "null_value"} else getattr(value, kind)


def sent(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return the same the other way round; a value wrapped by `secret` stays a secret."""
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def hidden(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same with what is always secret marked so, value by value, whether or not the program did."""
    return {**inputs, **{key: _hidden(inputs[key]) for key in SECRETS if key in inputs}}


def _hidden(value: Any) -> Any:
    if is_secret(value):
        return value
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    return secret(value)
