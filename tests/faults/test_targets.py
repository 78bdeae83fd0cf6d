"""Hooks that are sent to the wrong place, or with the wrong key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pulumi_exosphere.errors import ConfigurationError, Unauthorized, Unreachable
from pulumi_exosphere.local import LocalStateManager
from tests.support.hooks_driver import Refused, Resource
from tests.support.nodes import NODES
from tests.support.wanted import report

URI, KEY = "EXOSPHERE_STATE_MANAGER_URI", "EXOSPHERE_API_KEY"


@pytest.fixture
def other() -> Iterator[LocalStateManager]:
    """Another state manager, with the same key."""
    with LocalStateManager(api_key="test-key") as running:
        for namespace, nodes in NODES.items():
            running.register(namespace, nodes)
        yield running


@pytest.fixture
def graph(state_manager: LocalStateManager, monkeypatch: pytest.MonkeyPatch) -> Resource:
    """A graph that was created with the environment's address and key."""
    monkeypatch.setenv(URI, state_manager.uri)
    monkeypatch.setenv(KEY, state_manager.api_key)
    made = Resource({})
    made.up(report())
    return made


def test_refresh_with_another_environment(
    graph: Resource, other: LocalStateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop whose environment points at another server: a refresh asks the one that state names."""
    monkeypatch.setenv(URI, other.uri)
    assert graph.refresh()
    assert graph.outs["validation_status"] == "VALID"
    assert other.requests == []


def test_destroy_with_another_environment(
    graph: Resource, state_manager: LocalStateManager, other: LocalStateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a destroy retires there, and touches a graph of the same name elsewhere not at all."""
    monkeypatch.setenv(URI, other.uri)
    Resource({}).up(report())
    other.clear_requests()
    graph.destroy()
    assert [one["nodes"][0]["node_name"] for one in state_manager.graphs("analytics")] == ["__retired__"]
    assert other.requests == []


def test_update_with_another_environment(
    graph: Resource,
    state_manager: LocalStateManager,
    other: LocalStateManager,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """An `up` shows the other address, puts the graph there, and says that the old one isn't retired."""
    monkeypatch.setenv(URI, other.uri)
    assert graph.preview(report())
    graph.up(report())
    assert graph.outs["state_manager"] == other.uri
    assert other.graph("analytics", "daily-report")["validation_status"] == "VALID"
    assert state_manager.graph("analytics", "daily-report")["validation_status"] == "VALID"
    assert f"the one at {state_manager.uri} isn't retired" in capfd.readouterr().out


@contextmanager
def rotated(folder: Path, config: dict[str, str]) -> Iterator[Resource]:
    """A graph whose server takes a new key, while the stack's configuration has the old one."""
    data = folder / "state-manager.sqlite"
    with LocalStateManager(api_key="canary-old", data=data) as before:
        for namespace, nodes in NODES.items():
            before.register(namespace, nodes)
        config |= {"exosphere:stateManagerUri": before.uri, "exosphere:apiKey": "canary-old"}
        graph = Resource(config)
        graph.up(report())
    port = int(before.uri.rpartition(":")[2])
    with LocalStateManager(api_key="canary-new", data=data, port=port):
        yield graph


def test_rotated_key(tmp_path: Path) -> None:
    """A refresh and a destroy with the old key say what to do."""
    with rotated(tmp_path, {}) as graph:
        for act in (graph.refresh, graph.destroy):
            with pytest.raises(Unauthorized, match="after a rotation run `pulumi up` once without --refresh") as raised:
                act()
            assert "Outcome: not written" in str(raised.value)
            assert "canary" not in str(raised.value)


def test_rotated_key_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the new key in the environment they work."""
    with rotated(tmp_path, {}) as graph:
        monkeypatch.setenv(KEY, "canary-new")
        assert graph.refresh()
        graph.destroy()


def test_nothing_configured(graph: Resource, monkeypatch: pytest.MonkeyPatch, state_manager: LocalStateManager) -> None:
    """A destroy without a key says which to set, and leaves graph and state as they are; the address is in state."""
    monkeypatch.delenv(URI)
    monkeypatch.delenv(KEY)
    with pytest.raises(ConfigurationError, match=r"exosphere:apiKey.*EXOSPHERE_API_KEY.*Outcome: not written"):
        graph.destroy()
    monkeypatch.setenv(KEY, state_manager.api_key)
    graph.destroy()


def test_allowed_namespaces(graph: Resource) -> None:
    """A namespace that isn't allowed is refused at preview."""
    graph.config["exosphere:allowedNamespaces"] = '["staging"]'
    with pytest.raises(Refused, match="'analytics' isn't among exosphere:allowedNamespaces"):
        graph.preview(report())


def test_unencrypted(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """A key that goes to another host over http is warned of, once; the address is shown without credentials."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody listens there, so nothing leaves this host
    config = {
        "exosphere:stateManagerUri": "http://user:canary-password@state-manager.example:8000",
        "exosphere:apiKey": "canary-key",
        "exosphere:maxRetries": "0",
    }
    for _ in range(2):
        with pytest.raises(Unreachable):
            Resource(config).up(report())
    told = capfd.readouterr().out
    assert told.count("go to http://state-manager.example:8000 unencrypted") == 1
    assert "canary" not in told


def test_on_this_host(graph: Resource, capfd: pytest.CaptureFixture[str]) -> None:
    """On this host it isn't."""
    assert "unencrypted" not in capfd.readouterr().out
