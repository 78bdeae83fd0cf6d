from __future__ import annotations

from collections import Counter

import pytest

from pulumi_exosphere.review.gather import Review
from pulumi_exosphere.review.graph_review import Fate
from pulumi_exosphere.review.markdown import comment
from pulumi_exosphere.review.outline import FATES, message_words
from pulumi_exosphere.review.page import page
from pulumi_exosphere.review.preview import Diagnostic, Urn
from pulumi_exosphere.review.terminal import text
from pulumi_exosphere.review.text import plain
from tests.review.documents import CLOCK, graph, node, reviewed, step

GRAPH = Urn("urn:pulumi:prod::shop::pulumi-python:dynamic/exosphere:Graph::daily-report")
SUBJECT = "graph 'daily-report' in namespace 'analytics'"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (f"{SUBJECT}, node 'load': lacks an input", "node `load`: lacks an input"),
        (f"{SUBJECT}, triggers.@daily: never comes", "`triggers.@daily`: never comes"),
        (f"{SUBJECT}, name: holds a slash", "name: holds a slash"),
        (f"{SUBJECT}: has two roots", "has two roots"),
        (f"{SUBJECT} was there already", "graph `daily-report` in namespace `analytics` was there already"),
    ],
)
def test_a_graph_isnt_named_twice(message: str, shown: str) -> None:
    """A message is listed under its graph, so it doesn't name the graph again."""
    assert plain(message_words(Diagnostic("warning", GRAPH, message))) == shown


@pytest.mark.parametrize("fate", Fate)
def test_every_fate_has_a_heading_in_every_format(fate: Fate) -> None:
    """Whatever becomes of a graph."""
    [one] = reviewed(step("update", graph({"a": node()}), graph({"a": node(runs="Other")}))).graphs
    one.fate = fate
    shown = Review("project/dev", [one], Counter())
    heading = FATES[fate][0]
    assert f"{heading}: `analytics/report`" in comment(shown, CLOCK)
    assert f">{heading}</span> <code>analytics/report</code>" in page(shown, CLOCK)
    assert f"`analytics/report` {heading.lower()}" in text(shown, CLOCK)
