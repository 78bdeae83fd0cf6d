"""The user's view of a failed hook, through the real CLI: one line, an outcome, no traceback, no secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.test_graph import program
from tests.faults.rows import from_then_on, outcome_of
from tests.support.fault_proxy import FaultProxy
from tests.support.faults import RESET_AFTER, UNAUTHORIZED, UNAVAILABLE, Fault
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

CANARY = "canary"
KEY = "test-key"
PROGRAM = program(source="canary-input")


@pytest.fixture
def stack(project: Make, proxy: FaultProxy) -> Project:
    """Return a stack whose address contains credentials, and which has a short timeout."""
    made = project(PROGRAM, {"EXOSPHERE_STATE_MANAGER_URI": proxy.uri.replace("http://", "http://user:canary-url@")})
    made.config_set("exosphere:requestTimeout", "5")
    made.config_set("exosphere:maxRetries", "1")
    return made


# The command, the request from which on all of them go wrong, how they do, and the message.
CASES: list[tuple[str, str, int, Fault, str]] = [
    ("create", "PUT graph", 1, UNAUTHORIZED, "not written"),
    ("create", "GET graph", 1, UNAVAILABLE, "written and not yet validated"),
    ("create", "PUT graph", 1, RESET_AFTER, "unknown"),
    ("update", "GET graph", 1, UNAUTHORIZED, "not written"),
    ("update", "GET graph", 2, UNAVAILABLE, "written and not yet validated"),
    ("update", "GET graphs", 2, UNAVAILABLE, "written and VALID"),
    ("update", "PUT graph", 1, RESET_AFTER, "unknown"),
    ("refresh", "GET graphs", 1, UNAUTHORIZED, ""),
    ("destroy", "PUT graph", 1, UNAUTHORIZED, "not written"),
    ("destroy", "GET graph", 2, UNAVAILABLE, "written and not yet validated"),
    ("destroy", "PUT graph", 1, RESET_AFTER, "unknown"),
]
IN_SHORT = 1
"""The failures that `make test` tries: one is enough to see what a failure looks like."""


@pytest.mark.parametrize(
    ("command", "kind", "nth", "fault", "said"),
    [pytest.param(*case, marks=[] if at == IN_SHORT else [pytest.mark.full]) for at, case in enumerate(CASES)],
)
def test_each_hook_and_outcome(
    stack: Project, proxy: FaultProxy, command: str, kind: str, nth: int, fault: Fault, said: str
) -> None:
    """The error is one line with the outcome; neither it nor Pulumi's files contain a secret."""
    if command != "create":
        stack.up("--skip-preview").check()
    if command == "update":
        stack.program = PROGRAM.replace('identifier="load",', 'identifier="load", next_nodes=[],').replace(
            "canary-input", "canary-other"
        )
    run = stack.up if command in {"create", "update"} else getattr(stack, command)
    proxy.clear()
    from_then_on(proxy, kind, nth, fault)
    result = run("--skip-preview").refused()
    proxy.on_request = None
    proxy.clear()
    errors = [
        message for severity, urn, message in result.diagnostics if severity == "error" and urn.endswith("report")
    ]
    lines = [line for error in errors for line in error.strip().splitlines() if "Outcome" in line]
    # A refresh writes nothing, and reports no outcome.
    assert [outcome_of(line) for line in lines] == [said] * bool(said), result.output
    assert "Traceback" not in result.output
    assert CANARY not in "".join(lines)
    assert KEY not in result.output
    run("--skip-preview").check()
    assert stack.holding("canary-secret") == []
    assert stack.holding("canary-url") == []
    assert stack.holding(KEY) == []


@pytest.mark.full
def test_verbose_logging(stack: Project, proxy: FaultProxy) -> None:
    """With Pulumi's most verbose logging, neither messages nor logs contain a secret."""
    proxy.inject("PUT graph", UNAVAILABLE, times=None)
    result, logged = stack.verbosely("up")
    assert "Outcome: not written" in result.refused().output
    assert [text for text in logged if "Outcome: not written" in text]
    assert not [text for text in [*logged, result.output] if CANARY in text or KEY in text]
