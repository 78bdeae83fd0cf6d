"""Inputs of a program become maps with plain keys, in whichever form they are written."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pulumi
import pydantic
import pytest

import pulumi_exosphere as exosphere
from pulumi_exosphere.resources import inputs
from pulumi_exosphere.resources.coerce import Mistakes
from tests.support.running import Secret, run


class UnitesModel(pydantic.BaseModel):
    """The model of Exosphere's own SDK."""

    identifier: str
    strategy: Enum = exosphere.UnitesStrategy.ALL_SUCCESS


class GraphNodeModel(pydantic.BaseModel):
    """The model of Exosphere's own SDK."""

    node_name: str
    namespace: str
    identifier: str
    inputs: dict[str, Any]
    next_nodes: list[str] | None = None
    unites: UnitesModel | None = None


class RetryPolicyModel(pydantic.BaseModel):
    """The model of Exosphere's own SDK."""

    max_retries: int = 3
    strategy: Enum = exosphere.RetryStrategy.EXPONENTIAL
    max_delay: int | None = None


class CronTriggerModel(pydantic.BaseModel):
    """The model of Exosphere's own SDK, with an unset field that this package doesn't know."""

    expression: str
    timezone: str | None = None


NODE = {"node_name": "Join", "namespace": "shared", "inputs": {"rows": "1"}, "next_nodes": ["b"]}
NODE_WITH_UNITES = {**NODE, "unites": {"identifier": "a", "strategy": "ALL_DONE"}}


@pytest.mark.parametrize(
    "node",
    [
        exosphere.GraphNodeArgs(
            node_name="Join",
            identifier="join",
            namespace="shared",
            inputs={"rows": "1"},
            next_nodes=["b"],
            unites=exosphere.UnitesArgs(identifier="a", strategy=exosphere.UnitesStrategy.ALL_DONE),
        ),
        exosphere.GraphNodeArgs(
            "Join", "join", {"rows": "1"}, "shared", ["b"], {"identifier": "a", "strategy": "ALL_DONE"}
        ),
        {**NODE_WITH_UNITES, "identifier": "join"},
        GraphNodeModel(
            node_name="Join",
            namespace="shared",
            identifier=" join ",
            inputs={"rows": "1"},
            next_nodes=["b"],
            unites=UnitesModel(identifier="a", strategy=exosphere.UnitesStrategy.ALL_DONE),
        ),
    ],
    ids=["args", "positional", "dict", "model"],
)
def test_node_in_every_form(node: Any) -> None:
    """A node may be Args, a dict or a model of Exosphere's SDK."""
    assert inputs.node_map([node], Mistakes()).by_identifier == {"join": NODE_WITH_UNITES}


def test_nodes_by_identifier() -> None:
    """Nodes may be a mapping, as in state and in the output of `pulumi import`."""
    assert inputs.node_map({" join ": NODE_WITH_UNITES}, Mistakes()).by_identifier == {"join": NODE_WITH_UNITES}
    assert inputs.node_map({}, Mistakes()).by_identifier == {}


def test_triggers_by_expression() -> None:
    """Triggers may be a mapping too, with or without their type."""
    triggers = {"@daily": {"type": "CRON"}, "@hourly": {}, "0 9 * * *": None}
    assert inputs.expressions(triggers, Mistakes()) == list(triggers)
    assert inputs.expressions({}, Mistakes()) == []


def test_key_among_its_own_fields() -> None:
    """A field that repeats the key is rejected."""
    inputs.node_map({"a": {"node_name": "A", "identifier": "b"}}, mistakes := Mistakes())
    (mistake,) = mistakes.found
    assert mistake.startswith("nodes['a']: has the field 'identifier', which is its key already")


@pytest.mark.parametrize("nodes", [{"node_name": "A", "identifier": "a"}, {"a": "A"}])
def test_mapping_that_is_no_node_by_identifier(nodes: Any) -> None:
    """One node without a list around it is still distinguished from a mapping of nodes."""
    inputs.node_map(nodes, mistakes := Mistakes())
    (mistake,) = mistakes.found
    assert mistake.startswith("nodes: must be a list")


def test_node_with_the_least() -> None:
    """Omitted fields are left to check, as is None."""
    node = exosphere.GraphNodeArgs(node_name="Load", identifier="load", inputs=None, next_nodes=None)
    assert inputs.node_map([node], Mistakes()).by_identifier == {"load": {"node_name": "Load", "inputs": {}}}


def test_duplicates_get_a_key_of_their_own() -> None:
    """A second node with the same identifier isn't lost, but numbered, so that check can report it."""
    nodes = [{"node_name": name, "identifier": key} for name, key in [("A", "x"), ("B", " x"), ("C", "x\n")]]
    assert {key: node["node_name"] for key, node in inputs.node_map(nodes, Mistakes()).by_identifier.items()} == {
        "x": "A",
        "x ": "B",
        "x  ": "C",
    }


@pytest.mark.parametrize(
    ("trigger"),
    [
        exosphere.CronTriggerArgs(expression="@daily"),
        {"expression": "@daily"},
        {"type": "CRON", "expression": "@daily"},
        {"type": "CRON", "value": {"expression": "@daily"}},
        CronTriggerModel(expression="@daily"),
    ],
    ids=["args", "dict", "typed-dict", "api", "model"],
)
def test_trigger_in_every_form(trigger: Any) -> None:
    """A trigger may be Args, a dict, a model, or the API's own form."""
    assert inputs.expressions([trigger], Mistakes()) == ["@daily"]


def test_retry_policy_of_a_model() -> None:
    """A model's defaults count as given; None doesn't."""
    assert inputs.retry_policy(RetryPolicyModel(), Mistakes()) == {"max_retries": 3, "strategy": "EXPONENTIAL"}


def test_store_keys_are_trimmed() -> None:
    """Keys are trimmed as the state manager does it."""
    store = exosphere.StoreConfigArgs(required_keys=[" cursor"], default_values={"batch ": "1"})
    assert inputs.store_config(store, Mistakes()) == {"required_keys": ["cursor"], "default_values": {"batch": "1"}}


def test_secrets_are_secret_one_by_one() -> None:
    """Names can be read, values can't."""

    def program() -> None:
        secrets: dict[str, pulumi.Input[str]] = {
            "plain": "x",
            "output": pulumi.Output.from_input("y"),
            "secret": pulumi.Output.secret("z"),
        }
        exosphere.Graph("g", namespace="ns", nodes=[], secrets=secrets)

    sent = run(program).inputs("g")
    assert sent["secrets"] == {"plain": Secret("x"), "output": Secret("y"), "secret": Secret("z")}
    assert "secret_revisions" not in sent


def test_secrets_as_one_output_are_hidden_with_their_names() -> None:
    """The names are secret too, and everything that check derives from them."""

    def program() -> None:
        secrets = pulumi.Output.from_input({"a": "x"})
        exosphere.Graph("g", namespace="ns", nodes=[], secrets=secrets)

    sent = run(program).inputs("g")
    assert sent["secrets"] == Secret({"a": "x"})
    assert sent["secret_revisions"] == Secret({})


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://exosphere.example", "https://exosphere.example"),
        ("https://user:word@exosphere.example", Secret("https://user:word@exosphere.example")),
        ("https://tok/en@exosphere.example", Secret("https://tok/en@exosphere.example")),
        ("https://user:12/ab@exosphere.example", Secret("https://user:12/ab@exosphere.example")),
    ],
    ids=["plain", "credentials", "a slash in a token", "a slash in a password"],
)
@pytest.mark.parametrize("as_output", [False, True], ids=["string", "output"])
def test_connection_is_secret_where_it_holds_credentials(uri: str, expected: object, *, as_output: bool) -> None:
    """The key always is, the address only with a user or password in it, however malformed."""

    def program() -> None:
        address = pulumi.Output.from_input(uri) if as_output else uri
        connection = exosphere.ConnectionArgs(uri=address, api_key="k")
        exosphere.Graph("g", namespace="ns", nodes=[], connection=connection)

    assert run(program).inputs("g")["connection"] == {"uri": expected, "api_key": Secret("k")}


@pytest.mark.parametrize(
    "args",
    [
        exosphere.ConnectionArgs(uri="https://hush@x", api_key="hush"),
        exosphere.GraphNodeArgs("A", "a", inputs={"b": "hush"}),
        exosphere.StoreConfigArgs(default_values={"b": "hush"}),
    ],
)
def test_args_dont_show_values(args: object) -> None:
    """A repr may be logged."""
    assert "hush" not in repr(args)
