"""Sections of a graph: managed, left alone, reset to the default, and every way from one to another."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from tests.support.hooks_driver import Refused, Resource
from tests.support.live import put
from tests.support.wanted import node

pytestmark = pytest.mark.usefixtures("either_front")

Section = dict[str, Any]

GIVEN: dict[str, tuple[Section, Section, Section]] = {
    "retry_policy": ({"max_retries": 5}, {"max_retries": 6}, {"max_retries": 7}),
    "store_config": ({"default_values": {"a": "1"}}, {"default_values": {"a": "2"}}, {"default_values": {"b": "1"}}),
    "triggers": ({"@daily": {"type": "CRON"}}, {"@hourly": {"type": "CRON"}}, {"@weekly": {"type": "CRON"}}),
}
"""What the program gives first, what it gives then, and what someone else writes."""


def graph(section: str, value: Section | None, source: str = "bucket") -> dict[str, Any]:
    """Return a graph without secrets; a section of None isn't given."""
    given = {} if value is None else {section: value}
    nodes = {"extract": node("Extract", source=source)}
    return {"name": "plain", "namespace": "analytics", "nodes": nodes, "secrets": {}, **given}


def full(section: str, value: Section | None) -> Section:
    """Return the section as a graph's inputs have it, with defaults written out; None: the default as a whole."""
    if value is None:
        return template.section_default(section)
    normalised: Section = template.normalise(graph(section, value))[section]
    return normalised


@pytest.fixture
def stack(state_manager: LocalStateManager) -> Resource:
    """Return one graph of a stack on the embedded state manager."""
    return Resource({"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key})


def live(state_manager: LocalStateManager, section: str) -> Section:
    """Return the section as it is live."""
    found: Section = template.normalise(template.from_document(state_manager.graph("analytics", "plain")))[section]
    return found


def by_hand(state_manager: LocalStateManager, section: str, value: Section | None, source: str = "bucket") -> None:
    """Write the graph with this section, as someone else."""
    put(state_manager, "analytics", "plain", template.to_body(template.normalise(graph(section, value, source))))


WAYS: dict[str, tuple[int | None, int | None, int | None]] = {
    "not given, then given": (None, 0, 0),
    "given, then given otherwise": (0, 1, 1),
    "given, then the same": (0, 0, 0),
    "given, then no longer: back to the default": (0, None, None),
    "never given: the default": (None, None, None),
}
"""What is given first, what is given then, and what is live in the end, as positions in GIVEN."""


@pytest.mark.parametrize("section", GIVEN)
@pytest.mark.parametrize(("first", "then", "end"), WAYS.values(), ids=WAYS)
def test_ways(
    stack: Resource,
    state_manager: LocalStateManager,
    section: str,
    first: int | None,
    then: int | None,
    end: int | None,
) -> None:
    """After each change of a section, a refresh and a preview find nothing to do."""

    def value(number: int | None) -> Section | None:
        return None if number is None else GIVEN[section][number]

    stack.up(graph(section, value(first)))
    assert (section in stack.inputs) == (first is not None)
    stack.up(graph(section, value(then), source="lake"))
    assert live(state_manager, section) == full(section, value(end))
    assert (section in stack.inputs) == (then is not None)
    assert stack.refresh()
    assert not stack.preview(graph(section, value(then), source="lake"))


@pytest.mark.parametrize("section", GIVEN)
def test_left_alone(stack: Resource, state_manager: LocalStateManager, section: str) -> None:
    """Another writer's change in a section that the program never gave is no drift, and survives every update."""
    stack.up(graph(section, None))
    by_hand(state_manager, section, GIVEN[section][2])
    assert stack.refresh()
    assert not stack.preview(graph(section, None))
    stack.up(graph(section, None, source="lake"))
    assert live(state_manager, section) == full(section, GIVEN[section][2])
    assert section not in stack.inputs


@pytest.mark.parametrize("section", GIVEN)
def test_given_back_is_left_alone(stack: Resource, state_manager: LocalStateManager, section: str) -> None:
    """A section that was reset to the default belongs to the next writer who sets it."""
    stack.up(graph(section, GIVEN[section][0]))
    stack.up(graph(section, None))
    by_hand(state_manager, section, GIVEN[section][2])
    assert stack.refresh()
    stack.up(graph(section, None, source="lake"))
    assert live(state_manager, section) == full(section, GIVEN[section][2])


@pytest.mark.parametrize("section", GIVEN)
def test_managed(stack: Resource, state_manager: LocalStateManager, section: str) -> None:
    """Another writer's change in a section that the program gives is shown by a refresh, and then corrected."""
    stack.up(graph(section, GIVEN[section][0]))
    by_hand(state_manager, section, GIVEN[section][2])
    assert stack.refresh()
    assert stack.inputs[section] != full(section, GIVEN[section][0])
    assert stack.preview(graph(section, GIVEN[section][0]))
    stack.up(graph(section, GIVEN[section][0]))
    assert live(state_manager, section) == full(section, GIVEN[section][0])


def test_managed_and_empty(stack: Resource, state_manager: LocalStateManager) -> None:
    """No schedules at all may be what the program wants: then one that someone adds is removed again."""
    stack.up(graph("triggers", {}))
    assert stack.inputs["triggers"] == {}
    by_hand(state_manager, "triggers", GIVEN["triggers"][2])
    assert stack.refresh()
    assert stack.preview(graph("triggers", {}))
    stack.up(graph("triggers", {}))
    assert live(state_manager, "triggers") == {}
    stack.up(graph("triggers", None))
    assert "triggers" not in stack.inputs


@pytest.mark.parametrize("section", GIVEN)
def test_taken_over(stack: Resource, state_manager: LocalStateManager, section: str) -> None:
    """A graph that someone else made is adopted with its section left alone, or as the program gives it."""
    by_hand(state_manager, section, GIVEN[section][2])
    stack.up(graph(section, None))
    assert live(state_manager, section) == full(section, GIVEN[section][2])
    stack.up(graph(section, GIVEN[section][0]))
    assert live(state_manager, section) == full(section, GIVEN[section][0])


@pytest.mark.parametrize("section", GIVEN)
def test_not_given_back_unseen(stack: Resource, state_manager: LocalStateManager, section: str) -> None:
    """Another writer's change isn't reset to the default before a refresh has shown it."""
    stack.up(graph(section, GIVEN[section][0]))
    by_hand(state_manager, section, GIVEN[section][2])
    with pytest.raises(Refused, match=rf"was changed outside this stack .* in '?{section}"):
        stack.preview(graph(section, None))
    assert stack.refresh()
    stack.up(graph(section, None))
    assert live(state_manager, section) == full(section, None)


@pytest.mark.parametrize("section", GIVEN)
def test_changed_alike(stack: Resource, state_manager: LocalStateManager, section: str) -> None:
    """If the live graph is already what the program wants, for example after a targeted run, nothing is overwritten."""
    stack.up(graph(section, GIVEN[section][0]))
    by_hand(state_manager, section, GIVEN[section][1])
    stack.up(graph(section, GIVEN[section][1], source="lake"))
    assert live(state_manager, section) == full(section, GIVEN[section][1])
    by_hand(state_manager, section, GIVEN[section][1], source="sea")
    with pytest.raises(Refused, match=r"was changed outside this stack .* in '?nodes\.extract\.inputs\.source"):
        stack.up(graph(section, GIVEN[section][1], source="river"))
