from __future__ import annotations

import pytest

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.state_manager import calls


@pytest.mark.parametrize(
    ("call", "request_line"),
    [
        (calls.put_graph("ns", "g", {}), "PUT /v0/namespace/ns/graph/g"),
        (calls.get_graph("ns", "g"), "GET /v0/namespace/ns/graph/g"),
        (calls.list_graphs("ns"), "GET /v0/namespace/ns/graphs/"),
        (calls.list_nodes("ns"), "GET /v0/namespace/ns/nodes/"),
        (calls.register_nodes("ns", {}), "PUT /v0/namespace/ns/nodes/"),
        (calls.list_namespaces(), "GET /v0/namespaces"),
        (calls.health(), "GET /health"),
        (calls.get_graph("a b", "ü?#%&+~"), "GET /v0/namespace/a%20b/graph/%C3%BC%3F%23%25%26%2B~"),
        (calls.get_graph(" ns ", "..."), "GET /v0/namespace/%20ns%20/graph/..."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_paths_are_encoded_and_right_at_once(call: calls.Call, request_line: str) -> None:
    """No name changes a path's meaning, and the slash that the API wants is there, so that nothing is redirected."""
    assert f"{call.method} {call.path}" == request_line


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/", "a\0", "\ud800"])
def test_names_that_no_graph_can_have_are_never_sent(name: str) -> None:
    """A name that would reach another path, or none, is an error before anything is sent."""
    with pytest.raises(InvalidGraph):
        calls.get_graph("ns", name)
    with pytest.raises(InvalidGraph):
        calls.list_graphs(name)
