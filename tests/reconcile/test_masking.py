"""Nothing that state hides comes out of a refresh in clear, whatever somebody made of the graph, however often."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_exosphere import template
from pulumi_exosphere.reconcile.live import Live
from pulumi_exosphere.reconcile.masking import UNSHOWN, KnownValues
from pulumi_exosphere.reconcile.refresh import LOST, refreshed, refreshed_piece, unseen

SECRET_INPUT, SECRET_DEFAULT, SECRET = "canary-input", "canary-default", "canary-secret"
CANARIES = (SECRET_INPUT, SECRET_DEFAULT, SECRET)
STATE: dict[str, Any] = {
    "name": "g",
    "namespace": "analytics",
    "nodes": {
        identifier: {
            "node_name": "Ping",
            "namespace": "analytics",
            "inputs": {"x": value, "y": f"ordinary {identifier}"},
            "next_nodes": [],
            "unites": None,
        }
        for identifier, value in {"a": SECRET_INPUT, "b": "plain"}.items()
    },
    "secrets": {"token": SECRET},
    "secret_revisions": {"token": "1"},
    "store_config": {"required_keys": [], "default_values": {"k": SECRET_DEFAULT, "l": "plain"}},
    "triggers": {"0 5 * * *": {"type": "CRON"}},
    "updated_at": "2026-01-01T00:00:00.000",
}
HIDDEN = {("nodes", "a", "inputs", "x"), ("store_config", "default_values", "k"), ("secrets", "token")}
"""The paths that the engine hides, since the program gave a secret there."""

texts = st.sampled_from(
    [*CANARIES, f"https://u:{SECRET_INPUT}@host", f"x{SECRET}", "plain", "other", "${{ a.outputs.x }}"]
)
names = st.sampled_from(["a", "b", "c", *CANARIES, f"x-{SECRET_DEFAULT}"])
keys = st.sampled_from(["x", "y", "k", "l", "z", *CANARIES])
nodes = st.fixed_dictionaries(
    {
        "node_name": names,
        "namespace": st.sampled_from(["analytics", SECRET]),
        "inputs": st.dictionaries(keys, texts, max_size=3),
        "next_nodes": st.lists(names, max_size=2, unique=True),
        "unites": st.none() | st.fixed_dictionaries({"identifier": names, "strategy": st.just("ALL_DONE")}),
    }
)
graphs = st.fixed_dictionaries(
    {
        "nodes": st.dictionaries(names, nodes, min_size=1, max_size=3),
        "secrets": st.dictionaries(keys, st.just(""), max_size=2),
        "store_config": st.fixed_dictionaries(
            {
                "required_keys": st.lists(keys, max_size=2, unique=True),
                "default_values": st.dictionaries(keys, texts, max_size=3),
            }
        ),
        "triggers": st.dictionaries(names, st.just({"type": "CRON"}), max_size=2),
    }
)


def live(inputs: dict[str, Any]) -> Live:
    """A reading of this graph."""
    return Live(inputs, "VALID", (), "2026-01-02T00:00:00.000", "", None, retired=False)


def leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    """Every string in a state with its path; a key is one, too."""
    if isinstance(value, dict):
        inner = [leaves(item, (*path, key)) for key, item in value.items()]
        return [((*path, key), key) for key in value] + [leaf for found in inner for leaf in found]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item, path)]
    return [(path, value)] if isinstance(value, str) else []


def in_clear(state: dict[str, Any], hidden: set[tuple[str, ...]]) -> list[tuple[tuple[str, ...], str]]:
    """What can be read of canaries in a state file."""
    shown = {key: value for key, value in state.items() if key != LOST}  # which is a secret as a whole
    return [(path, text) for path, text in leaves(shown) if path not in hidden and any(one in text for one in CANARIES)]


def still_hidden(state: dict[str, Any], hidden: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """A path that leaves the state isn't hidden any more when it comes back."""
    return hidden & {path for path, _ in leaves(state)}


@settings(deadline=None, max_examples=150)
@given(st.lists(graphs, min_size=1, max_size=4))
def test_nothing_comes_out(seen: list[dict[str, Any]]) -> None:
    """However the graph is changed between refreshes, a hidden value never stands where the engine doesn't hide it."""
    state, hidden = copy.deepcopy(STATE), set(HIDDEN)
    for inputs in seen:
        state = refreshed(state, live(inputs))
        hidden = still_hidden(state, hidden)
        assert in_clear(state, hidden) == []


@settings(deadline=None, max_examples=150)
@given(graphs)
def test_shown_once(inputs: dict[str, Any]) -> None:
    """What a refresh has shown, the next one doesn't show again, and an update doesn't take for foreign."""
    once = refreshed(STATE, live(inputs))
    told = once | template.normalise(once) | {"updated_at": live(inputs).updated_at}
    assert told == once | {"updated_at": told["updated_at"]}
    assert refreshed(told, live(inputs)) == told
    assert unseen(once, live(inputs)) == []


@settings(deadline=None, max_examples=100)
@given(graphs)
def test_what_is_refused_is_not_told(inputs: dict[str, Any]) -> None:
    """The paths in which a live graph differs hold no hidden value, though somebody made a name of one."""
    assert not [path for path in unseen(STATE, live(inputs)) if any(one in path for one in CANARIES)]


def test_same_place() -> None:
    """A value that contains what its own path held is no moved one: it is shown."""
    state = {"nodes": {"a": {"inputs": {"x": "s3://long-bucket/a", "y": "long-bucket"}}}}
    assert KnownValues(state).merge("s3://long-bucket/a", "s3://long-bucket/b") == "s3://long-bucket/b"


LENGTHS = {
    "a short ordinary value at its own path": ("y", "true", "true"),
    "a short ordinary value in a longer one": ("y", "is true", "is true"),
    "a long ordinary value": ("y", "an-ordinary-value", "[value known from nodes.a.inputs.long]"),
    "a secret": ("y", "s3cr", "[value known from secrets.short]"),
    "a secret in a longer one": ("y", "x s3cr x", "[value known from secrets.short]"),
    "a very short secret": ("y", "abc", "[value known from secrets.shorter]"),
    "a very short secret in a longer one": ("y", "xabcx", "xabcx"),
    "a short ordinary value at a new path": ("new", "true", "[value known from nodes.a.inputs.x]"),
    "a reference": ("new", "${{ extract.outputs.rows }}", "${{ extract.outputs.rows }}"),
}


@pytest.mark.parametrize(("field", "text", "shown"), LENGTHS.values(), ids=LENGTHS)
def test_lengths(field: str, text: str, shown: str) -> None:
    """What is short and most likely ordinary is shown at a path that state holds, and never at another."""
    inputs = {"x": "true", "y": "false", "long": "an-ordinary-value", "ref": "${{ extract.outputs.rows }}"}
    state = {"nodes": {"a": {"inputs": inputs}}, "secrets": {"short": "s3cr", "shorter": "abc"}}
    assert KnownValues(state).merge(inputs, {**inputs, field: text})[field] == shown


def test_two_that_look_the_same() -> None:
    """Two new names with the same value in them stay two, numbered by what they are, not by how they are listed."""
    known = KnownValues({"secrets": {"token": SECRET}})
    one, other = f"{SECRET}-1", f"{SECRET}-2"
    expected = {"[value known from secrets.token]": "1", "[value known from secrets.token] (2)": "2"}
    assert known.merge({}, {one: "1", other: "2"}) == expected
    assert known.merge({}, {other: "2", one: "1"}) == expected
    assert known.merge(expected, {other: "2", one: "1"}) == expected


def test_a_graphs_value_in_its_attachment() -> None:
    """A secret input of the graph, moved to a store default, isn't shown by the StoreConfig either."""
    state = {"graph": "analytics/g", "required_keys": [], "default_values": {"l": "plain"}}
    here = {"required_keys": [], "default_values": {"l": "plain", "new": SECRET_INPUT}}
    found = refreshed_piece(state, here, STATE)
    assert found["default_values"] == {"l": "plain", "new": "[value known from nodes.a.inputs.x]"}
    assert SECRET not in repr(found)


def test_an_attachment_without_its_graph() -> None:
    """Where the graph's values aren't at hand, what changed isn't shown; what didn't is, and so are keys of its own."""
    state = {"graph": "analytics/g", "required_keys": ["day"], "default_values": {"l": "plain", "m": "plain"}}
    here = {"required_keys": ["day", "new"], "default_values": {"l": "plain", "m": "other", "new": SECRET_INPUT}}
    found = refreshed_piece(state, here, blind=True)
    assert found["required_keys"] == [UNSHOWN, "day"]
    assert found["default_values"] == {"l": "plain", "m": UNSHOWN, UNSHOWN: UNSHOWN}


def test_address_of_a_connection() -> None:
    """Only with credentials in it an address is a secret: without, it stands in state anyway."""
    plain = {"uri": "http://127.0.0.1:8000", "api_key": "canary-key"}
    live = {"x": "http://127.0.0.1:8000/reports", "y": "canary-key"}
    assert KnownValues({"connection": plain}).merge(None, live) == {
        **live,
        "y": "[value known from connection.api_key]",
    }
    hidden = {**plain, "uri": "http://user:canary@127.0.0.1:8000"}
    shown = KnownValues({"connection": hidden}).merge(None, {"x": "see http://user:canary@127.0.0.1:8000"})
    assert shown == {"x": "[value known from connection.uri]"}
