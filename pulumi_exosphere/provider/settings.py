"""The stack's configuration under ``exosphere:``, as a program reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi.runtime

from pulumi_exosphere.errors import ConfigurationError

URI_VARIABLE = "EXOSPHERE_STATE_MANAGER_URI"
KEY_VARIABLE = "EXOSPHERE_API_KEY"
REGISTRY_CHECKS = ("warn", "error", "off")

SETTINGS = {
    "stateManagerUri": "uri",
    "apiKey": "api_key",
    "namespace": "namespace",
    "adopt": "adopt",
    "overwriteDrift": "overwrite_drift",
    "registryCheck": "registry_check",
    "allowedNamespaces": "allowed_namespaces",
    "schedules": "schedules",
    "requestTimeout": "request_timeout",
    "maxRetries": "max_retries",
}
"""The keys, and the fields of `Settings` that they set."""
SECRETS = ("apiKey",)
"""The keys whose values are secret."""

MISSING_URI = (
    "no state manager's address is configured: run `pulumi config set exosphere:stateManagerUri URL`, "
    f"set {URI_VARIABLE}, or give the resource `connection=`"
)
MISSING_KEY = (
    "no API key is configured: run `pulumi config set --secret exosphere:apiKey`, "
    f"set {KEY_VARIABLE}, or give the resource `connection=`"
)


@dataclass(frozen=True)
class Settings:
    """The stack's configuration as the hooks and the program read it."""

    uri: str | None = None
    """The state manager's address as configured: it may hold credentials."""
    api_key: str | None = field(default=None, repr=False)
    """The state manager's API key as configured."""
    environment_uri: str | None = None
    """What the environment says: counts where the configuration has no address."""
    environment_key: str | None = field(default=None, repr=False)
    """The same for the key; tried, too, where the server refuses the configuration's at a refresh or a destroy."""
    namespace: str = "default"
    """That of graphs that name none."""
    adopt: bool = False
    """Whether graphs that exist already, and differ, are taken over."""
    overwrite_drift: bool = False
    """Whether what somebody else changed is overwritten before a refresh has shown it."""
    registry_check: str = "warn"
    """What a preview does about what may go wrong with a graph, one of `REGISTRY_CHECKS`."""
    allowed_namespaces: tuple[str, ...] | None = None
    """The namespaces that graphs may be in; None: any."""
    schedules: bool = True
    """Whether this stack deploys schedules; False for a stack per pull request, or a copy for tests."""
    request_timeout: float = 30.0
    """Seconds for each step of a request (`StateManager`)."""
    max_retries: int = 4
    """Repeats of a request at the most, besides the first try."""
    faults: tuple[str, ...] = ()
    """What is wrong with the values, a sentence each; a faulty value counts as not given."""

    def require_valid(self) -> None:
        """Raises ConfigurationError with every fault of the configuration."""
        if self.faults:
            raise ConfigurationError("; ".join(self.faults))

    def quick(self, seconds: float) -> Settings:
        """The same for requests that take ``seconds`` at the most and aren't repeated."""
        return replace(self, request_timeout=min(self.request_timeout, seconds), max_retries=0)


def read_settings(get: Callable[[str], Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Read the configuration; ``get`` gives the value of a key such as ``apiKey``, or None.

    Never raises: faults are kept, so that `check` can report them beside the graph's own.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    faults: list[str] = []

    def take(key: str, name: str, parse: Callable[[str], Any], wanted: str) -> None:
        raw = get(key)
        if raw is None or raw == "":
            return
        try:
            values[name] = parse(raw if isinstance(raw, str) else json.dumps(raw))
        except (KeyError, ValueError, TypeError):
            faults.append(f"exosphere:{key} is to be {wanted}: correct it with `pulumi config set exosphere:{key} ...`")

    take("stateManagerUri", "uri", str, "a URL")
    take("apiKey", "api_key", str, "a string")
    take("namespace", "namespace", str, "a string")
    take("adopt", "adopt", _boolean, "true or false")
    take("overwriteDrift", "overwrite_drift", _boolean, "true or false")
    take("registryCheck", "registry_check", _registry_check, "warn, error or off")
    take("allowedNamespaces", "allowed_namespaces", _names, 'a JSON list of namespaces, such as ["analytics"]')
    take("schedules", "schedules", _switch, "on or off")
    take("requestTimeout", "request_timeout", _positive, "a number of seconds above 0")
    take("maxRetries", "max_retries", _count, "a whole number from 0")
    return Settings(
        environment_uri=environment.get(URI_VARIABLE) or None,
        environment_key=environment.get(KEY_VARIABLE) or None,
        faults=tuple(faults),
        **values,
    )


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.strip().lower()]


def _switch(text: str) -> bool:
    # A YAML file that says off without quotes may arrive as a boolean.
    return {"on": True, "true": True, "off": False, "false": False}[text.strip().lower()]


def _registry_check(text: str) -> str:
    return text if text in REGISTRY_CHECKS else _no()


def _names(text: str) -> tuple[str, ...]:
    names = json.loads(text)
    return tuple(names) if isinstance(names, list) and all(isinstance(name, str) for name in names) else _no()


def _positive(text: str) -> float:
    seconds = float(text)
    return seconds if 0 < seconds < float("inf") else _no()


def _count(text: str) -> int:
    count = int(text)
    return count if count >= 0 else _no()


def _no() -> Any:
    raise ValueError


def configured() -> Settings:
    """All of it; what is wrong with it is kept in its ``faults``."""
    return read_settings(_value)


def configured_namespace() -> str:
    """The ``namespace`` of `configured`, where a program gave none."""
    # Each graph asks for it, and to read all of the configuration takes ten times as long.
    return _value("namespace") or "default"


def _value(key: str) -> Any:
    return pulumi.runtime.get_config(f"exosphere:{key}")
