"""Look-ups ask the state manager, and return what is live."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from typing import Any

import pulumi
import pytest

import pulumi_exosphere as exosphere
from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.resources import lookups
from tests.support.live import put
from tests.support.running import graph, run

BODY: dict[str, Any] = {
    "secrets": {"warehouse_password": "hush"},
    "nodes": [
        {
            "node_name": "Extract",
            "namespace": "analytics",
            "identifier": "extract",
            "inputs": {"source": "bucket"},
            "next_nodes": ["load"],
        },
        {
            "node_name": "Load",
            "namespace": "analytics",
            "identifier": "load",
            "inputs": {"rows": "${{ extract.outputs.rows }}"},
            "next_nodes": [],
            "unites": {"identifier": "extract", "strategy": "ALL_DONE"},
        },
    ],
    "retry_policy": {"max_retries": 7, "strategy": "FIXED"},
    "store_config": {"required_keys": [], "default_values": {"batch": "1"}},
    "triggers": [{"type": "CRON", "value": {"expression": "@daily"}}],
}


@pytest.fixture
def config(state_manager: LocalStateManager) -> dict[str, str]:
    """Return the configuration of a state manager with three live graphs, one of them retired."""
    put(state_manager, "analytics", "report", BODY)
    put(state_manager, "analytics", "another", {**BODY, "triggers": []})
    put(state_manager, "analytics", "gone", template.retired())
    return {"stateManagerUri": state_manager.uri, "apiKey": state_manager.api_key, "namespace": "analytics"}


def test_get_graph(config: dict[str, str]) -> None:
    """It returns one graph, with the sections that only the listing contains."""
    found: list[exosphere.GraphResult] = []
    run(lambda: found.append(exosphere.get_graph("report")), config=config)
    (report,) = found
    assert report.id == "analytics/report"
    assert list(report.nodes) == ["extract", "load"]
    assert report.nodes["load"].unites == exosphere.UnitesResult("extract", "ALL_DONE")
    assert report.nodes["extract"].next_nodes == ("load",)
    assert report.secret_names == ("warehouse_password",)
    assert report.retry_policy == exosphere.RetryPolicyResult(7, "FIXED", 2000, 2, None)
    assert report.store_config.default_values == {"batch": "1"}
    assert report.triggers == ("@daily",)
    assert report.document_id
    assert report.updated_at > report.created_at
    assert "hush" not in repr(report)


@pytest.mark.parametrize("name", ["nobody", "gone"])
def test_get_graph_that_isnt_there(config: dict[str, str], name: str) -> None:
    """A retired graph counts as none."""
    with pytest.raises(exosphere.GraphNotFound, match=f"no graph '{name}' in namespace 'analytics'"):
        run(lambda: exosphere.get_graph(name), config=config)


def test_get_graphs(config: dict[str, str]) -> None:
    """It returns all of a namespace, sorted, without retired ones; none if nobody uses it."""
    found: list[list[exosphere.GraphResult]] = []
    run(lambda: found.append(exosphere.get_graphs()), config=config)
    run(lambda: found.append(exosphere.get_graphs("nobody")), config=config)
    assert [[one.name for one in graphs] for graphs in found] == [["another", "report"], []]


def test_get_registered_nodes(config: dict[str, str]) -> None:
    """It returns what graphs of the namespace can use."""
    found: list[exosphere.RegisteredNodeResult] = []
    run(lambda: found.extend(exosphere.get_registered_nodes("analytics")), config=config)
    nodes = {node.name: node for node in found}
    assert list(nodes) == sorted(nodes)
    assert nodes["Extract"].namespace == "analytics"
    assert nodes["Extract"].inputs_schema["required"] == ["source"]


def test_connection_wins_over_the_configuration(config: dict[str, str]) -> None:
    """It does so for a resource too."""
    where = exosphere.ConnectionArgs(uri=config["stateManagerUri"], api_key=config["apiKey"])
    found: list[exosphere.GraphResult] = []
    elsewhere = {"stateManagerUri": "http://127.0.0.1:1", "apiKey": "k"}
    run(lambda: found.append(exosphere.get_graph("report", "analytics", connection=where)), config=elsewhere)
    assert found[0].name == "report"


def test_environment_is_read(config: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read for a resource too."""
    monkeypatch.setenv("EXOSPHERE_STATE_MANAGER_URI", config["stateManagerUri"])
    monkeypatch.setenv("EXOSPHERE_API_KEY", config["apiKey"])
    found: list[exosphere.GraphResult] = []
    run(lambda: found.append(exosphere.get_graph("report", "analytics")))
    assert found[0].name == "report"


def test_missing_configuration() -> None:
    """The error names the key and the variable."""
    with pytest.raises(exosphere.ConfigurationError, match=r"exosphere:stateManagerUri .*EXOSPHERE_STATE_MANAGER_URI"):
        run(lambda: exosphere.get_graph("report"))


def test_an_output_in_an_f_string() -> None:
    """It is rejected as a name: its text isn't its value."""

    def program() -> None:
        exosphere.get_graph(f"report-{pulumi.Output.from_input('x')}")

    with pytest.raises(
        exosphere.ConfigurationError, match=r"argument name: an output was put .*pulumi\.Output\.format"
    ):
        run(program)


@pytest.mark.parametrize("argument", ["name", "namespace", "connection.api_key"])
def test_output_where_a_plain_value_is_needed(argument: str) -> None:
    """The error names the output version of the function."""

    def program() -> None:
        later: Any = pulumi.Output.secret("hush")
        given: dict[str, Any] = {"name": "report", "namespace": "analytics", "connection": {"uri": "x", "api_key": "k"}}
        if argument.startswith("connection"):
            given["connection"] = {"uri": "x", "api_key": later}
        else:
            given[argument] = later
        exosphere.get_graph(**given)

    with pytest.raises(exosphere.ConfigurationError, match=f"{argument} is an output.*`_output`"):
        run(program)


def test_output_twins(config: dict[str, str]) -> None:
    """They accept outputs, a secret key among them, and their results aren't secret."""

    def program() -> None:
        where = exosphere.ConnectionArgs(uri=config["stateManagerUri"], api_key=pulumi.Output.secret(config["apiKey"]))
        name = pulumi.Output.from_input("report")
        found = exosphere.get_graph_output(name, "analytics", connection=where)
        names = exosphere.get_graphs_output(pulumi.Output.from_input("analytics"), connection=where)
        nodes = exosphere.get_registered_nodes_output(connection=where)
        values = {
            "status": found.validation_status,
            "first": names.apply(lambda graphs: graphs[0].name),
            "node": nodes.apply(lambda them: them[0].name),
        }
        graph("g", nodes=[{"node_name": "A", "identifier": "a", "inputs": values}])

    sent = run(program, config={"namespace": "analytics"}).inputs("g")
    inputs = sent["nodes"]["a"]["inputs"]
    assert inputs["status"] == "VALID"
    assert inputs["first"] == "another"
    assert isinstance(inputs["node"], str)


def test_preview_of_what_doesnt_exist_yet(config: dict[str, str]) -> None:
    """A graph of the same program can't be looked up before the update has created it."""

    def program() -> None:
        made = graph("made")
        status = exosphere.get_graph_output(made.name, made.namespace).validation_status
        graph("g", nodes=[{"node_name": "A", "identifier": "a", "inputs": {"x": status}}])

    assert run(program, preview=True, config=config).inputs("g")["nodes"]["a"]["inputs"]["x"] == "<unknown>"
    with pytest.raises(exosphere.GraphNotFound):
        run(program, config=config)


def test_an_output_has_a_type_for_every_field() -> None:
    """Type checkers know the same fields of `get_graph_output` as a look-up returns."""
    (declared,) = [
        statement
        for statement in ast.walk(ast.parse(inspect.getsource(lookups)))
        if isinstance(statement, ast.ClassDef) and statement.name == "GraphOutput"
    ]
    types = {
        ast.unparse(one.target): ast.unparse(one.annotation) for one in declared.body if isinstance(one, ast.AnnAssign)
    }
    assert types == {field.name: f"Output[{field.type}]" for field in dataclasses.fields(exosphere.GraphResult)}
