from __future__ import annotations

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.faults.operations import OPERATIONS
from tests.faults.rows import CANARY, FAULTS, LASTING, Row, requests_of, run_rows, table
from tests.support.brevity import cases

MORE = ("create of a retired one", "update sent twice", "detach")
"""Similar to the others, and a third of the time."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.full] if name in MORE else []) for name in OPERATIONS]
)
def test_every_fault_at_every_request(
    name: str, state_manager: LocalStateManager, tried: list[Row], capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever fails in any request, the message is true, and the next run ends as declared."""
    requests = requests_of(OPERATIONS[name], state_manager)
    rows = [Row(name, request, fault, lasting=False) for request in requests for fault in FAULTS]
    rows += [Row(name, request, fault, lasting=True) for request in requests for fault in LASTING]
    rows = cases(rows)
    run_rows(name, state_manager, rows)
    tried.extend(rows)
    wrong = [row for row in rows if row.wrong or not row.said]
    assert not wrong, f"{len(wrong)} of {len(rows)}:\n{table(wrong)}"
    assert CANARY not in capfd.readouterr().out
