from __future__ import annotations

import sys
from typing import Any

import pytest

from pulumi_exosphere.template import UNKNOWN, Fault, judge, normalise


def graph(nodes: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    """Return inputs of a graph: ``extract`` and then ``load``, unless nodes are given."""
    nodes = nodes or {"extract": node(next_nodes=["load"]), "load": node(rows="${{ extract.outputs.rows }}")}
    return normalise({"name": "g", "namespace": "analytics", "nodes": nodes, **others})


def node(next_nodes: Any = None, unites: Any = None, **inputs: Any) -> dict[str, Any]:
    """Return a node with these inputs."""
    return {"node_name": "Work", "inputs": inputs, "next_nodes": next_nodes, "unites": unites}


def unites(identifier: Any) -> dict[str, Any]:
    """Return the `unites` of a node that unites another."""
    return {"identifier": identifier}


def chain(length: int) -> dict[str, Any]:
    """Return nodes one after the other."""
    return {f"n{place}": node([f"n{place + 1}"] if place + 1 < length else []) for place in range(length)}


TABLE = {
    "no nodes": (graph({"": None}) | {"nodes": {}}, "nodes", "root_count", "at least one node"),
    "name with a slash": (graph() | {"name": "a/b"}, "name", "name", "choose another"),
    "name of dots": (graph() | {"namespace": ".."}, "namespace", "name", "choose another"),
    "no name": (graph() | {"name": None}, "name", "shape", "write a string"),
    "empty name": (graph() | {"name": ""}, "name", "name", "choose another"),
    "name with a null": (graph() | {"name": "a\0"}, "name", "name", "choose another"),
    "retired name": (graph() | {"name": "__retired__"}, "name", "reserved", "choose another"),
    "retired node": (graph({"__retired__": node()}), "nodes.__retired__", "reserved", "another identifier"),
    "retired namespace": (
        graph({"a": node() | {"namespace": "__retired__"}}),
        "nodes.a.namespace",
        "reserved",
        "choose another",
    ),
    "store": (graph({"store": node()}), "nodes.store", "shape", "another identifier"),
    "identifier twice but for spaces": (
        graph({"a": node(), " a": node()}),
        "nodes.a",
        "duplicate_identifier",
        "two nodes have the identifier 'a'",
    ),
    "no node_name": (graph({"a": node() | {"node_name": None}}), "nodes.a.node_name", "shape", "is missing"),
    "empty node_name": (graph({"a": node() | {"node_name": " "}}), "nodes.a.node_name", "shape", "is empty"),
    "inputs not a map": (graph({"a": node() | {"inputs": ["x"]}}), "nodes.a.inputs", "shape", "is a list"),
    "a number for an input": (
        graph({"a": node(rows=5.0)}),
        "nodes.a.inputs.rows",
        "input_not_a_string",
        "is a number, but inputs are strings; write it in quotes, or use `.apply(str)`",
    ),
    "open placeholder": (
        graph({"a": node(rows="${{ store.x }} ${{ b")}),
        "nodes.a.inputs.rows",
        "placeholder_syntax",
        "placeholder 2 isn't closed",
    ),
    "other placeholder": (
        graph({"a": node(rows="${{ a.b }}")}),
        "nodes.a.inputs.rows",
        "placeholder_syntax",
        "placeholder 1 is neither",
    ),
    "reference to nobody": (
        graph({"extract": node(["load"]), "load": node(rows="${{ extrct.outputs.rows }}")}),
        "nodes.load.inputs.rows",
        "reference_not_a_parent",
        "refers to 'extrct', which isn't a node of this graph (did you mean 'extract'?)",
    ),
    "reference to another way": (
        graph(
            {
                "a": node(["b", "c"]),
                "b": node(["d"]),
                "c": node(["d"]),
                "d": node(["e"]),
                "e": node(x="${{c.outputs.y}}"),
            }
        ),
        "nodes.e.inputs.x",
        "reference_not_a_parent",
        ("refers to 'c', which isn't a parent of 'e' in the state manager's walk; refer to one of its parents: 'd'"),
    ),
    "reference to itself": (
        graph({"a": node(x="${{ a.outputs.y }}")}),
        "nodes.a.inputs.x",
        "reference_not_a_parent",
        "refers to itself in the state manager's walk; it has no parents, so remove the placeholder",
    ),
    "undeclared store key": (
        graph({"a": node(x="${{ store.curser }}")}, store_config={"required_keys": ["cursor"]}),
        "nodes.a.inputs.x",
        "store_key_undeclared",
        "the store key 'curser', which isn't declared (did you mean 'cursor'?)",
    ),
    "store key without a store": (
        graph({"a": node(x="${{ store.cursor }}")}),
        "nodes.a.inputs.x",
        "store_key_undeclared",
        "add it to the store_config's required_keys or default_values",
    ),
    "next node misspelt": (
        graph({"extract": node(["lod"]), "load": node()}),
        "nodes.extract.next_nodes",
        "unknown_next_node",
        "'lod' isn't a node of this graph (did you mean 'load'?)",
    ),
    "next node twice": (graph({"a": node(["b", " b"]), "b": node()}), "nodes.a.next_nodes", "shape", "'b' twice"),
    "empty next node": (graph({"a": node([" "])}), "nodes.a.next_nodes", "shape", "an empty identifier"),
    "next nodes not a list": (graph({"a": node("b"), "b": node()}), "nodes.a.next_nodes", "shape", "is a string"),
    "unites nobody": (
        graph({"extract": node(["b"]), "b": node(unites=unites("extrat"))}),
        "nodes.b.unites.identifier",
        "unites_unknown",
        "(did you mean 'extract'?)",
    ),
    "unites itself": (
        graph({"a": node(["b"]), "b": node(unites=unites("b"))}),
        "nodes.b.unites.identifier",
        "unites_self",
        "can't unite itself",
    ),
    "unites without identifier": (
        graph({"a": node(["b"]), "b": node(unites={"strategy": "ALL_DONE"})}),
        "nodes.b.unites.identifier",
        "shape",
        "missing or empty",
    ),
    "unites by another strategy": (
        graph({"a": node(["b"]), "b": node(unites=unites("a") | {"strategy": "ANY"})}),
        "nodes.b.unites.strategy",
        "shape",
        "ALL_SUCCESS, ALL_DONE",
    ),
    "two roots": (
        graph({"a": node(), "b": node()}),
        "nodes",
        "root_count",
        "a graph needs exactly one start node, but 2 nodes have no predecessor: 'a', 'b'",
    ),
    "no root": (graph({"a": node(["b"]), "b": node(["a"])}), "nodes", "root_count", "every node has a predecessor"),
    "cycle": (
        graph({"a": node(["b"]), "b": node(["c"]), "c": node(["b"])}),
        "nodes.c.next_nodes",
        "cycle",
        "'b' is part of a cycle: b → c → b",
    ),
    "two links back": (
        graph({"a": node(["b"]), "b": node(["c"]), "c": node(["b", "c"])}),
        "nodes.c.next_nodes",
        "cycle",
        "b → c → b, and so does 'c'; remove",
    ),
    "island": (
        graph({"a": node(), "b": node(["c"]), "c": node(["b"])}),
        "nodes.b",
        "not_connected",
        "can't be reached from 'a'",
    ),
    "behind a node that waits": (
        graph({"a": node(["u", "b"]), "b": node(), "u": node(["v"], unites("b")), "v": node(["w"]), "w": node()}),
        "nodes.v",
        "not_connected",
        "reaches 'u' before 'b', which it unites, and doesn't continue to 'v'",
    ),
    "waits for what comes after it": (
        graph({"a": node(["b"]), "b": node(["c"], unites("c")), "c": node()}),
        "nodes.b.unites",
        "unites_unreached",
        "'b' waits for 'c'",
    ),
    "too deep": (graph(chain(1000)), "nodes", "too_deep", "a chain of 1000 nodes"),
    "empty secret name": (graph(secrets={"": "x"}), "secrets", "empty_secret_name", "an empty name"),
    "secret not a string": (graph(secrets={"a": 5}), "secrets.a", "shape", "is a number; write a string"),
    "null in a secret's name": (graph(secrets={"a\0": ""}), "secrets.a\0", "null_in_key", "a null character"),
    "null in an input's name": (graph({"a": node(**{"x\0": ""})}), "nodes.a.inputs.x\0", "null_in_key", "a null"),
    "retries": (graph(retry_policy={"max_retries": -1}), "retry_policy.max_retries", "shape", "write 0 or more"),
    "exponent": (graph(retry_policy={"exponent": 0}), "retry_policy.exponent", "shape", "write 1 or more"),
    "half a retry": (graph(retry_policy={"max_retries": 1.5}), "retry_policy.max_retries", "shape", "is not whole"),
    "too big": (
        graph(retry_policy={"max_delay": 2.0**63}),
        "retry_policy.max_delay",
        "integer_too_big",
        "below 2^53",
    ),
    "rounded": (
        graph(retry_policy={"backoff_factor": "9007199254740993"}),
        "retry_policy.backoff_factor",
        "integer_rounded",
        "above 2^53, and Pulumi rounds",
    ),
    "retry strategy": (
        graph(retry_policy={"strategy": "linear"}),
        "retry_policy.strategy",
        "shape",
        "isn't a retry strategy (did you mean 'LINEAR'?)",
    ),
    "store key with a dot": (
        graph(store_config={"required_keys": ["a.b"]}),
        "store_config.required_keys",
        "shape",
        "'a.b' contains a dot",
    ),
    "store key twice": (
        graph(store_config={"required_keys": ["a", "a "]}),
        "store_config.required_keys",
        "shape",
        "'a' twice",
    ),
    "default twice": (
        graph(store_config={"default_values": {"a": "1", " a": "2"}}),
        "store_config.default_values",
        "shape",
        "'a' twice",
    ),
    "default not a string": (
        graph(store_config={"default_values": {"a": 1}}),
        "store_config.default_values.a",
        "shape",
        "is a number",
    ),
    "not a schedule": (graph(triggers={"0 24 * * *": {}}), "triggers.0 24 * * *", "shape", "isn't a cron expression"),
    "a schedule that never comes": (
        graph(triggers={"0 0 31 2 *": {}}),
        "triggers.0 0 31 2 *",
        "cron_never_fires",
        "never fires",
    ),
    "schedule twice": (
        graph(triggers={"@daily": {}, "@daily (2)": {}}),
        "triggers.@daily (2)",
        "duplicate_trigger",
        "'@daily' is given twice",
    ),
    "another trigger": (graph(triggers={"@daily": {"type": "HOOK"}}), "triggers.@daily", "shape", "of type CRON"),
    "sections of other types": (graph(triggers="@daily"), "triggers", "shape", "is a string"),
}


@pytest.mark.parametrize(("inputs", "path", "rule", "part"), TABLE.values(), ids=TABLE.keys())
def test_one_fault(inputs: dict[str, Any], path: str, rule: str, part: str) -> None:
    """One mistake is one problem, at its path, with a sentence that says what to do."""
    (fault,) = judge(inputs)
    assert (fault.path, fault.rule) == (path, rule)
    assert part in fault.message


def test_a_good_graph_has_no_fault() -> None:
    """The graph that the table's problems are put into has none of its own."""
    assert judge(graph(retry_policy={}, store_config={}, triggers={"@daily": {}}, secrets={"a": "b"})) == []


def test_all_faults_at_once() -> None:
    """Mistakes of different kinds are all reported, without their consequences."""
    faults = judge(
        graph(
            {
                "a": node(["lod"], x=1),
                "load": node(y="${{ a.b }}", z="${{ nobody.outputs.x }}"),
                "c": node() | {"node_name": ""},
            },
            secrets={"": "x"},
            retry_policy={"exponent": 0},
            triggers={"soon": {}},
        )
    )
    assert {fault.path for fault in faults} == {
        "nodes.a.next_nodes",
        "nodes.a.inputs.x",
        "nodes.load.inputs.y",
        "nodes.load.inputs.z",
        "nodes.c.node_name",
        "secrets",
        "retry_policy.exponent",
        "triggers.soon",
    }


@pytest.mark.parametrize(
    ("nodes", "paths"),
    [
        (
            {"a": node(["nobody", "b"]), "b": node(["c"]), "c": node(["b"])},
            ["nodes.a.next_nodes", "nodes.c.next_nodes"],
        ),
        (
            {"a": node(["b"]), "b": node(["c"]), "c": node(["b", "d"]), "d": node(unites=unites("x"))},
            ["nodes.d.unites.identifier", "nodes.c.next_nodes"],
        ),
        ({"a": node(["b"]), "b": node(["b"]), "c": node()}, ["nodes", "nodes.b.next_nodes"]),
        ({"a": node(UNKNOWN), "b": node(["c"]), "c": node(["b"])}, ["nodes.c.next_nodes"]),
    ],
    ids=["an unknown next node", "an unknown target", "two roots", "links that aren't known"],
)
def test_nothing_hides_a_cycle(nodes: dict[str, Any], paths: list[str]) -> None:
    """A cycle is reported along with problems that make the walk impossible."""
    assert [fault.path for fault in judge(graph(nodes))] == paths


def test_a_link_that_the_walk_may_not_follow_makes_no_cycle() -> None:
    """A uniting node that is reached before its target isn't expanded."""
    nodes = {"a": node(["u", "x", "b"]), "u": node(["a"], unites("b")), "b": node()}
    assert [fault.rule for fault in judge(graph(nodes))] == ["unknown_next_node"]


def test_an_identifier_with_a_number() -> None:
    """`a (2)` beside `a` is a node like any other, as it is for the state manager."""
    assert judge(graph({"a": node(["a (2)"]), "a (2)": node()})) == []


AS_TEXT = "s3://Calling __str__ on an Output[T] is not supported.\n\nTo get the value of an Output[T] as an Output[str]"


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        (graph({"a": node(x=AS_TEXT)}), "nodes.a.inputs.x"),
        (graph({"a": node() | {"node_name": AS_TEXT}}), "nodes.a.node_name"),
        (graph({"a": node([AS_TEXT])}), "nodes.a.next_nodes"),
        (graph({"a": node(), AS_TEXT: node()}), "nodes"),
        (graph(secrets={"token": AS_TEXT}), "secrets.token"),
        (graph(secrets={AS_TEXT: ""}), "secrets"),
        (graph(store_config={"default_values": {"k": AS_TEXT}}), "store_config.default_values.k"),
        (graph(triggers={AS_TEXT: {}}), "triggers"),
        (graph() | {"name": AS_TEXT}, "name"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_an_output_in_a_string(inputs: dict[str, Any], path: str) -> None:
    """Pulumi's text for an output in an f-string is one problem, wherever it is, and its text isn't repeated."""
    (fault,) = judge(inputs)
    assert (fault.path, fault.rule) == (path, "output_as_text")
    assert "pulumi.Output.format" in fault.message


def test_no_value_is_in_a_message() -> None:
    """Problems name fields and keys, never the values of inputs, secrets and the store."""
    faults = judge(
        graph(
            {"a": node(x="hunter2 ${{", y=["hunter2"])},
            secrets={"token": ["hunter2"]},
            store_config={"default_values": {"day": ["hunter2"]}},
        )
    )
    assert len(faults) == 4
    assert "hunter2" not in " ".join(map(str, faults))


@pytest.mark.parametrize("length", [960, 999])
def test_chains_that_may_pass(length: int) -> None:
    """The state manager's limit can't be known exactly; only a chain that never passes is rejected."""
    assert judge(graph(chain(length))) == []


@pytest.mark.parametrize(
    ("inputs", "left"),
    [
        (graph() | {"nodes": UNKNOWN}, []),
        (graph() | {"secrets": UNKNOWN, "name": UNKNOWN, "triggers": UNKNOWN, "retry_policy": UNKNOWN}, []),
        (graph({"a": UNKNOWN, "b": node(x=1)}), ["nodes.b.inputs.x"]),
        (
            graph({"a": node(UNKNOWN, x="${{"), "b": node(y="${{ c.outputs.z }}")}),
            ["nodes.a.inputs.x", "nodes.b.inputs.y"],
        ),
        (graph({"a": node([UNKNOWN, "c"]), "b": node()}), ["nodes.a.next_nodes"]),
        (graph({"a": node(["b"]), "b": node(unites=unites(UNKNOWN)), "c": node()}), []),
        (graph({"a": node(x=UNKNOWN, y=1)}), ["nodes.a.inputs.y"]),
        (graph({"a": node(x="${{ store.k }}")}, store_config={"required_keys": [UNKNOWN]}), []),
        (graph({"a": node(x="${{ store.k }}")}, store_config=UNKNOWN), []),
        (graph(retry_policy={"max_retries": UNKNOWN, "exponent": 0}), ["retry_policy.exponent"]),
        (graph(triggers={"not known yet": UNKNOWN, "soon": {}}), ["triggers.soon"]),
        (graph(triggers={"unknown expression 1": {"type": "CRON"}, "soon": {}}), ["triggers.soon"]),
    ],
    ids=[
        "all nodes",
        "sections",
        "a node",
        "next nodes",
        "one next node",
        "united",
        "an input",
        "a store key",
        "the store",
        "a number",
        "an expression",
        "the program's placeholder of one",
    ],
)
def test_unknown_values(inputs: dict[str, Any], left: list[str]) -> None:
    """Unknown values, and what depends on them, are left out of the validation, and nothing else is."""
    assert [fault.path for fault in judge(inputs)] == left


def dense(count: int) -> dict[str, Any]:
    """Return layers of 50 nodes, with all links between neighbours, behind one first node."""
    layers = [[f"n{place}" for place in range(start, start + 50)] for start in range(1, count, 50)]
    following = dict(zip([("n0",), *map(tuple, layers)], [*layers, []], strict=True))
    return {
        name: node(names, x="${{ n0.outputs.y }}" if name != "n0" else "")
        for layer, names in following.items()
        for name in layer
    }


@pytest.mark.parametrize(
    ("nodes", "rules"),
    [
        (chain(5000), ["too_deep"]),
        (
            {"n0": node([f"n{place}" for place in range(1, 5000)])} | {f"n{place}": node() for place in range(1, 5000)},
            [],
        ),
        (dense(5000), []),
        (chain(2) | {f"m{place}": node(["nobody"], x="${{ m.outputs.x }}") for place in range(5000)}, None),
    ],
    ids=["chain", "star", "layers", "ten thousand faults"],
)
def test_big_graphs(nodes: dict[str, Any], rules: list[str] | None) -> None:
    """5,000 nodes are validated without recursion, and all their problems are reported."""
    inputs = graph(nodes)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        faults: list[Fault] = judge(inputs)
    finally:
        sys.setrecursionlimit(limit)
    assert len(faults) == 10_000 if rules is None else [fault.rule for fault in faults] == rules
