"""What a graph template is, and which the state manager takes. Pure: no I/O, and neither pulumi nor httpx.

*Inputs* are a graph as it stands in Pulumi's state: ``name``, ``namespace``, ``nodes`` by identifier, ``secrets`` by
name and, each only where it is managed, ``retry_policy``, ``store_config`` and ``triggers`` by expression. What needs
pydantic (`shape`) or croniter (`cron`) loads it when it is used.

Their normal form: `normalise`, with `node`, `sections`, `keys`, `ids`, `unknown`. To and from what the state manager
speaks: `document`. What it would refuse: `judge` (`judge_nodes`, `judge_sections`, `rules`, `inputs`, `shape`), with
`walk`, `links`, `placeholders`, `schema`, `cron`; in a `fault` each, worded by `wording`; and what it takes and is
worth a word: `advice`. What its runtimes registered: `registry`, `registry_words`. What differs, and what is judged
by the version before: `changes`, `previous`.
"""

from __future__ import annotations

from pulumi_exosphere.spec.advice import advice
from pulumi_exosphere.spec.changes import changes
from pulumi_exosphere.spec.document import from_document, is_retired, retired, to_body
from pulumi_exosphere.spec.fault import Fault
from pulumi_exosphere.spec.judge import judge
from pulumi_exosphere.spec.normalise import normalise
from pulumi_exosphere.spec.previous import judged_by_previous
from pulumi_exosphere.spec.rules import body_faults
from pulumi_exosphere.spec.sections import section_default
from pulumi_exosphere.spec.unknown import UNKNOWN

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
