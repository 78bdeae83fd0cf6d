"""The parts of a graph as a program writes them, and the enums of Exosphere's API.

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
    "GraphNodeArgs",
    "GraphNodeArgsDict",
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
    """Makes a node wait until every branch that started at another node has come together again."""

    identifier: Input[str]
    """The identifier of the node whose branches are waited for: another node of the graph, on the way to this one."""
    strategy: Input[UnitesStrategy | str] | None = None
    """When to go on: ``ALL_SUCCESS`` (the default) or ``ALL_DONE``, whether the branches succeeded or not."""


class _UnitesRequired(TypedDict):
    identifier: Input[str]


class UnitesArgsDict(_UnitesRequired, total=False):
    """`UnitesArgs` as a plain dict."""

    strategy: Input[UnitesStrategy | str] | None


@dataclass
class GraphNodeArgs:
    """One node of a graph: which registered node runs, with what inputs, and what comes after it."""

    node_name: Input[str]
    """The name under which a runtime registered the node."""
    identifier: str
    """What this node is called in this graph: unique in it, not ``store``. A plain string, as it is a key in state."""
    inputs: Mapping[str, Input[str]] | None = field(default=None, repr=False)
    """The node's inputs by field; default: none. Values are strings, and may hold ``${{ IDENTIFIER.outputs.FIELD }}``
    of a node that runs before, and ``${{ store.KEY }}``. The state manager shows them to whoever can list the graph:
    a secret belongs in the graph's ``secrets``."""
    namespace: Input[str] | None = None
    """The namespace in which the node is registered; default: the graph's."""
    next_nodes: Input[Sequence[Input[str]]] | None = None
    """The identifiers of the nodes that start when this one has ended; default: none. Their order is meaning: the state
    manager walks the graph in it to decide which nodes may refer to which."""
    unites: UnitesArgs | UnitesArgsDict | None = None
    """Wait for branches to come together before this node starts; default: don't."""


class _GraphNodeRequired(TypedDict):
    node_name: Input[str]
    identifier: str


class GraphNodeArgsDict(_GraphNodeRequired, total=False):
    """`GraphNodeArgs` as a plain dict."""

    inputs: Mapping[str, Input[str]] | None
    namespace: Input[str] | None
    next_nodes: Input[Sequence[Input[str]]] | None
    unites: UnitesArgs | UnitesArgsDict | None


@dataclass
class RetryPolicyArgs:
    """What happens when a node of the graph fails."""

    max_retries: Input[int] | None = None
    """How often a failed node is tried again, 0 or more; default: 3."""
    strategy: Input[RetryStrategy | str] | None = None
    """How the delay grows; default: ``EXPONENTIAL``."""
    backoff_factor: Input[int] | None = None
    """The delay to start from, in milliseconds, more than 0; default: 2000."""
    exponent: Input[int] | None = None
    """What an exponential delay is multiplied by each time, more than 0; default: 2."""
    max_delay: Input[int] | None = None
    """The longest delay, in milliseconds, more than 0; default: no limit."""


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
    """Keys that whoever starts a run must give; default: none. Plain strings without a dot. A run started by a schedule
    starts with an empty store, so that **any** required key makes every scheduled run fail."""
    default_values: Mapping[str, Input[str]] | None = field(default=None, repr=False)
    """Values by key for what a run wasn't given; default: none. Keys are plain strings without a dot, values are
    strings. The state manager shows them to whoever can list the graph."""


class StoreConfigArgsDict(TypedDict, total=False):
    """`StoreConfigArgs` as a plain dict."""

    required_keys: Sequence[str] | None
    default_values: Mapping[str, Input[str]] | None


@dataclass
class CronTriggerArgs:
    """A schedule on which the graph runs."""

    expression: Input[str]
    """When: a cron expression of 5 fields, 6 (the last is seconds) or 7 (the last is the year), or ``@hourly``,
    ``@daily``, ``@weekly``, ``@monthly``, ``@yearly``, in the **state manager's** local time. Not a secret, as it is a
    key in state."""


class CronTriggerArgsDict(TypedDict):
    """`CronTriggerArgs` as a plain dict."""

    expression: Input[str]


@dataclass
class ConnectionArgs:
    """Which state manager to talk to, instead of the configured one."""

    uri: Input[str] = field(repr=False)
    """Its address, such as ``https://exosphere.example.com``. Kept secret if it holds credentials."""
    api_key: Input[str] = field(repr=False)
    """Its API key. Always kept secret."""


class ConnectionArgsDict(TypedDict):
    """`ConnectionArgs` as a plain dict."""

    uri: Input[str]
    api_key: Input[str]
