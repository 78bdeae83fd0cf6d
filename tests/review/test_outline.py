from __future__ import annotations

import pytest

from pulumi_exosphere.review.outline import message_words
from pulumi_exosphere.review.preview import Diagnostic, Urn
from pulumi_exosphere.review.text import plain

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
