"""The schema is up to date, and describes what the hooks accept."""

from __future__ import annotations

import json
from typing import Any

from pulumi_exosphere.native.functions import FUNCTIONS
from pulumi_exosphere.native.schema import schema
from pulumi_exosphere.native.servicer import HOOKS
from pulumi_exosphere.provider.settings import SECRETS, SETTINGS, Settings, read_settings
from pulumi_exosphere.version import __version__
from tools.docs.schema import text

SCHEMA: dict[str, Any] = json.loads(schema())


def test_current() -> None:
    """`make docs` has written it after the last change of a docstring, an argument or a setting."""
    assert schema() == text()
    assert SCHEMA["version"] == __version__


def test_tokens() -> None:
    """It names the resources and functions that the plugin serves."""
    assert SCHEMA["resources"].keys() == HOOKS.keys()
    assert SCHEMA["functions"].keys() == FUNCTIONS.keys()


def test_settings() -> None:
    """The provider has every key under `exosphere:` that is read, and hides the secret ones."""
    asked: list[str] = []
    read_settings(asked.append)
    assert set(asked) == SETTINGS.keys() == SCHEMA["config"]["variables"].keys()
    assert SCHEMA["provider"]["inputProperties"].keys() == SETTINGS.keys()
    assert {key for key, one in SCHEMA["config"]["variables"].items() if one.get("secret")} == set(SECRETS)
    assert set(SETTINGS.values()) <= set(Settings.__dataclass_fields__)


def test_graph() -> None:
    """Secrets are secret, name and namespace replace, every other property updates, and dynamic resources can move."""
    graph = SCHEMA["resources"]["exosphere:index:Graph"]
    inputs = graph["inputProperties"]
    assert [name for name, one in inputs.items() if one.get("secret")] == ["secrets"]
    assert [name for name, one in inputs.items() if one.get("replaceOnChanges")] == ["name", "namespace"]
    assert graph["requiredInputs"] == ["nodes"]
    assert graph["aliases"] == [{"type": "pulumi-python:dynamic/exosphere:Graph"}]
    assert inputs["nodes"]["additionalProperties"] == {"$ref": "#/types/exosphere:index:GraphNode"}


def test_every_property_is_described() -> None:
    """Editors show descriptions: none is missing, and none mentions Python."""
    parts = [*SCHEMA["types"].values(), *SCHEMA["resources"].values()]
    properties = [one for part in parts for one in part.get("properties", {}).values()]
    properties += [one for part in SCHEMA["resources"].values() for one in part["inputProperties"].values()]
    assert [one for one in properties if not one.get("description")] == []
    assert "``" not in schema()
