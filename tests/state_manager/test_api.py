from __future__ import annotations

import pytest

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.state_manager import api
from pulumi_exosphere.state_manager.api import Answer, Unreadable


def answer(status: int, content: bytes | str, content_type: str = "application/json") -> Answer:
    """Return a response with this content."""
    raw = content.encode() if isinstance(content, str) else content
    return Answer(status=status, content=raw, request_id="id", content_type=content_type)


@pytest.mark.parametrize(
    ("content", "says_so"),
    [
        ('{"detail": "Graph template g not found in namespace ns"}', True),
        ('{"detail": "Graph template not found"}', True),
        ('{"detail": "Graph template not found for namespace: ns and graph name: g"}', True),
        ('{"detail": "Not Found"}', False),
        ('{"detail": "namespace not found"}', False),
        ('{"detail": ["graph not found"]}', False),
        ('{"message": "graph not found"}', False),
        ('"graph not found"', False),
        ("<html>graph not found</html>", False),
        ("", False),
        ("null", False),
    ],
)
def test_only_the_state_managers_own_404_says_that_a_graph_is_gone(content: str, says_so: bool) -> None:
    """A proxy's page, another server's JSON, and the server's own response to an unknown path don't say that."""
    assert answer(404, content).says_no_such_graph() is says_so


@pytest.mark.parametrize(
    ("content", "content_type", "kind"),
    [
        (b"", "application/json", "empty"),
        (b" \n", "text/html", "empty"),
        (b"<!doctype html>", "", "an HTML page"),
        (b"sorry", "text/html; charset=utf-8", "an HTML page"),
        (b'{"a": ', "application/json", "broken JSON"),
        (b"\xff\xfe", "application/json", "broken JSON"),
        (b"[" * 100_000, "application/json", "broken JSON"),
        (b"Internal Server Error", "text/plain", "not JSON"),
    ],
)
def test_what_is_no_json_is_named(content: bytes, content_type: str, kind: str) -> None:
    """It is described in a word, without any of its content or of the error that contains it."""
    with pytest.raises(Unreadable, match=f"the response is {kind}") as caught:
        answer(200, content, content_type).json()
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("call", "request_line"),
    [
        (api.put_graph("ns", "g", {}), "PUT /v0/namespace/ns/graph/g"),
        (api.get_graph("ns", "g"), "GET /v0/namespace/ns/graph/g"),
        (api.list_graphs("ns"), "GET /v0/namespace/ns/graphs/"),
        (api.list_nodes("ns"), "GET /v0/namespace/ns/nodes/"),
        (api.register_nodes("ns", {}), "PUT /v0/namespace/ns/nodes/"),
        (api.list_namespaces(), "GET /v0/namespaces"),
        (api.health(), "GET /health"),
        (api.get_graph("a b", "ü?#%&+~"), "GET /v0/namespace/a%20b/graph/%C3%BC%3F%23%25%26%2B~"),
        (api.get_graph(" ns ", "..."), "GET /v0/namespace/%20ns%20/graph/..."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_paths_are_encoded_and_right_at_once(call: api.Call, request_line: str) -> None:
    """No name changes a path's meaning, and the path ends with the API's slash, so that nothing is redirected."""
    assert f"{call.method} {call.path}" == request_line


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/", "a\0", "\ud800"])
def test_names_that_no_graph_can_have_are_never_sent(name: str) -> None:
    """A name that would lead to another path, or to none, is an error before anything is sent."""
    with pytest.raises(InvalidGraph):
        api.get_graph("ns", name)
    with pytest.raises(InvalidGraph):
        api.list_graphs(name)
