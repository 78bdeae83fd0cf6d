"""Fixtures for all tests, and one that every test gets: an environment without Exosphere's and Pulumi's settings."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from pulumi_exosphere.local import LocalStateManager
from tests.support.brevity import BRIEFLY, examples
from tests.support.fault_proxy import FaultProxy
from tests.support.nodes import NODES
from tests.support.pulumi_project import Project

# A property asserts no time: the machine may be busy with other tests.
settings.register_profile("tests", deadline=None, max_examples=examples(100), derandomize=BRIEFLY)
settings.load_profile("tests")

API_KEY = "test-key"
CLI = {"project", "pulumi_cli", "built"}
"""Fixtures that make a test `cli`, whether it or one of its fixtures asks for them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that run the Pulumi CLI or build the package, so that they can be left out."""
    for item in items:
        if not CLI.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.cli)


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what was collected: thousands of tests, looked through again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the person who runs the tests from affecting them."""
    for name in list(os.environ):
        if name.startswith(("EXOSPHERE_", "PULUMI_")):
            monkeypatch.delenv(name)


@pytest.fixture(params=["dynamic", "native"])
def either_front(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the test twice: through the hooks of Pulumi's dynamic providers, and through the native plugin."""
    from tests.support.hooks_driver import front  # Not every test needs the hooks.

    front.native = request.param == "native"
    yield
    front.native = False


def later() -> float:
    """Return how far a server's `Date` header is ahead of its timestamps, so that no hook waits for schedules.

    A hook takes what was written a minute ago for settled, and sends nothing while schedules fire, at second 0.
    What is about these waits sets `faults.clock` itself.
    """
    return 60 + (10 - time.time()) % 60


@pytest.fixture
def state_manager() -> Iterator[LocalStateManager]:
    """Yield an embedded state manager on a free port, with the nodes of `tests.support.nodes` registered."""
    from pulumi_exosphere.local import LocalStateManager  # Not every test needs a server.

    with LocalStateManager(api_key=API_KEY) as running:
        for namespace, nodes in NODES.items():
            running.register(namespace, nodes)
        running.faults.clock = later()
        running.clear_requests()
        yield running


@pytest.fixture
def proxy(state_manager: LocalStateManager) -> Iterator[FaultProxy]:
    """Yield a proxy in front of `state_manager`, which makes chosen requests go wrong."""
    with FaultProxy(state_manager.uri) as running:
        yield running


@pytest.fixture
def pulumi_cli() -> None:
    """Let the test, or the fixture, run the Pulumi CLI by itself, not through `project`."""


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path, state_manager: LocalStateManager) -> Callable[..., Project]:
    """Return a function that makes a Pulumi project of a program (text or folder), configured for `state_manager`.

    More variables may be given; each call makes a new stack, in a folder called ``name``. A test that is marked
    `either_front` runs twice: as its programs are written, and with the same declared as native resources.
    """
    on_plugin = getattr(request, "param", "dynamic") == "native"
    state_manager.faults.clock = 0.0  # Hooks wait as a user's do.

    def make(program: str | Path, env: Mapping[str, str] | None = None, *, name: str = "project") -> Project:
        server = {"EXOSPHERE_STATE_MANAGER_URI": state_manager.uri, "EXOSPHERE_API_KEY": state_manager.api_key}
        return Project(tmp_path / name, program, {**server, **(env or {})}, on_plugin=on_plugin)

    return make
