"""This version reads the state that a released version wrote: nothing to preview, and destroy works."""

from __future__ import annotations

import base64
import importlib
import json
import pickle
import pickletools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.state_manager import StateManager
from tests.support.pulumi_project import STACK, Project
from tests.upgrades.recording import ADDRESS, HERE

Make = Callable[..., Project]

VERSIONS = sorted(path.parent.name for path in HERE.glob("*/state.json"))
PROVIDERS = {
    "pulumi-python:dynamic/exosphere:Graph": ("pulumi_exosphere.provider.graph", "GraphProvider"),
    "pulumi-python:dynamic/exosphere:RetryPolicy": ("pulumi_exosphere.provider.retry_policy", "RetryPolicyProvider"),
    "pulumi-python:dynamic/exosphere:StoreConfig": ("pulumi_exosphere.provider.store_config", "StoreConfigProvider"),
    "pulumi-python:dynamic/exosphere:CronTrigger": ("pulumi_exosphere.provider.cron_trigger", "CronTriggerProvider"),
}
"""Type tokens, and the classes of their hooks: users' state files contain both, so neither is ever changed."""


LOOKED_UP = {"read": 1}
"""The engine's message about a `Graph.get`, each time."""


def recorded(version: str, name: str) -> str:
    """Return a file of a recording."""
    return (HERE / version / name).read_text()


def resources(version: str) -> list[dict[str, Any]]:
    """Return the recorded resources of our types."""
    found = json.loads(recorded(version, "state.json"))["deployment"]["resources"]
    return [one for one in found if "exosphere" in one["type"]]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_is_recorded(version: str) -> None:
    """A recording contains each type of resource, and nothing of the machine that made it."""
    assert {one["type"] for one in resources(version)} == PROVIDERS.keys()
    for name in ("state.json", "live.json"):
        assert re.findall(r"/(?:work|root|home|Users|tmp)/", recorded(version, name)) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_no_secret_is_recorded_in_clear(version: str) -> None:
    """State is encrypted, as a user's is."""
    assert re.findall(r"recorded-\w+", recorded(version, "state.json")) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_pickled_paths(version: str) -> None:
    """The pickle is only a reference, and this version still has its target."""
    for one in resources(version):
        for pickled in {one["inputs"]["__provider"], one["outputs"]["__provider"]}:
            names = referred(pickled)
            assert names == PROVIDERS[one["type"]]
            assert len(pickled) < 160
            provider = pickle.loads(base64.b64decode(pickled))  # noqa: S301  # our own recording, as Pulumi's plugin loads it
            assert (type(provider).__module__, type(provider).__qualname__) == names
            assert vars(provider) == {}


@pytest.mark.parametrize(("module", "name"), PROVIDERS.values(), ids=[name for _, name in PROVIDERS.values()])
def test_pickled_now(module: str, name: str) -> None:
    """This version pickles the same references as the ones before."""
    provider = getattr(importlib.import_module(module), name)()
    assert referred(serialize_provider(provider)) == (module, name)


def referred(pickled: str) -> tuple[str, ...]:
    """Return the names in a pickle: the module and the name of a class."""
    operations = pickletools.genops(base64.b64decode(pickled))
    return tuple(argument for _, argument, _ in operations if isinstance(argument, str))


@pytest.mark.parametrize("version", VERSIONS)
def test_replay(project: Make, state_manager: LocalStateManager, version: str, tmp_path: Path) -> None:
    """With the recorded state and program there is no change; then a refresh, an up, and a destroy succeed."""
    stack = replayed(project, state_manager, version, tmp_path)
    assert stack.preview("--expect-no-changes").check().changes == LOOKED_UP
    stack.destroy("--skip-preview").check()
    assert {document["nodes"][0]["identifier"] for document in live(state_manager)} == {"__retired__"}
    assert {key for document in live(state_manager) for key in document["secrets"]} == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_replay_refreshed(project: Make, state_manager: LocalStateManager, version: str, tmp_path: Path) -> None:
    """A refresh finds that the secrets were written since, and nothing else; the next up writes them again."""
    stack = replayed(project, state_manager, version, tmp_path)
    with_secrets = len([one for one in resources(version) if one["inputs"].get("secrets")])
    refreshed = stack.refresh("--skip-preview", "--diff").check()
    assert refreshed.changes == {"update": with_secrets + 1}  # A looked-up graph is reported with its times.
    assert refreshed.output.count("rewritten outside Pulumi") == 2
    assert stack.up("--skip-preview").check().changes == {"update": with_secrets, **LOOKED_UP}
    assert stack.preview("--refresh", "--expect-no-changes").check().changes == LOOKED_UP


def replayed(project: Make, state_manager: LocalStateManager, version: str, tmp_path: Path) -> Project:
    """Return a stack and a state manager as the recorded version left them."""
    for namespace, documents in json.loads(recorded(version, "live.json")).items():
        for document in documents:
            put(state_manager, namespace, document)
    state_manager.settle()
    stack = project(recorded(version, "program.py"))
    moved = tmp_path / "state.json"
    moved.write_text(recorded(version, "state.json").replace(ADDRESS, state_manager.uri))
    stack.pulumi("stack", "import", "--stack", STACK, "--file", str(moved)).check()
    return stack


def put(state_manager: LocalStateManager, namespace: str, document: dict[str, Any]) -> None:
    """Make a recorded document live again; secrets can't be read back, so any values will do."""
    body = {key: document[key] for key in ("nodes", "retry_policy", "store_config", "triggers")}
    body["secrets"] = dict.fromkeys(document["secrets"], "recorded")
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        client.put_graph(namespace, document["name"], body)


def live(state_manager: LocalStateManager) -> list[dict[str, Any]]:
    """Return everything that is stored."""
    return [document for namespace in ("analytics", "shared") for document in state_manager.graphs(namespace)]
