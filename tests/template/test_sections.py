from __future__ import annotations

import pytest

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.template.sections import parse_id

BROKEN = ["", "/", "report", "analytics/", "/report", " /report", "analytics/ ", "analytics/daily/report"]


def test_an_id() -> None:
    """An id is namespace and name, unchanged."""
    assert parse_id("analytics/daily-report") == ("analytics", "daily-report")
    assert parse_id(" analytics/daily report ") == (" analytics", "daily report ")


@pytest.mark.parametrize("graph_id", BROKEN)
def test_no_id(graph_id: str) -> None:
    """Anything else is an error that says where it is and how to write an id."""
    with pytest.raises(InvalidGraph, match=r"^RetryPolicy 'r', graph: '.*' isn't the id of a graph. Write NAMESPACE"):
        parse_id(graph_id, "RetryPolicy 'r', graph")
