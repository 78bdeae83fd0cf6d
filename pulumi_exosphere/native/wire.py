"""Properties as they travel between the engine and the plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.output import Unknown
from pulumi.runtime import rpc

SECRETS = ("secrets", "connection")
"""Properties whose values are secret, names aside."""


def received(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Plain values: what is unknown as `rpc.UNKNOWN`; what is secret in clear, though the engine should send none."""
    return {key: _in_clear(value) for key, value in rpc.deserialize_properties(properties, keep_unknowns=True).items()}


def sent(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The same the other way round; a value wrapped by `rpc.wrap_rpc_secret` stays a secret."""
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def hidden(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The same with what is always secret marked so, value by value, whether or not the program did."""
    return {**inputs, **{key: _hidden(inputs[key]) for key in SECRETS if key in inputs}}


def _hidden(value: Any) -> Any:
    if rpc.is_rpc_secret(value):
        return value
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    return rpc.wrap_rpc_secret(value)


def _in_clear(value: Any) -> Any:
    if rpc.is_rpc_secret(value):
        return _in_clear(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {key: _in_clear(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_clear(item) for item in value]
    return rpc.UNKNOWN if isinstance(value, Unknown) else value
