"""The documents of the state manager's API, described once: for the client, and for the embedded server.

An answer is read leniently: a field that this version doesn't know is kept. The client's errors, and the ``repr`` of a
model, contain no value. What the server refuses in a request is added in ``local/bodies.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pulumi_exosphere.template.sections import RETRY_POLICY, UNITES_STRATEGIES

SHOWN = 3
"""Places that a message names at most."""


class Shape(BaseModel):
    """The base of all documents."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True, defer_build=True)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Nothing: a document can contain values."""
        return ()

    def document(self) -> dict[str, Any]:
        """Return the document as it came, defaults left out."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class Unites(Shape):
    """The node that a node unites, and the condition under which it continues."""

    identifier: str
    strategy: str = UNITES_STRATEGIES[0]


class Node(Shape):
    """One node of a graph."""

    node_name: str
    namespace: str
    identifier: str
    inputs: dict[str, Any]
    next_nodes: list[str] | None = Field(default_factory=list)
    unites: Unites | None = None


class RetryPolicy(Shape):
    """The retries of failed nodes; times in milliseconds."""

    max_retries: int = RETRY_POLICY["max_retries"]
    strategy: str = RETRY_POLICY["strategy"]
    backoff_factor: int = RETRY_POLICY["backoff_factor"]
    exponent: int = RETRY_POLICY["exponent"]
    max_delay: int | None = RETRY_POLICY["max_delay"]


class StoreConfig(Shape):
    """The keys of a run's store."""

    required_keys: list[str] = Field(default_factory=list)
    default_values: dict[str, str] = Field(default_factory=dict)


class Cron(Shape):
    """The value of a trigger of type CRON."""

    expression: str


class NodeRegistration(Shape):
    """One node of a runtime, its schemas as JSON Schema."""

    name: str
    inputs_schema: dict[str, Any]
    outputs_schema: dict[str, Any]
    secrets: list[str]


class Registration(Shape):
    """The nodes that a runtime registers."""

    runtime_name: str
    nodes: list[NodeRegistration]


class StoredNode(Node):
    """One node, as an answer contains it."""

    namespace: str = ""
    inputs: dict[str, str] = Field(default_factory=dict)


class Trigger(Shape):
    """A trigger of runs, as an answer contains it; `Cron` is the only kind that this version knows."""

    type: Literal["CRON"] = "CRON"
    value: Cron


class Graph(Shape):
    """The answer to a PUT or GET of one graph; a GET's three sections are their defaults, whatever is stored."""

    nodes: list[StoredNode]
    validation_status: str
    validation_errors: list[str] | None = None
    secrets: dict[str, Any] | None = None
    """Names and, in a listing, ciphertext."""
    retry_policy: RetryPolicy | None = None
    store_config: StoreConfig | None = None
    triggers: list[Trigger] | None = None
    created_at: str | None = None
    """Without a time zone, in the server's local time."""
    updated_at: str | None = None


class ListedGraph(Graph):
    """One document of a namespace's listing, with the sections as they are stored."""

    id: str | None = Field(default=None, alias="_id")
    name: str
    namespace: str = ""


class RegisteredNode(Shape):
    """One document of the listing of registered nodes."""

    name: str
    namespace: str = ""
    runtime_name: str = ""
    inputs_schema: dict[str, Any] | None = None
    outputs_schema: dict[str, Any] | None = None
    secrets: list[str] | None = None


def listed_graph(document: Mapping[str, Any]) -> ListedGraph | str:
    """Read a document of a namespace's listing; where it has an unknown form, return the places, without any value."""
    try:
        return ListedGraph.model_validate(document)
    except ValidationError as error:
        return places(error)


def registered_node(document: Mapping[str, Any]) -> RegisteredNode:
    """Read a registered node, which has a text ``name``; one of an unknown form is known by its name alone."""
    try:
        return RegisteredNode.model_validate(document)
    except ValidationError:
        return RegisteredNode(name=document["name"])


def places(error: ValidationError) -> str:
    """Return where a document isn't what it should be, and why, without any value."""
    found = [
        f"{'.'.join(map(str, one['loc'])) or 'the document'}: {one['msg'][:1].lower()}{one['msg'][1:]}"
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "; ".join([*found[:SHOWN], *more])
