"""Resources in a stack's state, of either kind."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.doctor.stack_state import _state_of

HERE, ELSEWHERE = "http://here", "http://elsewhere"
DYNAMIC, NATIVE = "pulumi-python:dynamic/exosphere:", "exosphere:index:"


def resource(kind: str, provider: str, **outputs: Any) -> dict[str, Any]:
    """Return a resource as state has it."""
    return {
        "type": kind,
        "id": "analytics/report",
        "provider": f"urn:pulumi:test::project::pulumi:providers:{provider}::some-id",
        "outputs": outputs,
    }


@pytest.mark.parametrize("prefix", [DYNAMIC, NATIVE], ids=["dynamic", "native"])
def test_graphs(prefix: str) -> None:
    """Graphs, and graphs that something is attached to, are found with their nodes."""
    provider = "exosphere::default_0_1_0" if prefix == NATIVE else "pulumi-python::default"
    nodes = {"ping": {"node_name": "Ping", "namespace": "shared"}}
    found = _state_of(
        [
            resource(f"{prefix}Graph", provider, nodes=nodes, state_manager=HERE),
            resource(f"{prefix}RetryPolicy", provider, graph="analytics/theirs", state_manager=HERE),
            resource("aws:s3/bucket:Bucket", "aws::default"),
        ],
        HERE,
    )
    assert found.graphs == {"analytics/report", "analytics/theirs"}
    assert found.nodes == {("shared", "Ping")}
    assert (found.elsewhere, found.connected) == (0, False)


def test_elsewhere() -> None:
    """A resource whose connection, or whose explicit provider, leads to another state manager isn't looked for here."""
    found = _state_of(
        [
            resource(f"{NATIVE}Graph", "exosphere::their-server", state_manager=ELSEWHERE),
            resource(
                f"{DYNAMIC}Graph", "pulumi-python::default", state_manager=ELSEWHERE, connection={"uri": ELSEWHERE}
            ),
        ],
        HERE,
    )
    assert (found.graphs, found.elsewhere, found.connected) == (frozenset(), 2, True)
