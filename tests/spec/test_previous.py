from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.spec import UNKNOWN, from_document, judged_by_previous, normalise, retired


def nodes(**given: Any) -> dict[str, Any]:
    """Nodes, each from the name of its type and what it refers to: ``b="Load a"``."""
    made = {}
    for identifier, text in given.items():
        name, *others = text.split()
        made[identifier] = {"node_name": name, "inputs": {other: f"${{{{ {other}.outputs.x }}}}" for other in others}}
    inputs = normalise({"name": "g", "namespace": "ns", "nodes": made})["nodes"]
    assert isinstance(inputs, dict)
    return inputs


NODES = nodes(a="Extract", b="Load a")


@pytest.mark.parametrize(
    ("old", "new", "twice"),
    [
        (None, NODES, False),
        ({}, NODES, False),
        (NODES, NODES, False),
        (NODES, nodes(a="Extract", b="Send a"), False),
        (NODES, nodes(a="Extract", b="Load a", c="Send"), False),
        (NODES, nodes(a="Extract"), False),
        (NODES, nodes(a="Fetch", b="Load a"), True),
        (NODES, nodes(z="Extract", b="Load z"), True),
        (NODES, nodes(a="Extract", c="Clean a", b="Load c"), True),
        (from_document(retired())["nodes"], NODES, True),
        (from_document(retired())["nodes"], nodes(a="Extract"), False),
        (NODES, NODES | {"c": UNKNOWN}, False),
    ],
    ids=[
        "not there before",
        "nothing before",
        "same",
        "type that nobody refers to",
        "new node that nobody refers to",
        "node gone",
        "type changed",
        "renamed",
        "inserted",
        "revived",
        "revived without references",
        "unknown node",
    ],
)
def test_sent_twice(old: dict[str, Any] | None, new: dict[str, Any], twice: bool) -> None:
    """An update is sent twice where somebody refers to a node that is new or of another type than before."""
    assert judged_by_previous(old, new) is twice


def test_another_namespace_is_another_type() -> None:
    """The same name in another namespace is another registered node."""
    old = {**NODES, "a": NODES["a"] | {"namespace": "other"}}
    assert judged_by_previous(old, NODES)
