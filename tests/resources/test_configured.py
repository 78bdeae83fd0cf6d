"""The stack's configuration as a program reads it."""

from __future__ import annotations

import json

import pytest

from pulumi_exosphere.resources.configured import configured, configured_namespace

CONFIGURED = {
    "given": ({"exosphere:namespace": "analytics"}, "analytics"),
    "empty": ({"exosphere:namespace": ""}, "default"),
    "not given": ({"other:namespace": "analytics"}, "default"),
    "beside a fault": ({"exosphere:namespace": "analytics", "exosphere:adopt": "perhaps"}, "analytics"),
}


@pytest.mark.parametrize(("config", "namespace"), CONFIGURED.values(), ids=CONFIGURED)
def test_the_namespace_alone(config: dict[str, str], namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the one of the whole configuration, which a graph doesn't read."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))
    assert configured_namespace() == namespace
    assert configured().namespace == namespace
