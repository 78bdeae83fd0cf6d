"""What state shows of secrets, whose values can't be read back."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.reconcile.live import Live
from pulumi_exosphere.reconcile.revisions import live_names, next_revisions, secret_revisions
from pulumi_exosphere.spec import UNKNOWN

EARLIER, LATER = "2026-01-01T00:00:00.000", "2026-01-02T00:00:00.000"
STATE: dict[str, Any] = {"secret_revisions": {"token": "3"}, "updated_at": EARLIER}


def live(*names: str, updated_at: str = EARLIER) -> Live:
    """A graph with secrets of these names."""
    return Live({"secrets": dict.fromkeys(names, "")}, "VALID", (), updated_at, "", None, retired=False)


def test_secret_names() -> None:
    """Names that came and went, and a write by somebody else, show."""
    assert secret_revisions(STATE, live("token", "more", updated_at=LATER)) == {
        "token": f"3, rewritten outside Pulumi {LATER}",
        "more": "added outside Pulumi",
    }
    assert secret_revisions(STATE, live()) == {"token": "3, removed outside Pulumi"}


def test_live_names() -> None:
    """Those that state doesn't say were removed."""
    assert live_names(secret_revisions(STATE, live("more"))) == {"more"}


REVISIONS = {
    "a new one": ({}, {"a": "1"}, {"a": "1"}),
    "the same": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4"}}, {"a": "1"}, {"a": "4"}),
    "another value": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4"}}, {"a": "2"}, {"a": "5"}),
    "rewritten": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4, rewritten"}}, {"a": "1"}, {"a": "4"}),
    "not known yet": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4"}}, {"a": UNKNOWN}, {"a": UNKNOWN}),
    "dropped": ({"secrets": {"a": "1"}, "secret_revisions": {"a": "4"}}, {}, {}),
}


@pytest.mark.parametrize(("olds", "secrets", "expected"), REVISIONS.values(), ids=REVISIONS)
def test_next_revisions(olds: dict[str, Any], secrets: dict[str, Any], expected: dict[str, Any]) -> None:
    """`check` counts up where the value differs from the old input's."""
    assert next_revisions(olds, secrets) == expected
