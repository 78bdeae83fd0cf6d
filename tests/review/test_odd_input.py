"""A document of any shape results in a comment or in one line, never in a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_exosphere.cli import main
from tests.review.documents import recorded
from tests.support.brevity import examples

FORMS = ["markdown", "text", "html"]
NAMES = ("changed", "drifted", "drifted-elsewhere", "showcase", "given-up", "left-replaced", "broken")
DOCUMENTS = [json.loads(recorded(name)) for name in NAMES]
STREAM = [json.loads(line) for line in recorded("looked-up-streamed").splitlines()]
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        -1.5,
        float("inf"),
        "",
        "x",
        "\ud800",
        "-->",
        "x" * 5000,
        [],
        [1],
        ["x"],
        [[]],
        {},
        {"x": 1},
        {"": {}},
    ]
)
"""Values of each type, and texts that are hard to write."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in the document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """Return the document with another value at the path."""
    if not path:
        return other
    changed = value.copy()
    changed[path[0]] = replaced(value[path[0]], path[1:], other)
    return changed


@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(), document=st.sampled_from([*DOCUMENTS, STREAM]), form=st.sampled_from(["markdown", "text", "html"])
)
def test_any_value_may_stand_anywhere(
    data: st.DataObject, document: Any, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In place of one or two values of a real preview."""
    for _ in range(data.draw(st.integers(1, 2))):
        document = replaced(document, data.draw(st.sampled_from(list(places(document)))), data.draw(ODD))
    given = tmp_path / "preview.json"
    parts = document if isinstance(document, list) else [document]
    given.write_text("\n".join(map(json.dumps, parts)))
    status = main(["review", str(given), "--format", form])
    said = capsys.readouterr()
    assert (status, bool(said.out), said.err.count("\n")) in {(0, True, 0), (1, False, 1)}
