from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.template import UNKNOWN, changes, normalise
from pulumi_exosphere.template.sections import unknown_expression
from pulumi_exosphere.template.take_over import MOST, TakeOver, read_take_over, take_over

GRAPH = "graph 'g' in namespace 'ns'"
LIVE = normalise(
    {
        "nodes": {"a": {"node_name": "A", "inputs": {"x": "hotfix"}}, "old": {"node_name": "B", "inputs": {}}},
        "secrets": {"token": ""},
        "retry_policy": {},
        "triggers": {"0 9 * * *": {"type": "CRON"}},
    }
)


def wanted(**more: Any) -> dict[str, Any]:
    """Return the program's graph."""
    nodes = {"a": {"node_name": "A", "inputs": {"x": "program"}}, "new": {"node_name": "C", "inputs": {}}}
    return normalise({"nodes": nodes, "secrets": {"token": "canary"}, **more})


def test_kinds() -> None:
    """Overwritten, removed and added paths are distinguished; sections that aren't managed aren't compared."""
    found = take_over(LIVE, wanted(triggers={}))
    assert found.overwritten == ("nodes.a.inputs.x",)
    assert found.removed == ("nodes.old", "triggers.0 9 * * *")
    assert found.added == ("nodes.new",)
    assert take_over(LIVE, wanted()).removed == ("nodes.old",)


def test_unknown() -> None:
    """A value that is known only during the update isn't a difference."""
    assert not take_over(LIVE, {**LIVE, "nodes": UNKNOWN}).differs
    assert not take_over(LIVE, {**LIVE, "triggers": {unknown_expression(1): {"type": "CRON"}}}).differs


def test_sentence() -> None:
    """A reader sees what is lost, and no value."""
    sentence = take_over(LIVE, wanted()).sentence(GRAPH)
    assert sentence.startswith(
        f"{GRAPH} exists already and is taken over. "
        'Overwritten: "nodes.a.inputs.x". Removed: "nodes.old". Added: "nodes.new". '
    )
    assert "hotfix" not in sentence
    assert "canary" not in sentence
    assert take_over(LIVE, {**LIVE, "secrets": {}}).sentence(GRAPH) != sentence
    same = take_over(LIVE, LIVE).sentence(GRAPH)
    assert same.startswith(f"{GRAPH} exists already and is taken over unchanged, except for its secrets")


PATHS = st.lists(st.text(max_size=20), max_size=4).map(tuple)


@given(PATHS, PATHS, PATHS, st.booleans(), st.text(max_size=30))
def test_read_back(
    overwritten: tuple[str, ...], removed: tuple[str, ...], added: tuple[str, ...], secrets: bool, graph: str
) -> None:
    """`review` reads back what the preview reported, whatever the names are."""
    found = TakeOver(overwritten, removed, added, secrets=secrets and not (overwritten or removed or added))
    assert read_take_over(found.sentence(f"graph '{graph}'")) == found


def test_many() -> None:
    """Of very many paths the first are named, and the text after them can still be read."""
    many = tuple(f"nodes.n{number}" for number in range(MOST + 5))
    found = read_take_over(TakeOver(many, ("triggers.@daily",)).sentence(GRAPH))
    assert found == TakeOver(many[:MOST], ("triggers.@daily",), more=True)


def test_other_texts() -> None:
    """No other message is mistaken for one."""
    assert read_take_over(f"{GRAPH}, node 'a': is not registered") is None
    assert read_take_over("") is None


def test_same_paths_as_changes() -> None:
    """The paths are the same as in every other message."""
    found = take_over(LIVE, wanted(triggers={}))
    assert sorted(found.overwritten + found.removed + found.added) == sorted(changes(LIVE, wanted(triggers={})))
