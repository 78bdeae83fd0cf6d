from __future__ import annotations

import ast
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import pulumi_exosphere
from pulumi_exosphere import template
from pulumi_exosphere.export import source as literals
from pulumi_exosphere.export.live import LiveGraph, from_graph
from pulumi_exosphere.export.naming import name_all
from pulumi_exosphere.export.project import files
from pulumi_exosphere.export.source import source
from pulumi_exosphere.resources import inputs
from pulumi_exosphere.resources.coerce import Mistakes
from pulumi_exosphere.state_manager.models import ListedGraph
from pulumi_exosphere.template.enums import RetryStrategy, UnitesStrategy
from tests.support.brevity import examples


@given(st.text())
@example("'\"\\\n" * 50)
@example("{}\r\n\u2028\x0b" * 40)
@example("\ud800" * 200)
def test_a_string_comes_back_as_it_was(text: str) -> None:
    """Whatever a string contains, its source is a literal of that string."""
    assert ast.literal_eval(literals.string(text)) == text


def test_a_long_text_is_written_line_by_line() -> None:
    """A change of one line of a long text is a change of one line of the program."""
    lines = [f"line {number} of a long text\n" for number in range(5)]

    assert literals.string("".join(lines)).strip("()").splitlines() == [repr(line) for line in lines]


@given(st.text())
@example('"""\nimport os')
@example("# \x0c\u2028import os")
@example("\\N{nothing}\\u12")
def test_nothing_shown_becomes_code(text: str) -> None:
    """Comments and docstrings may contain any live text, and stay comments and docstrings."""
    module = ast.parse(f'"""{literals.shown(text)}"""\n{literals.comment(text)}\n')

    assert [type(statement) for statement in module.body] == [ast.Expr]


@given(st.dictionaries(st.text(), st.text()))
def test_a_map_is_sorted(values: dict[str, str]) -> None:
    """The order of a map has no meaning, so it doesn't affect the program."""
    source = literals.mapping({key: literals.string(value) for key, value in values.items()})

    assert list(ast.literal_eval(source).items()) == sorted(values.items())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (literals.call("f"), "f()"),
        (literals.call("f", "1", a="2", b=None), "f(1, a=2)"),
        (literals.literals(["a", "b"]), "['a',\n'b']"),
    ],
    ids=["nothing given", "without what is None", "a list"],
)
def test_source(source: str, expected: str) -> None:
    """Source is composed of source."""
    assert source == expected


RECORDED = Path(__file__).parents[1] / "conformance" / "put_graph.jsonl"


def stored() -> list[LiveGraph]:
    """Return every graph that the real state manager stored, as its listing showed it."""
    cases = [json.loads(line) for line in RECORDED.read_text().splitlines()]
    return [
        from_graph(
            "analytics",
            ListedGraph.model_validate(
                {
                    **case["stored"],
                    "name": case["case"],
                    "secrets": dict.fromkeys(case["stored"]["secret_names"], "..."),
                    "validation_status": case["validation_status"],
                    "validation_errors": [json.dumps(error) for error in case["validation_errors"]],
                }
            ),
        )
        for case in cases
        if case["status"] == 201
    ]


def declared(statement: str) -> dict[str, Any]:
    """Return the graph's inputs that a statement declares."""
    graphs: list[dict[str, Any]] = []

    def graph(resource_name: str, **arguments: Any) -> None:
        graphs.append({"name": resource_name, **arguments})

    exosphere = SimpleNamespace(**{name: getattr(pulumi_exosphere, name) for name in pulumi_exosphere.__all__})
    exosphere.Graph = graph
    exec(statement, {"exosphere": exosphere, "config": SimpleNamespace(require_secret=str)})  # noqa: S102
    (given,) = graphs
    mistakes = Mistakes()
    sections = {
        "retry_policy": inputs.retry_policy(given.get("retry_policy") or {}, mistakes),
        "store_config": inputs.store_config(given.get("store_config") or {}, mistakes),
        "triggers": {
            expression: {"type": "CRON"} for expression in inputs.expressions(given.get("triggers") or [], mistakes)
        },
    }
    props = {
        "name": given["name"],
        "namespace": given["namespace"],
        "nodes": inputs.node_map(given["nodes"], mistakes).by_identifier,
        **sections,
    }
    assert mistakes.found == []
    return template.normalise({**props, "secrets": given.get("secrets", {})})


@pytest.mark.parametrize("graph", stored(), ids=lambda graph: graph.name)
def test_every_recorded_graph_is_declared_as_it_was(graph: LiveGraph) -> None:
    """The program declares what the real state manager had stored."""
    assert template.changes(graph.inputs, declared(source(graph, name_all([graph])))) == []


def live(**document: Any) -> LiveGraph:
    """Return a graph as a listing contains it."""
    node = {"node_name": "Ping", "namespace": "analytics", "identifier": "ping", "inputs": {}}
    fields = {"name": "report", "nodes": [node], "secrets": {}, "validation_status": "VALID", **document}
    return from_graph("analytics", ListedGraph.model_validate(fields))


def written(graph: LiveGraph) -> str:
    """Return its source on one line."""
    return " ".join(source(graph, name_all([graph])).split())


def test_defaults_are_left_out() -> None:
    """A graph with only a node is declared with only a node."""
    graph = live(
        retry_policy={
            "max_retries": 3,
            "strategy": "EXPONENTIAL",
            "backoff_factor": 2000,
            "exponent": 2,
            "max_delay": None,
        },
        store_config={"required_keys": [], "default_values": {}},
        triggers=[],
    )

    assert written(graph) == (
        "report = exosphere.Graph('report', namespace='analytics', "
        "nodes=[exosphere.GraphNodeArgs(node_name='Ping', identifier='ping')])"
    )


def test_what_differs_from_a_default_is_written_with_enums() -> None:
    """Only what differs from the defaults of sections is written; strategies by their names."""
    node = {"node_name": "Ping", "namespace": "shared", "identifier": "a", "inputs": {}, "next_nodes": ["b"]}
    uniting = {**node, "identifier": "b", "next_nodes": [], "unites": {"identifier": "a", "strategy": "ALL_DONE"}}
    graph = live(
        nodes=[node, uniting],
        retry_policy={"max_retries": 3, "strategy": "LINEAR", "backoff_factor": 5, "exponent": 2, "max_delay": None},
        triggers=[{"type": "CRON", "value": {"expression": "@daily"}}],
        secrets={"api_key": "ciphertext"},
    )

    text = written(graph)

    assert "retry_policy=exosphere.RetryPolicyArgs(strategy=exosphere.RetryStrategy.LINEAR, backoff_factor=5)" in text
    assert "namespace='shared', next_nodes=['b'])" in text
    assert "unites=exosphere.UnitesArgs(identifier='a', strategy=exosphere.UnitesStrategy.ALL_DONE)" in text
    assert "triggers=[exosphere.CronTriggerArgs(expression='@daily')]" in text
    assert "secrets={'api_key': config.require_secret('reportApiKey')}" in text
    assert "ciphertext" not in text
    assert "store_config" not in text


def test_nodes_stand_in_the_order_of_the_walk() -> None:
    """The program reads from the root down, in whatever order the nodes are stored."""
    node = {"node_name": "Ping", "namespace": "analytics", "inputs": {}}
    nodes = [
        {**node, "identifier": "last"},
        {**node, "identifier": "second", "next_nodes": ["last"]},
        {**node, "identifier": "root", "next_nodes": ["second"]},
    ]

    text = written(live(nodes=nodes))

    assert text.index("identifier='root'") < text.index("identifier='second'") < text.index("identifier='last'")


@pytest.mark.parametrize(
    ("document", "comment"),
    [
        (
            {"validation_status": "INVALID", "validation_errors": ["Node Ping does not exist.\nimport os"]},
            (
                "# INVALID when it was exported: it can't run, and deploying it fails with this error until it is "
                "corrected # here or what it needs is registered. # - Node Ping does not exist. import os report ="
            ),
        ),
        (
            {"validation_status": "PENDING"},
            "# PENDING when it was exported: the state manager had not validated it yet. report =",
        ),
        (
            {"triggers": [{"type": "CRON", "value": {"expression": "0 0 31 2 *"}}]},
            "# `pulumi preview` rejects it as it is: # - triggers.0 0 31 2 *: ",
        ),
    ],
    ids=["invalid", "pending", "refused by check"],
)
def test_what_cannot_be_deployed_says_so(document: dict[str, Any], comment: str) -> None:
    """A graph that can't be deployed unchanged is written anyway, below a comment that says why."""
    assert written(live(**document)).startswith(comment)


texts = st.text() | st.sampled_from(
    ["LINEAR if not exit() else 1", "__import__('os')", '"""\nimport os', "# coding: utf-7"]
)
maps = st.dictionaries(texts, texts, max_size=3)
odd_documents = st.fixed_dictionaries(
    {
        "name": texts,
        "validation_status": texts,
        "nodes": st.lists(
            st.fixed_dictionaries(
                {"identifier": texts, "node_name": texts, "namespace": texts},
                optional={
                    "inputs": maps,
                    "next_nodes": st.lists(texts, max_size=3),
                    "unites": st.fixed_dictionaries({"identifier": texts, "strategy": texts}),
                },
            ),
            max_size=3,
        ),
    },
    optional={
        "secrets": maps,
        "validation_errors": st.lists(texts, max_size=2),
        "retry_policy": st.fixed_dictionaries(
            {"strategy": texts, "exponent": st.integers(), "max_delay": st.integers()}
        ),
        "store_config": st.fixed_dictionaries({"required_keys": st.lists(texts, max_size=2), "default_values": maps}),
        "triggers": st.lists(
            st.fixed_dictionaries({"value": st.fixed_dictionaries({"expression": texts})}), max_size=2
        ),
    },
)
CLASSES = {"Graph", "GraphNodeArgs", "UnitesArgs", "RetryPolicyArgs", "StoreConfigArgs", "CronTriggerArgs"}
ENUMS = {"RetryStrategy", "UnitesStrategy", *RetryStrategy.__members__, *UnitesStrategy.__members__}


def program(document: dict[str, Any]) -> str:
    """Return the module that `export` writes for a namespace with this one graph."""
    graph = from_graph("analytics", ListedGraph.model_validate(document))
    return files([graph], "http://127.0.0.1:8000")["graphs/analytics.py"]


@settings(deadline=None, max_examples=examples(200), suppress_health_check=[HealthCheck.too_slow])
@given(odd_documents)
def test_nothing_from_a_server_is_code(document: dict[str, Any]) -> None:
    """A program consists of literals and calls of our own classes, whatever the texts of a graph are."""
    tree = ast.parse(program(document))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert attributes <= {"Config", "require_secret", *CLASSES, *ENUMS}
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    assert loaded <= {"exosphere", "config", "pulumi"}
    assert {type(node) for node in tree.body} <= {ast.Expr, ast.Import, ast.Assign}


def test_a_strategy_that_no_version_knows_is_a_string() -> None:
    """It stays a string, and the comment says that a preview rejects it."""
    strategy = "LINEAR if not __import__('os').system('true') else 1"
    text = source(live(retry_policy={"strategy": strategy}), name_all([live()]))
    assert f"strategy={strategy!r}" in text
    assert "# `pulumi preview` rejects it as it is:" in text


@settings(deadline=None)
@given(odd_documents)
def test_no_value_of_a_secret_is_written(document: dict[str, Any]) -> None:
    """Not even the listing's ciphertext is written."""
    assume(document.get("secrets"))
    assert program(document) == program({**document, "secrets": dict.fromkeys(document["secrets"], "")})
