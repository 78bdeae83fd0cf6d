"""A refresh writes nothing in clear that state hides, whatever someone changed in the graph, however often."""

from __future__ import annotations

import copy
import random
import string
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_exosphere import template
from pulumi_exosphere.reconcile.live import Live
from pulumi_exosphere.reconcile.masking import UNSHOWN, KnownValues, Secret
from pulumi_exosphere.reconcile.refresh import LOST, refreshed, refreshed_piece, unseen
from tests.support.brevity import examples

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
"""Return the paths that the engine hides, because the program gave a secret there."""

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
    """Return a reading of this graph."""
    return Live(inputs, "VALID", (), "2026-01-02T00:00:00.000", "", None, retired=False)


def leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    """Yield every string in a state with its path; a key is one, too."""
    if isinstance(value, dict):
        inner = [leaves(item, (*path, key)) for key, item in value.items()]
        return [((*path, key), key) for key in value] + [leaf for found in inner for leaf in found]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item, path)]
    return [(path, value)] if isinstance(value, str) else []


def in_clear(state: dict[str, Any], hidden: set[tuple[str, ...]]) -> list[tuple[tuple[str, ...], str]]:
    """Return the canaries that a state file shows."""
    shown = {key: value for key, value in state.items() if key != LOST}  # It is a secret as a whole.
    return [(path, text) for path, text in leaves(shown) if path not in hidden and any(one in text for one in CANARIES)]


def now_hidden(state: dict[str, Any], hidden: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return the paths that the engine hides from now on: a path that leaves the state isn't hidden when it returns."""
    return (hidden & {path for path, _ in leaves(state)}) | {p for p, text in leaves(state) if isinstance(text, Secret)}


@settings(deadline=None, max_examples=examples(150))
@given(st.lists(graphs, min_size=1, max_size=4))
def test_nothing_comes_out(seen: list[dict[str, Any]]) -> None:
    """However the graph is changed between refreshes, a hidden value is stored only where the engine hides it."""
    state, hidden = copy.deepcopy(STATE), set(HIDDEN)
    for inputs in seen:
        state = refreshed(state, live(inputs))
        hidden = now_hidden(state, hidden)
        assert in_clear(state, hidden) == []


@settings(deadline=None, max_examples=examples(150))
@given(graphs)
def test_shown_once(inputs: dict[str, Any]) -> None:
    """The next refresh doesn't show what one has shown, and an update doesn't treat it as foreign."""
    once = refreshed(STATE, live(inputs))
    told = once | template.normalise(once) | {"updated_at": live(inputs).updated_at}
    assert told == once | {"updated_at": told["updated_at"]}
    assert refreshed(told, live(inputs)) == told
    assert unseen(once, live(inputs)) == []


@settings(deadline=None, max_examples=examples(100))
@given(graphs)
def test_no_value_in_the_paths_of_a_conflict(inputs: dict[str, Any]) -> None:
    """The paths at which a live graph differs contain no hidden value, even if someone used one as a name."""
    assert not [path for path in unseen(STATE, live(inputs)) if any(one in path for one in CANARIES)]


def test_same_place() -> None:
    """A value that contains the former value of its own path hasn't moved: it is shown."""
    state = {"nodes": {"a": {"inputs": {"x": "s3://long-bucket/a", "y": "long-bucket"}}}}
    assert KnownValues(state).merge("s3://long-bucket/a", "s3://long-bucket/b") == "s3://long-bucket/b"


LENGTHS = {
    "a short ordinary value at its own path": ("y", "true", False),
    "a short ordinary value in a longer one": ("y", "is true", False),
    "a long ordinary value": ("y", "an-ordinary-value", True),
    "a secret": ("y", "s3cr", True),
    "a secret in a longer one": ("y", "x s3cr x", True),
    "a very short secret": ("y", "abc", True),
    "a very short secret in a longer one": ("y", "xabcx", False),
    "a piece of a secret with digits": ("y", "see 7h3-l0ng-w", True),
    "a piece of a secret that is a word": ("y", "the warehouse", False),
    "a longer piece of a secret": ("y", "a warehouse-key it is", True),
    "a piece of a token that may be ordinary": ("y", "Qx7TzL9vKm2R", True),
    "a piece of an address that is ordinary": ("new", "https://api.example.com/v2/customers", False),
    "a short ordinary value at a new path": ("new", "true", True),
    "an encoded value": ("new", "YW4tb3JkaW5hcnktdmFsdWU", True),
    "a reference": ("new", "${{ extract.outputs.rows }}", False),
    "something else": ("new", "s3://lake/orders", False),
}


@pytest.mark.parametrize(("field", "text", "hidden"), LENGTHS.values(), ids=LENGTHS)
def test_lengths(field: str, text: str, hidden: bool) -> None:
    """A short value that is most likely ordinary is shown at a path that state has, and at no other."""
    inputs = {"x": "true", "y": "false", "long": "an-ordinary-value", "ref": "${{ extract.outputs.rows }}"}
    inputs |= {"url": "https://api.example.com/v2/orders", "token": "ab/Qx7TzL9vKm2RwP4n/cd"}
    secrets = {"short": "s3cr", "shorter": "abc", "longer": "7h3-l0ng-warehouse-key"}
    state = {"nodes": {"a": {"inputs": inputs}}, "secrets": secrets}
    shown = KnownValues(state).merge(inputs, {**inputs, field: text})[field]
    assert shown == text
    assert isinstance(shown, Secret) is hidden


def test_a_state_with_markers_in_it() -> None:
    """A marker that an earlier version wrote instead of a value stays while it represents the live value."""
    marker = "[value known from secrets.token]"
    known = KnownValues({"secrets": {"token": SECRET}})
    assert known.merge({"x": marker}, {"x": SECRET}) == {"x": marker}
    assert known.merge({"x": marker}, {"x": f"Bearer {SECRET}"}) == {"x": marker}
    assert known.merge({"x": marker}, {"x": "ordinary"}) == {"x": "ordinary"}
    unknown = "[value known from secrets.gone]"
    assert known.merge({"x": unknown}, {"x": "ordinary"}) == {"x": unknown}


def test_a_marker_stays_when_more_is_known() -> None:
    """A name keeps the marker it has, although state has the same value at a path that comes before."""
    marker = "[value known from nodes.b.inputs.x]"
    inputs = {"a": {"inputs": {"x": SECRET}}, "b": {"inputs": {"x": SECRET}}}
    assert list(KnownValues({"nodes": inputs}).merge({marker: "1"}, {SECRET: "1"})) == [marker]


def test_lists_hold_no_secret() -> None:
    """The engine would hide a whole list for one secret in it, so an item is replaced."""
    known = KnownValues({"secrets": {"token": SECRET}})
    assert known.merge({"next_nodes": ["b"]}, {"next_nodes": ["b", SECRET]}) == {
        "next_nodes": ["b", "[value known from secrets.token]"]
    }


def test_two_that_look_the_same() -> None:
    """Two new names that contain the same value remain two, numbered by their content, not by their order."""
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
    assert found["default_values"] == {"l": "plain", "new": SECRET_INPUT}
    assert isinstance(found["default_values"]["new"], Secret)


def test_an_attachment_without_its_graph() -> None:
    """If the graph's values aren't available, changes aren't shown; unchanged values and keys of its own are."""
    state = {"graph": "analytics/g", "required_keys": ["day"], "default_values": {"l": "plain", "m": "plain"}}
    here = {"required_keys": ["day", "new"], "default_values": {"l": "plain", "m": "other", "new": SECRET_INPUT}}
    found = refreshed_piece(state, here, blind=True)
    assert found["required_keys"] == [UNSHOWN, "day"]
    assert found["default_values"] == {"l": "plain", "m": "other", UNSHOWN: SECRET_INPUT}
    assert [isinstance(value, Secret) for value in found["default_values"].values()] == [False, True, True]


def test_address_of_a_connection() -> None:
    """An address is a secret only if it contains credentials: without them, state contains it anyway."""
    plain = {"uri": "http://127.0.0.1:8000", "api_key": "canary-key"}
    live = {"x": "http://127.0.0.1:8000/reports", "y": "canary-key"}
    shown = KnownValues({"connection": plain}).merge(None, live)
    assert [key for key, value in shown.items() if isinstance(value, Secret)] == ["y"]
    hidden = {**plain, "uri": "http://user:canary@127.0.0.1:8000"}
    shown = KnownValues({"connection": hidden}).merge(None, {"x": "see http://user:canary@127.0.0.1:8000"})
    assert isinstance(shown["x"], Secret)


def test_headers_of_a_connection() -> None:
    """The headers of a connection are secrets as well."""
    state = {"connection": {"headers": {"Authorization": "Bearer canary-header"}}}
    assert isinstance(KnownValues(state).merge(None, {"x": "canary-header"})["x"], Secret)


def steps(call: Callable[[], object]) -> int:
    """Return how many of Python's instructions this takes."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def words(seed: str, count: int, length: int) -> dict[str, str]:
    """Return random texts by name."""
    source = random.Random(seed)
    return {
        f"{seed}-{n}": "".join(source.choices(string.ascii_letters + string.digits, k=length)) for n in range(count)
    }


def moving(secrets: dict[str, str], inputs: dict[str, str], new: dict[str, str]) -> Callable[[], object]:
    """Return what looks for the values of a graph in new inputs."""
    state = {"secrets": secrets, "nodes": {"a": {"inputs": inputs}}}
    return lambda: KnownValues(state).merge({"x": inputs}, {"x": {**inputs, **new}})


@pytest.mark.parametrize("moved", [False, True], ids=["nothing moved", "every secret moved"])
@pytest.mark.parametrize("start", ["", "postgres://app:Qx7TzL9vKm2RwP4nBc8D@"], ids=["all differ", "the same start"])
def test_cost_grows_with_the_values(start: str, moved: bool) -> None:
    """Looking for four times as many values in four times as many texts takes four times as long, not sixteen times."""

    def cost(count: int) -> int:
        seed = f"{start}{moved}{count}"
        secrets = {name: start + text for name, text in words(f"secret{seed}", count, 24).items()}
        new = secrets if moved else {n: start[:-4] + text for n, text in words(f"new{seed}", count, 60).items()}
        return steps(moving(secrets, words(f"input{seed}", count, 24), {f"new {key}": new[key] for key in new}))

    assert cost(100) < 6 * cost(25)


def test_cost_grows_with_the_length() -> None:
    """The same for values and texts that are four times as long."""

    def cost(length: int) -> int:
        secrets, inputs, new = (words(f"{part}{length}", 2, length) for part in ("secret", "input", "new"))
        alike = "/".join(text[:6] for text in (*secrets.values(), *inputs.values()))  # so that pieces are looked for
        return steps(moving(secrets, inputs, {name: f"{alike}/{text}" for name, text in new.items()}))

    assert cost(1600) < 6 * cost(400)


def test_graphs_with_the_same_secrets() -> None:
    """What is prepared to look for the secrets of one graph is used for all graphs that have the same."""
    secrets = words("shared", 20, 200)
    first, second = (steps(moving(secrets, {}, words(f"graph {n}", 1, 60))) for n in range(2))
    assert second < first / 2
