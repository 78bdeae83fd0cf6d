"""The graph template: what it is, and which ones the state manager accepts. Pure: no I/O, neither pulumi nor httpx.

*Inputs* are a graph as it stands in Pulumi's state: ``name``, ``namespace``, ``nodes`` by identifier, ``secrets`` by
name and, each only where it is managed, ``retry_policy``, ``store_config`` and ``triggers`` by expression.

- Normal form: `normalise`, `sections`. To and from the API's documents: `document`.
- Rules: `validate` (`validate_sections`, `structure`, `walk`, `references`, `cron`), worded by `messages`. What is
  accepted and still likely a mistake: `advice`. What runtimes have registered: `registered_nodes`.
- Differences, and when the server judges by the previous version: `compare`.
"""

from __future__ import annotations

from .advice import advice
from .compare import changes, judged_by_previous
from .document import from_document, is_retired, retired, to_body
from .messages import Fault
from .normalise import normalise
from .sections import UNKNOWN, section_default
from .structure import body_faults
from .validate import judge

__all__ = [
    "UNKNOWN",
    "Fault",
    "advice",
    "body_faults",
    "changes",
    "from_document",
    "is_retired",
    "judge",
    "judged_by_previous",
    "normalise",
    "retired",
    "section_default",
    "to_body",
]
