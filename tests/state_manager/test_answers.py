from __future__ import annotations

import pytest

from pulumi_exosphere.state_manager.answers import Answer, Unreadable


def answer(status: int, content: bytes | str, content_type: str = "application/json") -> Answer:
    """An answer with this content."""
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
    """A proxy's page, another server's JSON, and the server's own answer to an unknown path don't."""
    assert answer(404, content).says_no_such_graph() is says_so


@pytest.mark.parametrize(
    ("content", "content_type", "kind"),
    [
        (b"", "application/json", "an empty answer"),
        (b" \n", "text/html", "an empty answer"),
        (b"<!doctype html>", "", "an HTML page"),
        (b"sorry", "text/html; charset=utf-8", "an HTML page"),
        (b'{"a": ', "application/json", "broken JSON"),
        (b"\xff\xfe", "application/json", "broken JSON"),
        (b"[" * 100_000, "application/json", "broken JSON"),
        (b"Internal Server Error", "text/plain", "something other than JSON"),
    ],
)
def test_what_is_no_json_is_named(content: bytes, content_type: str, kind: str) -> None:
    """In a word, and without anything of it, nor of the error that holds it."""
    with pytest.raises(Unreadable, match=f"{kind} came where JSON belongs") as caught:
        answer(200, content, content_type).json()
    assert caught.value.__context__ is None
