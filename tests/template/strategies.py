"""Graphs as hypothesis makes them: from right ones to those with faults of every kind."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

IDENTIFIERS = ["a", "b", "c", "d", "e"]
_SPACED = ["a", " b", "c ", "\td\n", "e"]

_inputs = st.dictionaries(
    st.sampled_from(["source", "rows", "mode"]),
    st.sampled_from(
        [
            *("text", "${x}", "${{ a.outputs.x }}", "${{b.outputs.y}}-${{ c . outputs . z }}"),
            *("${{ store.day }}", "${{ store.no }}", "${{ a.b }}", "${{", "${{ nobody.outputs.x }}"),
            *(5, None, ["x"]),
        ]
    ),
    max_size=2,
)

_nodes = st.fixed_dictionaries(
    {
        "node_name": st.sampled_from(["Extract"] * 6 + [" Load ", "", 5]),
        "inputs": _inputs,
    },
    optional={
        "namespace": st.sampled_from(["shared", "analytics ", "", 3]),
        "next_nodes": st.lists(st.sampled_from(_SPACED[1:]), max_size=3, unique=True)
        | st.sampled_from([None, [""], ["b", " b"], ["nobody"], "b", [5]]),
        "unites": st.fixed_dictionaries(
            {"identifier": st.sampled_from(_SPACED * 2 + ["nobody", " ", 5])},
            optional={"strategy": st.sampled_from(["ALL_SUCCESS", "ALL_DONE", "SOME"])},
        ),
    },
)

_integers = st.sampled_from([0, 1, 3, 5.0, 2.5, "7", " 8 ", "9.0", "1_000", "x", True, False, -1, None, [1]])
_keys = st.sampled_from(["day", " day", "hour ", "min.ute", "", "week"])

_sections = st.fixed_dictionaries(
    {},
    optional={
        "retry_policy": st.fixed_dictionaries(
            {},
            optional={
                "max_retries": _integers,
                "backoff_factor": _integers,
                "exponent": _integers,
                "max_delay": _integers,
                "strategy": st.sampled_from(["LINEAR", "FIXED_FULL_JITTER", "linear", 5]),
                "unknown": st.just(1),
            },
        ),
        "store_config": st.fixed_dictionaries(
            {},
            optional={
                "required_keys": st.lists(_keys, max_size=3) | st.sampled_from(["day", [5]]),
                "default_values": st.dictionaries(_keys, st.sampled_from(["1", "", 1]), max_size=3) | st.just("day"),
            },
        ),
        "triggers": st.dictionaries(
            st.sampled_from(["0 9 * * *", "@daily", " 0 9 * * * ", "0 24 * * *", "soon"]),
            st.sampled_from([{"type": "CRON"}, {"type": "CRON"}, {}, None]),
            max_size=2,
        ),
    },
)


@st.composite
def props(draw: st.DrawFn) -> dict[str, Any]:
    """Properties of a graph as the engine hands them on."""
    count = draw(st.integers(0, len(IDENTIFIERS)))
    nodes = {identifier: draw(_nodes) for identifier in IDENTIFIERS[:count]}
    secrets = draw(
        st.dictionaries(st.sampled_from(["token", "password", " "]), st.sampled_from(["s", "", 5]), max_size=2)
    )
    return {
        "name": draw(st.sampled_from(["g", " g "])),
        "namespace": "analytics",
        "nodes": nodes,
        "secrets": secrets,
    } | draw(_sections)


@st.composite
def good(draw: st.DrawFn, inputs: st.SearchStrategy[Any] | None = None) -> dict[str, Any]:
    """Properties without faults: links go from earlier to later nodes, and references to the first.

    With ``inputs`` each node has what those give, which may be at fault.
    """
    count = draw(st.integers(1, len(IDENTIFIERS)))
    names = IDENTIFIERS[:count]
    nodes: dict[str, Any] = {}
    for place, name in enumerate(names):
        later = names[place + 1 :]
        chosen = draw(st.lists(st.sampled_from(later), unique=True)) if later else []
        value = draw(st.sampled_from(["text", *(["${{ a.outputs.x }}"] if place else []), "${{ store.day }}"]))
        given = draw(inputs) if inputs is not None else {"source": value}
        nodes[name] = {"node_name": "Extract", "inputs": given, "next_nodes": chosen}
        if place and name not in [other for node in nodes.values() for other in node["next_nodes"]]:
            nodes["a"]["next_nodes"].append(name)
    if count > 1 and draw(st.booleans()):
        nodes[names[-1]]["unites"] = {"identifier": "a"}
    return {
        "name": "g",
        "namespace": "analytics",
        "nodes": nodes,
        "secrets": draw(st.dictionaries(st.sampled_from(["token", "password"]), st.just("s"))),
        "retry_policy": draw(st.sampled_from([{}, {"max_retries": 5.0}, {"max_delay": "60000"}])),
        "store_config": {"required_keys": ["week", " day"], "default_values": {"day": "1"}},
        "triggers": draw(st.sampled_from([{}, {"@daily": {}}, {"@daily": None, "0 9 * * *": {"type": "CRON"}}])),
    }


def some() -> st.SearchStrategy[dict[str, Any]]:
    """Good graphs, graphs with faults in inputs alone, and graphs with faults of every kind."""
    return good() | good(_inputs) | props()


def as_body(props: dict[str, Any]) -> dict[str, Any]:
    """The body of the PUT as somebody would send it who normalises nothing but leaves out what isn't given."""
    body = {key: value for key, value in props.items() if key not in {"name", "namespace"}}
    body["nodes"] = [
        {"identifier": identifier, "namespace": props["namespace"], **node}
        for identifier, node in props["nodes"].items()
    ]
    if "retry_policy" in body:
        policy = body["retry_policy"]
        body["retry_policy"] = {key: value for key, value in policy.items() if value is not None}
    if "triggers" in body:
        body["triggers"] = [{"type": "CRON", "value": {"expression": expression}} for expression in body["triggers"]]
    return body
