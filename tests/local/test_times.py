"""Timestamps are truncated when they are stored."""

from __future__ import annotations

import pytest

from pulumi_exosphere.local.store import as_stored


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("2026-01-05T10:11:12.123456", "2026-01-05T10:11:12.123000"),
        ("2026-01-05T10:11:12.123000", "2026-01-05T10:11:12.123000"),
        ("2026-01-05T10:11:12.000456", "2026-01-05T10:11:12"),
        ("2026-01-05T10:11:12", "2026-01-05T10:11:12"),
        ("2026-01-05T10:11:12.010999", "2026-01-05T10:11:12.010000"),
    ],
)
def test_as_stored(first: str, later: str) -> None:
    """Milliseconds are kept, written with six digits; a whole second is written without any."""
    assert as_stored(first) == later
