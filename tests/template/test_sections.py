from __future__ import annotations

import pytest

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.reconcile import keys
from pulumi_exosphere.resources import inputs
from pulumi_exosphere.template.sections import split_id

BROKEN = ["", "/", "report", "analytics/", "/report", " /report", "analytics/ ", "analytics/daily/report"]


def test_an_id() -> None:
    """Namespace and name, as they stand there."""
    assert split_id("analytics/daily-report") == ("analytics", "daily-report")
    assert split_id(" analytics/daily report ") == (" analytics", "daily report ")


@pytest.mark.parametrize("graph_id", BROKEN)
def test_no_id(graph_id: str) -> None:
    """The program and the hooks refuse the same, each in its own words."""
    assert split_id(graph_id) is None
    with pytest.raises(InvalidGraph, match=r"^RetryPolicy 'r', graph: .* is no graph's id"):
        inputs.parse_id(graph_id, "RetryPolicy 'r', graph")
    with pytest.raises(InvalidGraph, match="isn't the id of a graph"):
        keys.parse_id(graph_id)
