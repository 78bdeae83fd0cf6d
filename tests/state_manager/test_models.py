from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from pulumi_exosphere.errors import UnreadableAnswer
from pulumi_exosphere.state_manager.answers import GraphListing
from pulumi_exosphere.state_manager.models import Graph, ListedGraph, registered_node
from tests.support.transports import graph

SECRET = "canary-of-an-input"


def unreadable(name: str, **fields: Any) -> dict[str, Any]:
    """Return a document that this version can't read, of a graph of this name."""
    return graph(name=name, namespace="ns", **fields)


def node(**fields: Any) -> dict[str, Any]:
    """Return a node of a document, with these fields."""
    return {"node_name": "N", "namespace": "ns", "identifier": "a", "inputs": {}, "next_nodes": [], **fields}


FOREIGN = {
    "a trigger without an expression": {"triggers": [{"type": "CRON", "value": {SECRET: SECRET}}]},
    "a trigger without a value": {"triggers": [{"type": "CRON"}]},
    "a trigger of another type": {"triggers": [{"type": SECRET, "value": {"expression": "@daily"}}]},
    "an input that is no string": {"nodes": [node(inputs={"x": {SECRET: SECRET}})]},
    "a node without a name": {"nodes": [node(node_name=None)]},
    "no nodes": {"nodes": None},
    "no status": {"validation_status": None},
    "retries that are no number": {"retry_policy": {"max_retries": SECRET}},
}


@pytest.mark.parametrize("fields", FOREIGN.values(), ids=FOREIGN)
def test_a_document_that_cannot_be_read_concerns_only_its_own_graph(fields: dict[str, Any]) -> None:
    """The other graphs are readable; its own is rejected by name, with the place and without any value."""
    listing = GraphListing("ns", [graph(name="a"), unreadable("odd", **fields), graph(name="z")])
    assert list(listing.graphs) == ["a", "z"]
    assert listing.find("absent") is None
    with pytest.raises(UnreadableAnswer, match="graph 'odd' in namespace 'ns' has a form") as caught:
        listing.find("odd")
    assert SECRET not in str(caught.value)


def test_what_is_not_known_is_kept() -> None:
    """Fields of a later version are no reason to reject a document, and are sent back unchanged."""
    trigger = {"type": "CRON", "value": {"expression": "@daily", "timezone": "UTC"}, "paused": False}
    document = graph(name="a", namespace="ns", _id="1", version=3, triggers=[trigger], nodes=[node(timeout=5)])
    assert ListedGraph.model_validate(document).document() == document


def test_of_two_documents_of_one_name_the_first_counts() -> None:
    """The first is the one that a GET finds; a notice reports the second."""
    listing = GraphListing("ns", [graph(name="a", _id="1"), graph(name="a", _id="2"), graph(name="b", _id="3")])
    assert [listing.graphs[name].id for name in ("a", "b")] == ["1", "3"]
    assert [notice.partition(":")[0] for notice in listing.notices()] == [
        "graph 'a' in namespace 'ns' is stored more than once"
    ]
    mixed = GraphListing("ns", [unreadable("a", triggers=[{}]), graph(name="a")])
    assert (list(mixed.graphs), mixed.repeated) == ([], ("a",))


def test_no_model_shows_a_value() -> None:
    """Neither repr nor str shows a value."""
    read = Graph.model_validate(graph(nodes=[node(inputs={"x": SECRET})], secrets={"s": SECRET}))
    assert SECRET not in f"{read!r} {read} {read.nodes!r}"


def test_a_registered_node_of_another_form_is_still_registered() -> None:
    """It is known by its name; its inputs aren't."""
    read = registered_node({"name": "N", "inputs_schema": ["x"], "outputs_schema": {}, "secrets": []})
    assert (read.name, read.inputs_schema) == ("N", None)


def test_the_embedded_server_has_the_models_without_httpx() -> None:
    """It describes its documents with the same models, and needs no client."""
    code = (
        "import sys, pulumi_exosphere.local; "
        "print('pulumi_exosphere.state_manager.models' in sys.modules, 'httpx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["True", "False"]
