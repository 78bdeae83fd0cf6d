"""The stack's configuration as a program reads it."""

from __future__ import annotations

import json

import pytest

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.provider.settings import Settings, configured, configured_namespace, read_settings

FAULTY = {
    "adopt": "perhaps",
    "overwriteDrift": "1",
    "registryCheck": "loud",
    "allowedNamespaces": "analytics",
    "requestTimeout": "0",
    "maxRetries": "-1",
}


def read(values: dict[str, str], environment: dict[str, str] | None = None) -> Settings:
    """Return the settings of a configuration."""
    return read_settings(values.get, environment or {})


def test_defaults() -> None:
    """With nothing configured, every setting has its default, and there are no problems."""
    assert read({}) == Settings()


def test_all() -> None:
    """Every key is read."""
    settings = read(
        {
            "stateManagerUri": "http://127.0.0.1:1",
            "apiKey": "canary",
            "namespace": "analytics",
            "adopt": "true",
            "overwriteDrift": "true",
            "registryCheck": "error",
            "allowedNamespaces": '["analytics"]',
            "requestTimeout": "2.5",
            "maxRetries": "0",
            "headers": '{"x-a": "canary"}',
            "logRequests": "true",
        }
    )
    assert settings == Settings(
        uri="http://127.0.0.1:1",
        api_key="canary",
        namespace="analytics",
        adopt=True,
        overwrite_drift=True,
        registry_check="error",
        allowed_namespaces=("analytics",),
        request_timeout=2.5,
        max_retries=0,
        headers={"x-a": "canary"},
        log_requests=True,
    )


def test_key_is_not_shown() -> None:
    """Neither the key nor a header is in the representation of the settings."""
    assert "canary" not in repr(
        read(
            {"apiKey": "canary", "headers": '{"x-a": "canary"}'},
            {"EXOSPHERE_API_KEY": "canary", "EXOSPHERE_HEADERS": '{"x-a": "canary"}'},
        )
    )


@pytest.mark.parametrize(("key", "value"), FAULTY.items(), ids=FAULTY)
def test_faulty(key: str, value: str) -> None:
    """An invalid value is named by its key, with the command that corrects it, and isn't repeated."""
    settings = read({key: value})
    with pytest.raises(ConfigurationError, match=f"exosphere:{key} must be .*`pulumi config set exosphere:{key}"):
        settings.require_valid()
    assert f" {value} " not in settings.faults[0]


MISSPELT = {
    "allowedNamespace": "allowedNamespaces",
    "overwriteDrft": "overwriteDrift",
    "stateManagerURL": "stateManagerUri",
    "api_key": "apiKey",
    "registry-check": "registryCheck",
}


@pytest.mark.parametrize(("key", "meant"), MISSPELT.items(), ids=MISSPELT)
def test_a_misspelt_key_is_a_fault(key: str, meant: str) -> None:
    """A typo doesn't disable a guard: a preview fails with a suggestion, and a refresh or a destroy doesn't."""
    settings = read_settings(lambda _: None, {}, keys=["adopt", key])
    told = f"exosphere:{key} is not a setting; did you mean exosphere:{meant}? Set that one, and remove"
    assert [fault[: len(told)] for fault in settings.faults] == [told]
    settings.require_valid()


def test_a_key_of_the_programs_own_is_no_fault() -> None:
    """A project may be called exosphere; doctor names its keys."""
    settings = read_settings(lambda _: None, {}, keys=["warehousePassword", "color"])
    assert (settings.faults, settings.unknown) == ((), ("color", "warehousePassword"))


def test_all_faults_at_once() -> None:
    """Every problem with the configuration is reported at once."""
    assert len(read(FAULTY).faults) == len(FAULTY)


CONFIGURED = {
    "given": ({"exosphere:namespace": "analytics"}, "analytics"),
    "empty": ({"exosphere:namespace": ""}, "default"),
    "not given": ({"other:namespace": "analytics"}, "default"),
    "beside a fault": ({"exosphere:namespace": "analytics", "exosphere:adopt": "perhaps"}, "analytics"),
}


@pytest.mark.parametrize(("config", "namespace"), CONFIGURED.values(), ids=CONFIGURED)
def test_the_namespace_alone(config: dict[str, str], namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The namespace is the same as in the whole configuration, which a graph doesn't read."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))
    assert configured_namespace() == namespace
    assert configured().namespace == namespace
