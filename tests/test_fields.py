"""Every field is everywhere it must be: a forgotten step of CONTRIBUTING's "A field from end to end" fails here."""

from __future__ import annotations

import copy
import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

import pulumi_exosphere as exosphere
from pulumi_exosphere import template
from pulumi_exosphere.export.live import LiveGraph
from pulumi_exosphere.export.naming import name_all
from pulumi_exosphere.export.source import source
from pulumi_exosphere.local import bodies
from pulumi_exosphere.resources import args, inputs
from pulumi_exosphere.resources.coerce import Mistakes
from tests.review.documents import sentences

ROOT = {
    "node_name": "Extract",
    "namespace": "shared",
    "inputs": {"source": "bucket"},
    "next_nodes": ["load"],
    "unites": None,
}
LOAD = {
    "node_name": "Load",
    "namespace": "shared",
    "inputs": {"rows": "all"},
    "next_nodes": ["end"],
    "unites": {"identifier": "extract", "strategy": "ALL_DONE"},
}
END = {**ROOT, "next_nodes": []}
GRAPH: dict[str, Any] = {
    "name": "report",
    "namespace": "analytics",
    "nodes": {"extract": ROOT, "load": LOAD, "end": END},
    "secrets": {"password": "not the real one"},
    "retry_policy": {
        "max_retries": 4,
        "strategy": "LINEAR",
        "backoff_factor": 2001,
        "exponent": 5,
        "max_delay": 6,
    },
    "store_config": {"required_keys": ["key"], "default_values": {"key": "value"}},
    "triggers": {"0 9 * * *": {"type": "CRON"}},
}
"""A graph with every field, each with a value other than its default."""


class Part(NamedTuple):
    """A part of a graph, in each of its forms."""

    args: type
    twin: type
    body: type[BaseModel]
    made: Callable[[Any], Any]
    """The keys of the part that the program registers."""
    place: tuple[str, ...]
    """The place of the part in `GRAPH`."""
    result: type | None = None
    resource: type | None = None


def trigger(given: exosphere.CronTriggerArgs) -> dict[str, Any]:
    """Built in the same way as the other parts."""
    return {"expression": inputs.expressions([given], Mistakes())[0]}


def unites(given: exosphere.UnitesArgs) -> Any:
    """As a part of a node."""
    node = exosphere.GraphNodeArgs("n", "n", unites=given)
    return inputs.node_map([node], Mistakes()).by_identifier["n"]["unites"]


PARTS = {
    "node": Part(
        args.GraphNodeArgs,
        args.GraphNodeArgsDict,
        bodies.NodeBody,
        lambda given: {"identifier": "load", **inputs.node_map([given], Mistakes()).by_identifier["load"]},
        ("nodes", "load"),
        exosphere.GraphNodeResult,
    ),
    "unites": Part(
        args.UnitesArgs,
        args.UnitesArgsDict,
        bodies.UnitesBody,
        unites,
        ("nodes", "load", "unites"),
        exosphere.UnitesResult,
    ),
    "retry_policy": Part(
        args.RetryPolicyArgs,
        args.RetryPolicyArgsDict,
        bodies.RetryPolicyBody,
        lambda given: inputs.retry_policy(given, Mistakes()),
        ("retry_policy",),
        exosphere.RetryPolicyResult,
        exosphere.RetryPolicy,
    ),
    "store_config": Part(
        args.StoreConfigArgs,
        args.StoreConfigArgsDict,
        bodies.StoreConfigBody,
        lambda given: inputs.store_config(given, Mistakes()),
        ("store_config",),
        exosphere.StoreConfigResult,
        exosphere.StoreConfig,
    ),
    "trigger": Part(
        args.CronTriggerArgs,
        args.CronTriggerArgsDict,
        bodies.CronBody,
        trigger,
        ("triggers",),
        None,
        exosphere.CronTrigger,
    ),
}
KEYS = {"identifier", "expression"}
"""Fields that are keys in state."""


def fields(part: Part) -> list[str]:
    """Return the names of its fields."""
    return [field.name for field in dataclasses.fields(part.args)]


def in_graph(part: Part) -> Any:
    """Return the part, as the graph above has it."""
    found: Any = GRAPH
    for key in part.place:
        found = found[key]
    return found


def values(part: Part) -> dict[str, Any]:
    """Return the part's arguments as a program passes them."""
    if part.place == ("triggers",):
        return {"expression": next(iter(in_graph(part)))}
    return {**({"identifier": "load"} if part.place[0] == "nodes" else {}), **in_graph(part)}


each_part = pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
each_field = pytest.mark.parametrize(
    ("part", "field"),
    [pytest.param(part, field, id=f"{name}.{field}") for name, part in PARTS.items() for field in fields(part)],
)


def test_every_args_class_is_a_part() -> None:
    """A new part must be added to the table of this test."""
    public = {getattr(exosphere, name) for name in exosphere.__all__ if name.endswith("Args")}
    assert {part.args for part in PARTS.values()} == public - {exosphere.ConnectionArgs}


@each_part
def test_args(part: Part) -> None:
    """The dict twin, the body that the state manager accepts, and what look-ups return have the fields of the Args."""
    assert part.twin.__required_keys__ | part.twin.__optional_keys__ == set(fields(part))  # type: ignore[attr-defined]
    assert set(part.body.model_fields) == set(fields(part))
    if part.result is not None:
        assert {field.name for field in dataclasses.fields(part.result)} == set(fields(part))


@each_part
def test_resource(part: Part) -> None:
    """Declared as a resource of its own, a part has the same fields, as arguments and as outputs."""
    if part.resource is None:
        return
    taken = inspect.signature(part.resource).parameters
    assert set(taken) - {"resource_name", "opts", "graph", "connection"} == set(fields(part))
    assert set(fields(part)) <= set(part.resource.__annotations__)


@each_field
def test_program(part: Part, field: str) -> None:
    """A program's arguments are registered unchanged."""
    assert part.made(part.args(**values(part)))[field] == values(part)[field]


@each_part
def test_the_graph_of_this_test_has_every_field(part: Part) -> None:
    """`GRAPH` must have every field, with a value other than its default."""
    assert set(fields(part)) == set(values(part))


def test_state() -> None:
    """The normal form, which state and previews contain, keeps every field; `judge` accepts it."""
    assert template.normalise(copy.deepcopy(GRAPH)) == GRAPH
    assert template.judge(GRAPH) == []


def test_wire() -> None:
    """Every field goes to the state manager, is stored by the embedded one, and comes back."""
    stored = bodies.GraphBody.model_validate(template.to_body(GRAPH)).model_dump()
    back = template.from_document({**stored, "name": "report", "namespace": "analytics"})
    assert back == {**GRAPH, "secrets": {"password": ""}}


@each_field
def test_export(part: Part, field: str) -> None:
    """An exported program contains every field."""
    graph = LiveGraph("analytics", "report", GRAPH)
    assert f"{field}=" in source(graph, name_all([graph]))


@each_field
def test_review(part: Part, field: str) -> None:
    """A comment on a pull request reports a change of every field."""
    if field in KEYS and part.place != ("nodes", "load", "unites"):
        return  # Another key is another node, or another schedule.
    changed = copy.deepcopy(GRAPH)
    found = changed
    for key in part.place:
        found = found[key]
    old = found[field]
    found[field] = _other(field, old)
    assert sentences(GRAPH, changed)


def _other(field: str, old: Any) -> Any:
    """Return another value of the same kind."""
    if isinstance(old, dict):
        return {} if field == "unites" else dict.fromkeys(old, "another")
    if isinstance(old, list):
        return []
    return old + 1 if isinstance(old, int) else "EXPONENTIAL" if field == "strategy" else "another"
