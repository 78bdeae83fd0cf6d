"""Hooks that are pointed to the wrong state manager, or have the wrong key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pulumi_exosphere.errors import ConfigurationError, Conflict, Unauthorized, Unreachable
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.graph import GraphProvider
from tests.support.hooks_driver import Refused, Resource, as_wired
from tests.support.nodes import NODES
from tests.support.wanted import node, report

URI, KEY = "EXOSPHERE_STATE_MANAGER_URI", "EXOSPHERE_API_KEY"


@pytest.fixture
def other() -> Iterator[LocalStateManager]:
    """Yield another state manager, with the same key."""
    with LocalStateManager(api_key="test-key") as running:
        for namespace, nodes in NODES.items():
            running.register(namespace, nodes)
        yield running


@pytest.fixture
def graph(state_manager: LocalStateManager, monkeypatch: pytest.MonkeyPatch) -> Resource:
    """Return a graph that was created with the environment's address and key."""
    monkeypatch.setenv(URI, state_manager.uri)
    monkeypatch.setenv(KEY, state_manager.api_key)
    made = Resource({})
    made.up(report())
    return made


def test_refresh_with_another_environment(
    graph: Resource, other: LocalStateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a laptop's environment names another server, a refresh calls the one that state names, with its key."""
    graph.config |= {"exosphere:stateManagerUri": graph.outs["state_manager"], "exosphere:apiKey": "test-key"}
    monkeypatch.setenv(URI, other.uri)
    monkeypatch.setenv(KEY, "canary-of-the-other")
    assert graph.refresh()
    assert graph.outs["validation_status"] == "VALID"
    assert other.requests == []


def test_destroy_with_another_environment(
    graph: Resource, state_manager: LocalStateManager, other: LocalStateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A destroy retires the graph there, and doesn't change a graph of the same name elsewhere."""
    graph.config |= {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}
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
    """Return a graph whose server has a new key, while the stack's configuration has the old one."""
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


def test_no_key_goes_to_another_address(
    graph: Resource, state_manager: LocalStateManager, other: LocalStateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If state names the old server and all settings the new one, nothing is sent, and the error says why."""
    state_manager.clear_requests()
    pointed = {"exosphere:stateManagerUri": other.uri, "exosphere:apiKey": "canary-configured"}
    for config, uri in ((pointed, other.uri), (pointed, ""), ({}, other.uri)):
        graph.config = config
        monkeypatch.setenv(URI, uri)
        monkeypatch.setenv(KEY, "canary-environment")
        for act in (graph.refresh, graph.destroy):
            with pytest.raises(ConfigurationError, match=f"no API key is configured for {state_manager.uri}") as raised:
                act()
            assert f"is for {other.uri}, so it isn't sent there" in str(raised.value)
            assert f"Set {URI} to {state_manager.uri} and {KEY} to its key" in str(raised.value)
            assert "canary" not in str(raised.value)
    assert (state_manager.requests, other.requests) == ([], [])
    graph.config = pointed
    monkeypatch.setenv(URI, state_manager.uri)
    monkeypatch.setenv(KEY, state_manager.api_key)
    assert graph.refresh()
    graph.destroy()
    assert other.requests == []


def test_the_environments_key_is_for_the_environments_address(
    state_manager: LocalStateManager, other: LocalStateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address in the configuration alone doesn't get the key of another address."""
    monkeypatch.setenv(URI, other.uri)
    monkeypatch.setenv(KEY, "canary")
    with pytest.raises(ConfigurationError, match=f"no API key is configured for {state_manager.uri}: that of {KEY} is"):
        Resource({"exosphere:stateManagerUri": state_manager.uri}).up(report())
    assert state_manager.requests == []


def test_a_rejected_key_is_explained_once(tmp_path: Path) -> None:
    """A refresh of many graphs with an old key sends it once, and explains once what to do."""
    with rotated(tmp_path, {}) as graph:
        told = []
        graph.begin()
        for _ in range(3):
            with pytest.raises(Unauthorized) as raised:
                graph.provider.read(graph.id or "", as_wired(graph.outs))
            told.append(str(raised.value))
    assert "after a rotation run `pulumi up` once without --refresh" in told[0]
    assert all("see the first such error" in text and len(text) < 200 for text in told[1:])


def test_rotated_key(tmp_path: Path) -> None:
    """A refresh and a destroy with the old key say what to do."""
    with rotated(tmp_path, {}) as graph:
        for act in (graph.refresh, graph.destroy):
            with pytest.raises(Unauthorized, match="after a rotation run `pulumi up` once without --refresh") as raised:
                act()
            assert ("Outcome: not written" in str(raised.value)) == (act == graph.destroy)
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
    with pytest.raises(ConfigurationError, match=r"EXOSPHERE_API_KEY.*exosphere:apiKey.*Outcome: not written"):
        graph.destroy()
    monkeypatch.setenv(KEY, state_manager.api_key)
    graph.destroy()


def test_allowed_namespaces(graph: Resource) -> None:
    """A namespace that isn't allowed is rejected at preview."""
    graph.config["exosphere:allowedNamespaces"] = '["staging"]'
    with pytest.raises(Refused, match="'analytics' isn't among exosphere:allowedNamespaces"):
        graph.preview(report())


def test_unencrypted(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """A key sent to another host over http causes one warning; the address is shown without credentials."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # Nothing listens there, so nothing leaves this host.
    config = {
        "exosphere:stateManagerUri": "http://user:canary-password@state-manager.example:8000",
        "exosphere:apiKey": "canary-key",
        "exosphere:maxRetries": "0",
    }
    for _ in range(2):
        with pytest.raises(Unreachable):
            Resource(config).up(report())
    told = capfd.readouterr().out
    assert told.count("are sent to http://state-manager.example:8000 unencrypted") == 1
    assert "canary" not in told


def test_on_this_host(graph: Resource, capfd: pytest.CaptureFixture[str]) -> None:
    """On this host there is no warning."""
    assert "unencrypted" not in capfd.readouterr().out


NAMES = [("127.0.0.1", "localhost"), ("localhost", "127.0.0.1")]


def at(graph: Resource, state_manager: LocalStateManager, host: str) -> dict[str, str]:
    """Use a configuration in which the same state manager has another name."""
    uri = f"http://{host}:{state_manager.uri.rpartition(':')[2]}"
    return {**graph.config, "exosphere:stateManagerUri": uri, "exosphere:apiKey": state_manager.api_key}


@pytest.fixture
def key_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Set the key of an address in the environment: a key is for one address alone."""

    def give(config: dict[str, str]) -> None:
        monkeypatch.setenv(URI, config["exosphere:stateManagerUri"])
        monkeypatch.setenv(KEY, config["exosphere:apiKey"])

    return give


@pytest.fixture
def named(state_manager: LocalStateManager) -> Resource:
    """Return a graph that is configured, and not created yet."""
    return Resource({}, GraphProvider())


@pytest.mark.parametrize(("before", "after"), NAMES)
def test_renamed_while_the_address_is_renamed(
    named: Resource,
    state_manager: LocalStateManager,
    before: str,
    after: str,
    key_of: Callable[[dict[str, str]], None],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A resource under a new name, at another name of the server, is not retired under the old ones."""
    named.config = at(named, state_manager, before)
    key_of(named.config)
    named.up(report())
    renamed = Resource(at(named, state_manager, after))
    renamed.up(report())
    named.provider.delete("", named.outs)
    assert state_manager.graph("analytics", "daily-report")["nodes"][0]["node_name"] == "Extract"
    assert state_manager.graph("analytics", "daily-report")["validation_status"] == "VALID"
    assert "are one state manager" in capfd.readouterr().out


@pytest.mark.parametrize(("before", "after"), NAMES)
def test_another_name_of_the_address(
    named: Resource,
    state_manager: LocalStateManager,
    before: str,
    after: str,
    key_of: Callable[[dict[str, str]], None],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A graph that changes at the same time is updated, without `adopt`, and no message asks to retire it."""
    named.config = at(named, state_manager, before)
    key_of(named.config)
    named.up(report())
    named.config = at(named, state_manager, after)
    named.up(report(retry_policy={"max_retries": 7}))
    assert named.outs["state_manager"] == named.config["exosphere:stateManagerUri"]
    assert state_manager.graph("analytics", "daily-report")["retry_policy"]["max_retries"] == 7
    assert "retire" not in capfd.readouterr().out


@pytest.mark.parametrize(("before", "after"), NAMES)
def test_an_attachment_at_another_name_of_the_address(
    named: Resource,
    state_manager: LocalStateManager,
    before: str,
    after: str,
    key_of: Callable[[dict[str, str]], None],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A schedule that changes at the same time replaces its old one; one that is renamed stays."""
    named.config = at(named, state_manager, before)
    key_of(named.config)
    named.up(report(secrets={}, nodes={"ping": node("Ping")}))
    stays, changes = (Resource(named.config, CronTriggerProvider()) for _ in range(2))
    stays.up({"graph": "analytics/daily-report", "expression": "0 5 * * *"})
    changes.up({"graph": "analytics/daily-report", "expression": "0 6 * * *"})
    changes.config = at(named, state_manager, after)
    changes.up({"graph": "analytics/daily-report", "expression": "0 7 * * *"})
    renamed = Resource(changes.config, CronTriggerProvider())
    renamed.up({"graph": "analytics/daily-report", "expression": "0 5 * * *"})
    stays.provider.delete("", stays.outs)
    live = state_manager.graph("analytics", "daily-report")["triggers"]
    assert sorted(trigger["value"]["expression"] for trigger in live) == ["0 5 * * *", "0 7 * * *"]
    assert "isn't removed" not in capfd.readouterr().out


def test_a_copy_of_the_state_manager(named: Resource, tmp_path: Path, key_of: Callable[[dict[str, str]], None]) -> None:
    """A copy of the database has the same ids; what is deployed there leaves the original to be retired."""
    data = tmp_path / "original.sqlite"
    with LocalStateManager(api_key="test-key", data=data) as original:
        for namespace, nodes in NODES.items():
            original.register(namespace, nodes)
        named.config = at(named, original, "127.0.0.1")
        key_of(named.config)
        named.up(report())
    (tmp_path / "copy.sqlite").write_bytes(data.read_bytes())
    port = int(named.config["exosphere:stateManagerUri"].rpartition(":")[2])
    with (
        LocalStateManager(api_key="test-key", data=data, port=port) as original,
        LocalStateManager(api_key="test-key", data=tmp_path / "copy.sqlite") as copy,
    ):
        renamed = Resource(at(named, copy, "127.0.0.1"))
        renamed.up(report())
        named.provider.delete("", named.outs)
        assert original.graph("analytics", "daily-report")["nodes"][0]["node_name"] == "__retired__"
        assert copy.graph("analytics", "daily-report")["nodes"][0]["node_name"] == "Extract"


def test_another_name_without_the_key_of_the_old_one(
    named: Resource, state_manager: LocalStateManager, capfd: pytest.CaptureFixture[str]
) -> None:
    """State that has the document's id is enough: nothing is sent to the old address."""
    named.config = at(named, state_manager, "127.0.0.1")
    named.up(report())
    named.up(report(retry_policy={"max_retries": 7}))
    renamed = Resource(at(named, state_manager, "localhost"))
    renamed.up(report(retry_policy={"max_retries": 7}))
    renamed.provider.delete("", named.outs)
    assert state_manager.graph("analytics", "daily-report")["validation_status"] == "VALID"
    named.config = renamed.config
    named.up(report(retry_policy={"max_retries": 7}))
    assert named.outs["state_manager"] == renamed.config["exosphere:stateManagerUri"]
    assert "isn't retired" not in capfd.readouterr().out


def known(monkeypatch: pytest.MonkeyPatch, *, key: bool, config: dict[str, str]) -> None:
    """Set the key of an address in the environment, or no key."""
    monkeypatch.setenv(URI, config["exosphere:stateManagerUri"] if key else "")
    monkeypatch.setenv(KEY, config["exosphere:apiKey"] if key else "")


def is_live(state_manager: LocalStateManager) -> bool:
    """Return whether the report runs."""
    live = state_manager.graph("analytics", "daily-report")
    return (live["nodes"][0]["node_name"], live["validation_status"]) == ("Extract", "VALID")


@pytest.mark.parametrize("key", [True, False], ids=["with the old key", "without it"])
@pytest.mark.parametrize(("before", "after"), NAMES)
@pytest.mark.parametrize("order", ["created first", "deleted first"])
def test_renamed_directly_after_the_create(
    named: Resource,
    state_manager: LocalStateManager,
    before: str,
    after: str,
    *,
    key: bool,
    order: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """State that no update or refresh has been through is enough, in either order of create and delete."""
    named.config = at(named, state_manager, before)
    named.up(report())
    assert "document_id" not in named.outs
    known(monkeypatch, key=key, config=named.config)
    renamed = Resource(at(named, state_manager, after))
    renamed.begin()
    wanted = renamed.check(report())
    if order == "created first":
        renamed.provider.create(wanted)
        named.provider.delete("", named.outs)
    else:
        named.provider.delete("", named.outs)
        assert is_live(state_manager)
        renamed.provider.create(wanted)
    assert is_live(state_manager)
    assert "are one state manager" in capfd.readouterr().out


@pytest.mark.parametrize("key", [True, False], ids=["with the old key", "without it"])
@pytest.mark.parametrize("described", [True, False], ids=["state says when it was created", "an older state"])
def test_deleted_by_a_later_run(
    named: Resource, state_manager: LocalStateManager, *, key: bool, described: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delete that an earlier run left undone comes when nothing else has anything to ask; the graph is recognised."""
    named.config = at(named, state_manager, "localhost")
    named.up(report())
    if not described:
        del named.outs["created_at"]
    renamed = Resource(at(named, state_manager, "127.0.0.1"))
    renamed.up(report())
    known(monkeypatch, key=key, config=named.config)
    assert not renamed.preview(report())
    if key or described:
        named.provider.delete("", named.outs)
    else:
        with pytest.raises(ConfigurationError, match=r"no API key is configured for http://localhost"):
            named.provider.delete("", named.outs)
    assert is_live(state_manager)


def test_deleted_while_the_other_name_does_not_answer(
    named: Resource, state_manager: LocalStateManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it can't be told whether both names are of one server, nothing is retired, and the error says so."""
    named.config = at(named, state_manager, "127.0.0.1")
    named.up(report())
    known(monkeypatch, key=True, config=named.config)
    gone = {"exosphere:stateManagerUri": "http://127.0.0.1:9", "exosphere:apiKey": "other", "exosphere:maxRetries": "0"}
    renamed = Resource(gone)
    renamed.begin()
    renamed.check(report())
    with pytest.raises(Conflict, match=r"may be another name of the state manager.*Outcome: not written$"):
        named.provider.delete("", named.outs)
    assert is_live(state_manager)


@pytest.mark.parametrize(("before", "after"), NAMES)
def test_changed_at_another_name_without_the_old_key(
    named: Resource, state_manager: LocalStateManager, before: str, after: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A graph that changes directly after its create, at another name of the server, is updated without `adopt`."""
    named.config = at(named, state_manager, before)
    named.up(report())
    named.config = at(named, state_manager, after)
    named.up(report(retry_policy={"max_retries": 7}))
    assert named.outs["state_manager"] == named.config["exosphere:stateManagerUri"]
    assert state_manager.graph("analytics", "daily-report")["retry_policy"]["max_retries"] == 7
    told = capfd.readouterr().out
    assert "retire" not in told
    assert "taken over" not in told


def test_an_attachment_that_is_deleted_by_a_later_run(
    named: Resource, state_manager: LocalStateManager, key_of: Callable[[dict[str, str]], None]
) -> None:
    """A schedule that another resource of the run has at another name of the server, unchanged, stays live."""
    named.config = at(named, state_manager, "localhost")
    key_of(named.config)
    named.up(report(secrets={}, nodes={"ping": node("Ping")}))
    wanted = {"graph": "analytics/daily-report", "expression": "0 5 * * *"}
    before = Resource(named.config, CronTriggerProvider())
    before.up(wanted)
    after = Resource(at(named, state_manager, "127.0.0.1"), CronTriggerProvider())
    after.up(wanted)
    assert not after.preview(wanted)
    before.provider.delete("", before.outs)
    live = state_manager.graph("analytics", "daily-report")["triggers"]
    assert [trigger["value"]["expression"] for trigger in live] == ["0 5 * * *"]


def test_connections_of_their_own(named: Resource, state_manager: LocalStateManager) -> None:
    """The same is true of addresses and keys that only resources name."""

    def connected(host: str) -> dict[str, str]:
        config = at(named, state_manager, host)
        return {"uri": config["exosphere:stateManagerUri"], "api_key": config["exosphere:apiKey"]}

    named.up(report(connection=connected("localhost")))
    renamed = Resource({})
    renamed.up(report(connection=connected("127.0.0.1")))
    assert not renamed.preview(report(connection=connected("127.0.0.1")))
    named.provider.delete("", named.outs)
    assert is_live(state_manager)
