"""`diff` reports a change exactly if the normalised inputs differ."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_exosphere import template
from pulumi_exosphere.provider.graph import GraphProvider
from tests.support.hooks_driver import as_wired
from tests.template.strategies import props

WHO = {"name": "g", "namespace": "analytics"}


def changes(olds: dict[str, Any], news: dict[str, Any]) -> bool:
    """Return the `diff` of two sets of properties that came from the engine."""
    return bool(GraphProvider().diff("analytics/g", as_wired({**olds, **WHO}), as_wired({**news, **WHO})).changes)


@settings(deadline=None)
@given(props(), props())
def test_two_graphs(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Two graphs differ at the paths where their normalised inputs do, and nowhere else."""
    differ = template.normalise(as_wired({**one, **WHO})) != template.normalise(as_wired({**other, **WHO}))
    assert changes(one, other) == differ


@settings(deadline=None)
@given(props(), st.randoms(use_true_random=False))
def test_one_graph(one: dict[str, Any], random: Any) -> None:
    """A graph doesn't differ from itself, normalised or not, in any order."""

    def shuffled(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        items = list(value.items())
        random.shuffle(items)
        return {key: shuffled(item) for key, item in items}

    assert not changes(one, one)
    assert not changes(template.normalise(as_wired({**one, **WHO})), one)
    assert not changes(one, shuffled(one))


def test_what_is_no_part_of_the_graph() -> None:
    """Times and the server's own id are no change; inputs that change what hooks do are."""
    state = template.normalise({**WHO, "nodes": {}})
    assert not changes({**state, "updated_at": "1", "document_id": "1"}, {**state, "updated_at": "2"})
    assert changes({**state, "adopt": True}, state)
    assert changes({**state, "validation_status": "INVALID"}, {**state, "validation_status": "VALID"})
    assert changes({**state, "state_manager": "http://one"}, {**state, "state_manager": "http://other"})


def test_replaced() -> None:
    """Another name or namespace is another graph; everything else is an update."""
    state = template.normalise({**WHO, "nodes": {}})
    for key in WHO:
        assert GraphProvider().diff("", state, {**state, key: "other"}).replaces == [key]
    assert GraphProvider().diff("", state, {**state, "adopt": True}).replaces == []
