from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from pulumi_exosphere.state_manager import answers
from pulumi_exosphere.state_manager.api import UnknownForm, Unreadable
from tests.support.transports import graph, listing


def test_a_graph_is_read() -> None:
    """A document with nodes and a status is a graph."""
    assert answers.read_graph(graph()).document() == graph()
    assert answers.read_graph_if_any(graph()) == answers.read_graph(graph())


def test_only_absent_is_absent() -> None:
    """A JSON null doesn't mean that no such graph exists."""
    assert answers.read_graph_if_any(answers.ABSENT) is None
    with pytest.raises(Unreadable):
        answers.read_graph_if_any(None)


@pytest.mark.parametrize("content", [None, [], "graph", 1, {}, {"detail": "graph"}])
def test_what_is_no_graph_is_refused(content: Any) -> None:
    """Any JSON that a proxy may send with a 200 is rejected."""
    with pytest.raises(Unreadable):
        answers.read_graph(content)


@pytest.mark.parametrize(
    "path",
    [("validation_status",), ("nodes",), ("nodes", 0), ("nodes", 0, "identifier"), ("nodes", 0, "node_name")],
    ids=str,
)
@pytest.mark.parametrize("value", [None, 1, {}], ids=str)
def test_what_a_graph_must_have_is_looked_at(path: tuple[Any, ...], value: Any) -> None:
    """Everything that the layers above rely on exists and has the right type."""
    document = graph()
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(Unreadable):
        answers.read_graph(document)


def test_a_graph_of_another_form_is_the_state_managers() -> None:
    """It is distinguished from a proxy's response, because the advice differs."""
    with pytest.raises(UnknownForm, match=r"\(triggers\.0\.value\.expression: field required\)"):
        answers.read_graph(graph(triggers=[{"type": "CRON", "value": {}}]))


NODE = {"name": "Extract", "inputs_schema": {}, "outputs_schema": {}, "secrets": []}
NODES = listing("ns", NODE, key="nodes")
GRAPHS = listing("ns", graph(name="a", namespace="ns"), graph(name="b", namespace="ns"))


def test_listings_are_read() -> None:
    """A complete listing of the requested namespace is accepted."""
    assert [found.document() for found in answers.read_graphs("ns")(GRAPHS).graphs.values()] == GRAPHS["templates"]
    assert [found.document() for found in answers.read_nodes("ns")(NODES)] == [NODE]
    assert answers.read_graphs("ns")(listing("ns")).graphs == {}
    assert answers.read_namespaces({"namespaces": ["a", "b"], "count": 2}) == ["a", "b"]


def changed(document: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a copy with other fields."""
    return {**copy.deepcopy(document), **fields}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="a list"),
        pytest.param({}, id="nothing"),
        pytest.param(changed(GRAPHS, namespace="other"), id="another namespace"),
        pytest.param({"templates": [], "count": 0}, id="no namespace"),
        pytest.param(changed(GRAPHS, templates=None), id="no list"),
        pytest.param(changed(GRAPHS, templates={}), id="a map"),
        pytest.param(changed(GRAPHS, templates=["a", "b"]), id="names only"),
        pytest.param(changed(GRAPHS, count=3), id="a part of it"),
        pytest.param(listing("ns", graph()), id="a graph without a name"),
        pytest.param(listing("ns", graph(name="a", namespace="other")), id="a graph of another namespace"),
    ],
)
def test_a_listing_that_is_not_whole_is_refused(content: Any) -> None:
    """Only a well-formed listing may show that a graph is gone."""
    with pytest.raises(Unreadable):
        answers.read_graphs("ns")(content)


@pytest.mark.parametrize("content", [None, {}, {"namespaces": {}}, {"namespaces": [1]}], ids=json.dumps)
def test_namespaces_that_are_none_are_refused(content: Any) -> None:
    """Namespaces are a list of names, and nothing else."""
    with pytest.raises(Unreadable):
        answers.read_namespaces(content)


@pytest.mark.parametrize("content", [listing("ns", {}, key="nodes"), listing("other", NODE, key="nodes"), GRAPHS])
def test_nodes_that_are_none_are_refused(content: Any) -> None:
    """A node has a name, and the listing is of the requested namespace."""
    with pytest.raises(Unreadable):
        answers.read_nodes("ns")(content)
