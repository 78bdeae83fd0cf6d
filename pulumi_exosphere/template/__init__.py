"""The graph template, and the rules by which the state manager accepts one. Pure: no I/O, neither pulumi nor httpx.

*Inputs* are a graph as Pulumi's state has it: ``name``, ``namespace``, ``nodes`` by identifier, ``secrets`` by name,
and, each only if it is managed, ``retry_policy``, ``store_config`` and ``triggers`` by expression.

- Normal form: `normalise`, `sections`, `enums`, `triggers`. To and from the API's documents: `document`.
- Rules: `validate` (`validate_sections`, `structure`, `walk`, `references`, `cron`), with the phrases of `messages`.
  Likely mistakes that are accepted: `advice`. Checks against registered nodes: `registered_nodes`.
- Differences, and when the state manager judges by the previous version: `compare`; what taking a graph over changes:
  `take_over`. Names that Pulumi's CLI hides: `names`.
"""

from __future__ import annotations

from .advice import advice
from .compare import changes, judged_by_previous
from .document import from_document, is_retired, retired, to_body
from .messages import Fault
from .normalise import normalise
from .sections import UNKNOWN, section_default
from .structure import body_faults
from .validate import judge, judge_section

__all__ = [
    "UNKNOWN",
    "Fault",
    "advice",
    "body_faults",
    "changes",
    "from_document",
    "is_retired",
    "judge",
    "judge_section",
    "judged_by_previous",
    "normalise",
    "retired",
    "section_default",
    "to_body",
]
