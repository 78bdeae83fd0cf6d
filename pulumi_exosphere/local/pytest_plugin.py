"""A fixture for pytest.

Import it in a `conftest.py`, in whatever folder::

    from pulumi_exosphere.local.pytest_plugin import exosphere_state_manager

Then a test asks for it by name::

    def test_goes_live(exosphere_state_manager):
        exosphere_state_manager.register("analytics", [Extract, Load])
        ...

It is no entry point of pytest's: that would have every test run of every user load this package, and rewrite its
assertions. `docs/testing.md` has whole tests of a Pulumi program.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_exosphere.local import LocalStateManager


@pytest.fixture
def exosphere_state_manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalStateManager]:
    """An embedded state manager of this test alone, empty, on a free port.

    For the time of the test `EXOSPHERE_STATE_MANAGER_URI` and `EXOSPHERE_API_KEY` point at it, for the Pulumi commands
    that the test runs, too.
    """
    with LocalStateManager() as state_manager:
        monkeypatch.setenv("EXOSPHERE_STATE_MANAGER_URI", state_manager.uri)
        monkeypatch.setenv("EXOSPHERE_API_KEY", state_manager.api_key)
        yield state_manager
