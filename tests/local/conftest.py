"""One embedded state manager for the tests of a module, emptied at the start of each, except for registered nodes."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.local.talk import KEY
from tests.support.nodes import NODES


@pytest.fixture(scope="module")
def running() -> Iterator[LocalStateManager]:
    """Yield the module's state manager, as the previous test left it."""
    with LocalStateManager(api_key=KEY) as state_manager:
        yield state_manager


@pytest.fixture(scope="module")
def connection(running: LocalStateManager) -> Iterator[httpx.Client]:
    """Yield a persistent connection to it, with the key."""
    with httpx.Client(base_url=running.uri, headers={"x-api-key": KEY}) as client:
        yield client


@pytest.fixture
def server(running: LocalStateManager) -> LocalStateManager:
    """Yield the module's state manager, with the nodes of `tests.support.nodes` and nothing else."""
    running.faults.clear()
    running.settle()
    running.clear()
    for namespace, nodes in NODES.items():
        running.register(namespace, nodes)
    return running


@pytest.fixture
def http(server: LocalStateManager, connection: httpx.Client) -> httpx.Client:
    """Yield a connection to `server`."""
    return connection
