"""The parts of a graph as a program writes them.

Wherever one of these classes is accepted, so are a plain dict with the same keys (its ``...ArgsDict``) and the pydantic
model of the same name of Exosphere's own SDK. Wherever an enum is accepted, so is a plain string with the same value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from pulumi import Input

from pulumi_exosphere.template.enums import RetryStrategy, UnitesStrategy, ValidationStatus

__all__ = [
    "ConnectionArgs",
    "ConnectionArgsDict",
    "CronTriggerArgs",
    "CronTriggerArgsDict",
    "CronTriggerEntryDict",
    "GraphNodeArgs",
    "GraphNodeArgsDict",
    "GraphNodeEntryDict",
    "RetryPolicyArgs",
    "RetryPolicyArgsDict",
    "RetryStrategy",
    "StoreConfigArgs",
    "StoreConfigArgsDict",
    "UnitesArgs",
    "UnitesArgsDict",
    "UnitesStrategy",
    "ValidationStatus",
]


@dataclass
class UnitesArgs:
    """Makes a node wait until all branches that start at another node have ended."""

    identifier: Input[str]
    """The identifier of the node where the branches start: another node of the graph, on the path to this one. Every
    branch must end with this node in its ``next_nodes``; if one doesn't and ends last, this node never runs."""
    strategy: Input[UnitesStrategy | str] | None = None
    """When to start: ``ALL_SUCCESS`` (the default), or ``ALL_DONE``, whether the branches succeeded or not."""


class _UnitesRequired(TypedDict):
    identifier: Input[str]


class UnitesArgsDict(_UnitesRequired, total=False):
    """`UnitesArgs` as a plain dict."""

    strategy: Input[UnitesStrategy | str] | None


@dataclass
class GraphNodeArgs:
    """One node of a graph: the registered node that runs, its inputs, and the nodes that follow it."""

    node_name: Input[str]
    """The name under which a runtime registered the node."""
    identifier: str
    """The name of this node in the graph: unique, and not ``store``. A plain string, because it is a key in state."""
    inputs: Mapping[str, Input[str]] | None = field(default=None, repr=False)
    """The node's inputs by field; default: none. Values are strings that may contain
    ``${{ IDENTIFIER.outputs.FIELD }}``, an output of a node that runs before, and ``${{ store.KEY }}``. The state
    manager shows them to everyone who can list the graph: put secrets into the graph's ``secrets``."""
    namespace: Input[str] | None = None
    """The namespace in which the node is registered; default: the graph's. A graph with a node of another namespace
    deploys and is VALID, but that node never runs, so leave this out."""
    next_nodes: Input[Sequence[Input[str]]] | None = None
    """The identifiers of the nodes that start when this one has ended; default: none. The order matters: the state
    manager walks the graph in this order to decide which nodes may refer to which."""
    unites: UnitesArgs | UnitesArgsDict | None = None
    """Wait for branches to end before this node starts; default: don't wait."""


class _GraphNodeRequired(TypedDict):
    node_name: Input[str]


class GraphNodeEntryDict(_GraphNodeRequired, total=False):
    """A node in a mapping whose keys are the identifiers."""

    inputs: Mapping[str, Input[str]] | None
    namespace: Input[str] | None
    next_nodes: Input[Sequence[Input[str]]] | None
    unites: UnitesArgs | UnitesArgsDict | None


class GraphNodeArgsDict(GraphNodeEntryDict):
    """`GraphNodeArgs` as a plain dict."""

    identifier: str


@dataclass
class RetryPolicyArgs:
    """The retries of a node that fails."""

    max_retries: Input[int] | None = None
    """The number of retries, 0 or more; default: 3."""
    strategy: Input[RetryStrategy | str] | None = None
    """The growth of the delay; default: ``EXPONENTIAL``."""
    backoff_factor: Input[int] | None = None
    """The first delay in milliseconds, more than 0; default: 2000."""
    exponent: Input[int] | None = None
    """The factor by which an exponential delay grows at every retry, more than 0; default: 2."""
    max_delay: Input[int] | None = None
    """The longest delay in milliseconds, more than 0; default: no limit."""


class RetryPolicyArgsDict(TypedDict, total=False):
    """`RetryPolicyArgs` as a plain dict."""

    max_retries: Input[int] | None
    strategy: Input[RetryStrategy | str] | None
    backoff_factor: Input[int] | None
    exponent: Input[int] | None
    max_delay: Input[int] | None


@dataclass
class StoreConfigArgs:
    """The store that the nodes of one run share."""

    required_keys: Sequence[str] | None = None
    """Keys that must be given to start a run; default: none. Plain strings without a dot. A scheduled run starts with
    an empty store, so **any** required key makes every scheduled run fail."""
    default_values: Mapping[str, Input[str]] | None = field(default=None, repr=False)
    """Default values by key; default: none. Keys are plain strings without a dot, values are strings. The state manager
    shows them to everyone who can list the graph."""


class StoreConfigArgsDict(TypedDict, total=False):
    """`StoreConfigArgs` as a plain dict."""

    required_keys: Sequence[str] | None
    default_values: Mapping[str, Input[str]] | None


@dataclass
class CronTriggerArgs:
    """A schedule on which the graph runs."""

    expression: Input[str]
    """A cron expression of 5 fields, 6 (the last is the second) or 7 (the last is the year), or ``@hourly``,
    ``@daily``, ``@weekly``, ``@monthly``, ``@yearly``, in the **state manager's** local time. Not a secret, because it
    is a key in state."""


class CronTriggerArgsDict(TypedDict):
    """`CronTriggerArgs` as a plain dict."""

    expression: Input[str]


class CronTriggerEntryDict(TypedDict, total=False):
    """A schedule in a mapping whose keys are the expressions."""

    type: str


@dataclass
class ConnectionArgs:
    """A state manager to use instead of the configured one."""

    uri: Input[str] = field(repr=False)
    """Its address, such as ``https://exosphere.example.com``. Kept secret if it contains credentials."""
    api_key: Input[str] = field(repr=False)
    """Its API key. Always kept secret."""
    headers: Input[Mapping[str, Input[str]]] | None = field(default=None, repr=False)
    """Additional headers by name, for an authenticating proxy in front of it. Sent to this address only; always kept
    secret."""


class _ConnectionRequired(TypedDict):
    uri: Input[str]
    api_key: Input[str]


class ConnectionArgsDict(_ConnectionRequired, total=False):
    """`ConnectionArgs` as a plain dict."""

    headers: Input[Mapping[str, Input[str]]] | None
