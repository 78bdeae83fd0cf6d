"""The three sections of a graph that may be left out, and what they are then; and what says that one is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTIONS: Final = ("retry_policy", "store_config", "triggers")

FOLDED: Final = "__folded"
"""Under this key an attachment's inputs and state say that it goes live with its graph, which the same program
declares. If it moves to another graph, the hooks of the one that it leaves upsert or retire that. Pulumi's display
shows no key that begins like this one; it stands in state, and in the inputs and outputs of a preview's JSON."""

RETRY_POLICY: Final[dict[str, Any]] = {
    "max_retries": 3,
    "strategy": "EXPONENTIAL",
    "backoff_factor": 2000,
    "exponent": 2,
    "max_delay": None,
}
"""The state manager's defaults; times in milliseconds."""

RETRY_STRATEGIES: Final = tuple(
    base + jitter for base in ("EXPONENTIAL", "LINEAR", "FIXED") for jitter in ("", "_FULL_JITTER", "_EQUAL_JITTER")
)

UNITES_STRATEGIES: Final = ("ALL_SUCCESS", "ALL_DONE")
"""The first is the default."""


def section_default(section: str) -> dict[str, Any]:
    """What a section is where nobody gave it, as it stands in Inputs; a copy that may be changed."""
    if section == "retry_policy":
        return dict(RETRY_POLICY)
    return {"required_keys": [], "default_values": {}} if section == "store_config" else {}


def with_given_up(olds: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs with each section that a program gave before and no longer does: it goes back to its default."""
    return {**wanted, **{s: section_default(s) for s in SECTIONS if s in olds and s not in wanted}}
