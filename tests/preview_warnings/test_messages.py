from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.preview_warnings.messages import judged, sentences
from pulumi_exosphere.template import UNKNOWN, normalise
from tests.support.nodes import NODES

LISTINGS = {namespace: {node["name"]: node for node in nodes} for namespace, nodes in NODES.items()}
OURS = {"analytics": LISTINGS["analytics"]}
WAITS = (
    ": the update would wait for it, and then fail. Start the runtime that registers it, or correct node_name or "
    "namespace"
)
FATAL = ": the graph would fail validation. "


def graph(load: dict[str, Any] | None = None, **secrets: str) -> dict[str, Any]:
    """Return a graph whose node ``load`` differs from the valid one."""
    extract = {"node_name": "Extract", "inputs": {"source": "x"}, "next_nodes": ["load"]}
    right = {"node_name": "Load", "inputs": {"rows": "${{ extract.outputs.rows }}"}}
    nodes = {"extract": extract, "load": {**right, **(load or {})}}
    secrets = secrets or {"warehouse_password": "x"}
    return normalise({"name": "g", "namespace": "analytics", "nodes": nodes, "secrets": secrets})


def count(**inputs: str) -> dict[str, Any]:
    """The node whose schema has an integer."""
    return {"node_name": "Count", "inputs": {"label": "x", **inputs}}


TABLE = {
    "nothing": (graph(), []),
    "misspelt": (
        graph({"node_name": "Laod"}),
        [f"node 'Laod' in namespace 'analytics' isn't registered (did you mean 'Load'?){WAITS}"],
    ),
    "in another namespace": (
        graph({"node_name": "Notify"}),
        [f"node 'Notify' in namespace 'analytics' isn't registered (but it is in namespace 'shared'){WAITS}"],
    ),
    "misspelt and in another namespace": (
        graph({"node_name": "Notfy"}),
        [
            (
                f"node 'Notfy' in namespace 'analytics' isn't registered (did you mean 'Notify' in namespace 'shared'?)"
                f"{WAITS}"
            )
        ],
    ),
    "nowhere": (graph({"node_name": "Zzz"}), [f"node 'Zzz' in namespace 'analytics' isn't registered{WAITS}"]),
    "input missing, another unknown": (
        graph({"inputs": {"row": "x"}}),
        [
            (
                f"node 'Load' in namespace 'analytics' needs the input 'rows', which isn't given{FATAL}Add it to "
                "the node's `inputs`"
            ),
            (
                "node 'Load' in namespace 'analytics' has no input 'row' (did you mean 'rows'?): it would be "
                "ignored. Correct its name, or leave it out"
            ),
        ],
    ),
    "input that isn't a string": (
        graph(count(n="1")),
        [
            (
                "node 'Count' in namespace 'analytics' has an input 'n' that isn't a string, but a graph's inputs are "
                f"strings{FATAL}Make it a string in the node's code"
            )
        ],
    ),
    "output unknown": (
        graph({"inputs": {"rows": "${{ extract.outputs.row }}"}}),
        [
            (
                f"node 'Extract' in namespace 'analytics' has no output 'row' (did you mean 'rows'?){FATAL}Correct the "
                "placeholder that refers to it"
            )
        ],
    ),
    "secret missing": (
        graph(warehouse_pasword="x"),
        [
            (
                "node 'Load' in namespace 'analytics' needs the secret 'warehouse_password', which isn't given "
                f"(did you mean 'warehouse_pasword'?){FATAL}Add it to `secrets`"
            )
        ],
    ),
    "unknown node name": (graph({"node_name": UNKNOWN}), []),
    "unknown inputs": (graph({"inputs": UNKNOWN}), []),
    "unknown input": (graph({"inputs": {"rows": UNKNOWN}}), []),
    "unknown secrets": (graph() | {"secrets": UNKNOWN}, []),
    "unknown nodes": (graph() | {"nodes": UNKNOWN}, []),
    "namespace that couldn't be listed": (graph({"namespace": "shared", "node_name": "Nobody"}), []),
}


@pytest.mark.parametrize(("inputs", "expected"), TABLE.values(), ids=TABLE)
def test_sentences(inputs: dict[str, Any], expected: list[str]) -> None:
    """Each finding is reported with its consequence and what to do; unknown values aren't checked."""
    said = list(sentences(inputs, judged(inputs, OURS), LISTINGS))
    assert [sentence for _, sentence in said] == expected
    assert all(identifiers == ["load"] for identifiers, _ in said)


def test_shared() -> None:
    """A problem of many nodes is reported once, with all of them."""
    inputs = graph()
    inputs["nodes"] = {f"n{number}": {**inputs["nodes"]["load"], "node_name": "Laod"} for number in range(3)}
    ((identifiers, _),) = sentences(inputs, judged(inputs, OURS), OURS)
    assert identifiers == ["n0", "n1", "n2"]
