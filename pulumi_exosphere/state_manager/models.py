"""The documents of the state manager's API, described once: for the client, and for the embedded server.

An answer is read leniently: a field that this version doesn't know is kept. The client's errors, and the ``repr`` of a
model, contain no value. What the server refuses in a request is added in ``local/bodies.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pulumi_exosphere.errors import UnreadableAnswer
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


@dataclass(frozen=True)
class GraphListing:
    """The graphs of a namespace."""

    namespace: str
    graphs: Mapping[str, ListedGraph] = field(default_factory=dict)
    """By name; of two documents of one name the first, as a GET finds it."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """By name the places in documents of a form that this version doesn't know, without any value."""
    repeated: tuple[str, ...] = ()
    """The names that more than one document has, sorted."""

    def find(self, name: str) -> ListedGraph | None:
        """Return the graph of this name, or None.

        Raises UnreadableAnswer if its document can't be read.
        """
        if name in self.unreadable:
            raise UnreadableAnswer(self.why_unreadable(name))
        return self.graphs.get(name)

    def why_unreadable(self, name: str) -> str:
        """Return the message about a document that can't be read."""
        return (
            f"graph '{name}' in namespace '{self.namespace}' has a form that this version of pulumi-exosphere doesn't "
            f"know ({self.unreadable[name]}), so it can't be managed. Update pulumi-exosphere, or upsert the graph "
            "without that"
        )

    def notices(self) -> list[str]:
        """Return a sentence about each name that more than one document has."""
        return [
            f"graph '{name}' in namespace '{self.namespace}' is stored more than once: the first document is used, as "
            "the state manager does. Remove the others from its database"
            for name in self.repeated
        ]


def graph_listing(namespace: str, documents: Iterable[Mapping[str, Any]]) -> GraphListing:
    """Read the documents of a listing one by one; each has a text ``name``."""
    graphs: dict[str, ListedGraph] = {}
    unreadable: dict[str, str] = {}
    repeated: set[str] = set()
    for document in documents:
        name = document["name"]
        if name in graphs or name in unreadable:
            repeated.add(name)
            continue
        try:
            graphs[name] = ListedGraph.model_validate(document)
        except ValidationError as error:
            unreadable[name] = places(error)
    return GraphListing(namespace, graphs, unreadable, tuple(sorted(repeated)))


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
