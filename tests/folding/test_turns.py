"""What the engine is sent for a resource that takes a turn. That turns work is shown in `tests/e2e/test_turns.py`."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from google.protobuf import struct_pb2

from tests.support.running import graph, run

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "s"}
"""A secret, as Pulumi sends it."""


@pytest.mark.parametrize("preview", [True, False])
def test_own_trigger(preview: bool) -> None:
    """The program's own `replacement_trigger` is sent as it is, in a preview and an update; secrets stay hidden."""

    async def computed() -> str:
        return "c"

    def program() -> None:
        triggers = {
            "plain": "p",
            "map": {"a": [pulumi.Output.from_input(1)]},
            "secret": pulumi.Output.secret("s"),
            "awaitable": computed(),
        }
        for name, trigger in triggers.items():
            graph(name, pulumi.ResourceOptions(replacement_trigger=trigger))

    sent = run(program, preview=preview, parallel=2)
    expected: dict[str, Any] = {"plain": "p", "map": {"a": [1]}, "secret": SECRET, "awaitable": "c"}
    for name, value in expected.items():
        wanted = struct_pb2.Struct()
        wanted["value"] = value
        assert sent[name].request.replacement_trigger == wanted.fields["value"]


def test_no_trigger() -> None:
    """Without one, none is sent in a preview, and null otherwise, which the engine takes for none."""
    null = struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    assert not run(graph, preview=True, parallel=2)["g"].request.HasField("replacement_trigger")
    assert run(graph, parallel=2)["g"].request.replacement_trigger == null


@pytest.mark.parametrize("parallel", [None, 1])
def test_no_turns(parallel: int | None) -> None:
    """With one place, or where their number isn't known, nothing is changed."""
    assert not run(graph, parallel=parallel)["g"].request.HasField("replacement_trigger")
