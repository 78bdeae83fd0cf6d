"""The three optional sections of a graph, their defaults, the id of a graph, and the stand-ins for unknown values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal

from pulumi_exosphere.errors import InvalidGraph

from .enums import RetryStrategy, UnitesStrategy
from .messages import OUTPUT_AS_TEXT, output_as_text


def parse_id(graph_id: str, path: str = "graph") -> tuple[str, str]:
    """Namespace and name of an id.

    Args:
        graph_id: ``NAMESPACE/NAME``, with one ``/``. A side that is only spaces counts as empty, since the state
            manager trims names.
        path: Where the id is, for the message.

    Raises:
        InvalidGraph: It isn't the id of a graph.
    """
    namespace, slash, name = graph_id.partition("/")
    if OUTPUT_AS_TEXT in graph_id:
        raise InvalidGraph(str(output_as_text(path)))
    if slash and namespace.strip() and name.strip() and "/" not in name:
        return namespace, name
    raise InvalidGraph(
        f"{path}: '{graph_id}' isn't the id of a graph. Write NAMESPACE/NAME, as in 'analytics/daily-report'; for a "
        "graph of this program, give the Graph itself"
    )


class Unknown(Enum):
    """An enum, so that its only member stays the same object when it is copied or pickled."""

    UNKNOWN = "UNKNOWN"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final[Literal[Unknown.UNKNOWN]] = Unknown.UNKNOWN
"""A value, or a whole subtree, that only the update will know; compare with ``is``."""

UNKNOWN_EXPRESSION = "unknown expression "
"""The beginning of a key of ``triggers`` that stands for an expression that isn't known yet; a number follows.

An expression may be an output of another resource, so a preview may not know it when it builds the map of triggers. A
map needs keys, so a stand-in takes its place. Nothing judges it, and the update never sees one.
"""


def unknown_expression(number: int) -> str:
    """The stand-in for the ``number``-th unknown expression of a graph."""
    return f"{UNKNOWN_EXPRESSION}{number}"


def is_unknown_expression(key: str) -> bool:
    """Whether a key of ``triggers`` is a stand-in for an unknown expression."""
    return key.startswith(UNKNOWN_EXPRESSION) and key[len(UNKNOWN_EXPRESSION) :].isdecimal()


SECTIONS: Final = ("retry_policy", "store_config", "triggers")

SCHEDULES: Final = "schedules"
"""The property of a schedule's resource that says why the schedule isn't deployed: `OFF` or `IGNORED`."""
OFF: Final = "off"
"""``exosphere:schedules off``: this stack deploys no schedule."""
IGNORED: Final = "ignored"
"""The graph's ``ignore_changes`` covers its schedules: they are left as they are live."""
FOLDED: Final = "__folded"
"""The key in an attachment's inputs and state that says that it goes live with its graph, declared by the same program.
If it moves to another graph, the hooks of its old graph upsert or retire that one. Pulumi doesn't display keys that
begin with two underscores; this one is in state and in a preview's JSON."""
CONFLICT: Final = "__conflict"
"""The key in a graph's inputs by which a program asks `check`, in a preview, to return a conflict with what is live
instead of failing: at a failure the preview ends, and the conflicts of other graphs stay unseen. Never in state."""

RETRY_POLICY: Final[dict[str, Any]] = {
    "max_retries": 3,
    "strategy": "EXPONENTIAL",
    "backoff_factor": 2000,
    "exponent": 2,
    "max_delay": None,
}
"""The state manager's defaults; times in milliseconds."""

RETRY_STRATEGIES: Final = tuple(strategy.value for strategy in RetryStrategy)

UNITES_STRATEGIES: Final = tuple(strategy.value for strategy in UnitesStrategy)
"""The first is the default."""


def section_default(section: str) -> dict[str, Any]:
    """The default of a section, as Inputs have it; a copy that may be changed."""
    if section == "retry_policy":
        return dict(RETRY_POLICY)
    return {"required_keys": [], "default_values": {}} if section == "store_config" else {}


def with_given_up(olds: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs with the default of each section that the program gave before and no longer gives."""
    return {**wanted, **{s: section_default(s) for s in SECTIONS if s in olds and s not in wanted}}
