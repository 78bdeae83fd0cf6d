from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.template.names import has_hidden_keys, meant_name, shown_key, shown_path, with_keys, with_names

NAMES = st.one_of(st.text(max_size=8), st.from_regex(r"\A\\{0,3}_{0,3}[a-z]{0,3}\Z"))
MAPS = st.dictionaries(NAMES, st.text(max_size=3), max_size=4)
NODES = st.dictionaries(NAMES, st.fixed_dictionaries({"node_name": st.text(max_size=3), "inputs": MAPS}), max_size=4)
GRAPHS = st.fixed_dictionaries(
    {
        "nodes": NODES,
        "secrets": MAPS,
        "secret_revisions": MAPS,
        "store_config": st.fixed_dictionaries({"default_values": MAPS}),
    }
)


@given(NAMES)
def test_a_key_is_read_back(name: str) -> None:
    """Every name has one key, which the CLI shows, and which is read back as exactly that name."""
    assert not shown_key(name).startswith("__")
    assert meant_name(shown_key(name)) == name


@given(NAMES, NAMES)
def test_two_names_have_two_keys(one: str, other: str) -> None:
    """No two names have the same key."""
    assert (shown_key(one) == shown_key(other)) is (one == other)


@given(NAMES)
def test_other_names_are_their_own_keys(name: str) -> None:
    """State doesn't change for a name that the CLI shows anyway."""
    assert (shown_key(name) == name) is not name.lstrip("\\").startswith("__")


@given(GRAPHS)
def test_a_graph_is_read_back(graph: dict[str, Any]) -> None:
    """The name is read back wherever it occurs: a node, an input, a secret, its revision, a store default."""
    assert with_names(with_keys(graph)) == graph
    assert not has_hidden_keys(with_keys(graph))


@given(GRAPHS)
def test_state_from_before_is_kept(graph: dict[str, Any]) -> None:
    """A hook that gets unescaped names answers with the same paths."""
    names = with_names(graph)
    assert with_names(with_keys(names, graph)) == names
    assert {key for key in with_keys(graph, graph)["secrets"] if key.startswith("__")} == {
        key for key in graph["secrets"] if key.startswith("__")
    }


def test_attachment() -> None:
    """The fields of a store that is its own resource are renamed too, and a preview's unknowns are left alone."""
    assert with_keys({"default_values": {"__batch": "1", "plain": "2"}}) == {
        "default_values": {r"\__batch": "1", "plain": "2"}
    }
    assert with_keys({"nodes": "unknown", "secrets": None}) == {"nodes": "unknown", "secrets": None}


def test_paths() -> None:
    """A path of `ignore_changes` refers to names too, below the resource's own properties."""
    assert shown_path("nodes.__start__.inputs.__x") == r"nodes.\__start__.inputs.\__x"
    assert shown_path('nodes["__start__"].inputs["a.__b"]') == r'nodes["\__start__"].inputs["a.__b"]'
    assert shown_path("__provider") == "__provider"
    assert shown_path("nodes.start__") == "nodes.start__"
