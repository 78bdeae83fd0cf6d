"""Values that can't be accepted are rejected in the program, with the path and what to do; never with a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import pulumi_exosphere as exosphere
from tests.support.running import run

NODE: Any = {"node_name": "A", "identifier": "a"}


def _graph(**arguments: Any) -> object:
    return exosphere.Graph("g", **{"namespace": "ns", "nodes": [NODE], **arguments})


def _later(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


CASES: dict[str, tuple[Callable[[], Any], str]] = {
    "typo": (
        lambda: _graph(nodes=[{**NODE, "next_node": []}]),
        r"nodes\[0\]: has no field 'next_node' \(did you mean 'next_nodes'\?\)",
    ),
    "camel": (lambda: _graph(nodes=[{**NODE, "nextNodes": []}]), "did you mean 'next_nodes'"),
    "missing": (lambda: _graph(nodes=[NODE, {"identifier": "a"}]), r"nodes\[1\]: lacks 'node_name'"),
    "identifier-output": (
        lambda: _graph(nodes=[{**NODE, "identifier": _later("a")}]),
        r"nodes\[0\]\.identifier: is an output",
    ),
    "identifier-number": (
        lambda: _graph(nodes=[{**NODE, "identifier": 3}]),
        r"nodes\[0\]\.identifier: .* not of type int",
    ),
    "nodes-output": (lambda: _graph(nodes=_later([NODE])), "nodes: is an output"),
    "nodes-single": (lambda: _graph(nodes=NODE), r"nodes: must be a list of GraphNodeArgs; put \[ \]"),
    "nodes-none": (lambda: _graph(nodes=None), "nodes: must be a list"),
    "node-output": (lambda: _graph(nodes=[_later(NODE)]), r"nodes\[0\]: is an output"),
    "node-string": (lambda: _graph(nodes=["a"]), r"nodes\[0\]: must be GraphNodeArgs or a dict, not of type str"),
    "inputs-output": (lambda: _graph(nodes=[{**NODE, "inputs": _later({})}]), r"nodes\.a\.inputs: is an output"),
    "inputs-name": (
        lambda: _graph(nodes=[{**NODE, "inputs": {1: "x"}}]),
        r"a name in nodes\.a\.inputs: must be a plain string",
    ),
    "inputs-none": (lambda: _graph(nodes=[{**NODE, "inputs": {"x": None}}]), r"nodes\.a\.inputs\.x: is None"),
    "inputs-object": (
        lambda: _graph(nodes=[{**NODE, "inputs": {"x": object()}}]),
        r"nodes\.a\.inputs\.x: can't be of type object",
    ),
    "inputs-bytes": (
        lambda: _graph(nodes=[{**NODE, "inputs": {"x": b"hush"}}]),
        r"nodes\.a\.inputs\.x: can't be of type bytes",
    ),
    "next-nodes-string": (
        lambda: _graph(nodes=[{**NODE, "next_nodes": "b"}]),
        r"nodes\.a\.next_nodes: must be a list",
    ),
    "unites-typo": (lambda: _graph(nodes=[{**NODE, "unites": {"identifer": "b"}}]), "did you mean 'identifier'"),
    "secret-name": (lambda: _graph(secrets={_later("n"): "hush"}), "a name in secrets: is an output"),
    "secret-none": (lambda: _graph(secrets={"n": None}), r"secrets\.n: is None"),
    "secrets-list": (lambda: _graph(secrets=["hush"]), "secrets: must be a dict"),
    "store-keys-string": (
        lambda: _graph(store_config={"required_keys": "cursor"}),
        r"store_config\.required_keys: must be a plain list",
    ),
    "store-keys-output": (
        lambda: _graph(store_config={"required_keys": _later(["k"])}),
        r"store_config\.required_keys: is an output",
    ),
    "store-key-output": (
        lambda: _graph(store_config={"required_keys": [_later("k")]}),
        r"required_keys\[0\]: is an output",
    ),
    "store-twice": (lambda: _graph(store_config={"default_values": {"k": "hush", " k": "hush"}}), "'k' twice"),
    "trigger-type": (lambda: _graph(triggers=[{"type": "WEBHOOK", "value": {}}]), r"triggers\[0\]\.type"),
    "trigger-string": (lambda: _graph(triggers=["@daily"]), r"triggers\[0\]: must be CronTriggerArgs"),
    "connection-half": (lambda: _graph(connection={"uri": "hush"}), "connection: lacks 'api_key'"),
    "name-output": (lambda: _graph(name=_later("x")), "name: is an output"),
    "namespace-secret": (
        lambda: _graph(namespace=pulumi.Output.secret),
        "namespace: must be a plain string, not of type function",
    ),
    "import": (lambda: _graph(opts=pulumi.ResourceOptions(import_="ns/g")), "`adopt=True`"),
}


@pytest.mark.parametrize(("broken", "message"), CASES.values(), ids=CASES)
def test_refused(broken: Callable[[], Any], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is one of this package, names the path and shows no value.

    No output is asked for an attribute: it would become one more output, whose failure may be reported instead.
    """

    def asked(_: object, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)
        pytest.fail(f"an output was asked for {name}")

    monkeypatch.setattr(pulumi.Output, "__getattr__", asked)
    with pytest.raises(exosphere.ExosphereError, match=message) as refused:
        run(broken)
    assert "hush" not in str(refused.value)


def test_resource_instead_of_args() -> None:
    """A resource in place of Args causes an error that names the Args class."""

    def program() -> None:
        graph = exosphere.Graph("g", namespace="ns", nodes=[NODE])
        trigger: Any = exosphere.CronTrigger("c", graph=graph, expression="@daily")
        exosphere.Graph("h", namespace="ns", nodes=[NODE], triggers=[trigger])

    with pytest.raises(
        exosphere.InvalidGraph, match=r"triggers\[0\]: is a resource, CronTrigger. Give CronTriggerArgs"
    ):
        run(program)


def test_resource_instead_of_value() -> None:
    """A resource in place of a value causes an error that asks for one of its outputs."""

    def program() -> None:
        graph = exosphere.Graph("g", namespace="ns", nodes=[NODE])
        node: Any = {**NODE, "inputs": {"x": graph}}
        exosphere.Graph("h", namespace="ns", nodes=[node])

    with pytest.raises(exosphere.InvalidGraph, match=r"nodes\.a\.inputs\.x: is a resource, .*such as its `id`"):
        run(program)


@pytest.mark.parametrize("where", ["inputs", "secrets"])
def test_output_that_turns_out_to_be_none(where: str) -> None:
    """A value that disappeared would change the graph unnoticed."""

    def program() -> None:
        nothing: Any = pulumi.Output.from_input(None)
        node: Any = {**NODE, "inputs": {"x": nothing} if where == "inputs" else {}}
        exosphere.Graph("g", namespace="ns", nodes=[node], secrets={"x": nothing} if where == "secrets" else {})

    with pytest.raises(exosphere.InvalidGraph, match=r"\.x: is None"):
        run(program)
