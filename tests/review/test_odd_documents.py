"""JSON of an unexpected shape results in a comment or in one line, never in a traceback."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_exosphere.cli import main
from tests.review.documents import PREVIEWS
from tests.support.brevity import examples

WHOLE = sorted(path for path in PREVIEWS.glob("*.json"))
SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
plain = [None, True, 0, -1.5, float("inf"), "", "\ud800", "x"]
odd = st.sampled_from([*plain, [], [None], {}, {"a": None}, {SIGNATURE: 1}, {SIGNATURE: SECRET}])


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in a document except for the document itself."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))


@settings(deadline=None, max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_odd_documents(data: st.DataObject, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The value may be anywhere in a preview."""
    document = json.loads(data.draw(st.sampled_from(WHOLE)).read_text("utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(paths(document))
        if not places:
            break
        *above, last = data.draw(st.sampled_from(places))
        parent = document
        for key in above:
            parent = parent[key]
        parent[last] = copy.deepcopy(data.draw(odd))
    file = tmp_path / "preview.json"
    file.write_text(json.dumps(document))
    status = main(["review", "--format", data.draw(st.sampled_from(["markdown", "text", "html"])), str(file)])
    said = capsys.readouterr()
    assert (status, said.err) == (0, "") or (said.out, said.err.count("\n")) == ("", 1)
