"""The stack's configuration under ``exosphere:``, as the program and the hooks read it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.state_manager.headers import header_faults

if TYPE_CHECKING:
    from pulumi.dynamic.config import Config

URI_VARIABLE = "EXOSPHERE_STATE_MANAGER_URI"
KEY_VARIABLE = "EXOSPHERE_API_KEY"
HEADERS_VARIABLE = "EXOSPHERE_HEADERS"
PREFIX = "exosphere:"
REGISTRY_CHECKS = ("warn", "error", "off")
ALIKE = 0.75
"""The similarity (`difflib`) above which an unknown key counts as misspelt. A program may have keys of its own."""

SETTINGS = {
    "stateManagerUri": "uri",
    "apiKey": "api_key",
    "headers": "headers",
    "namespace": "namespace",
    "adopt": "adopt",
    "overwriteDrift": "overwrite_drift",
    "registryCheck": "registry_check",
    "allowedNamespaces": "allowed_namespaces",
    "schedules": "schedules",
    "requestTimeout": "request_timeout",
    "maxRetries": "max_retries",
    "logRequests": "log_requests",
}
"""The keys, and the fields of `Settings` that they set."""
SECRETS = ("apiKey", "headers")
"""The keys whose values are secret."""

MISSING_URI = (
    "no state manager's address is configured: run `pulumi config set exosphere:stateManagerUri URL`, "
    f"set {URI_VARIABLE}, or give the resource `connection=`"
)
MISSING_KEY = (
    f"no API key is configured: set {KEY_VARIABLE}, run `pulumi config set --secret exosphere:apiKey` (a "
    "refresh or destroy then needs --run-program), or give the resource `connection=`"
)


@dataclass(frozen=True)
class Settings:
    """The stack's configuration."""

    uri: str | None = None
    """The state manager's address; it can contain credentials."""
    api_key: str | None = field(default=None, repr=False)
    """The state manager's API key."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Additional headers of every request to that address, for a gateway in front of the state manager."""
    environment_uri: str | None = None
    """The environment's address: used if the configuration has none."""
    environment_key: str | None = field(default=None, repr=False)
    """The environment's key; also tried if the server rejects the configuration's at a refresh or a destroy."""
    environment_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The environment's headers."""
    namespace: str = "default"
    """The namespace of graphs that don't set one; default: ``default``."""
    adopt: bool = False
    """Take over graphs that already exist and differ, and overwrite the differences; default: false."""
    overwrite_drift: bool = False
    """Overwrite changes made outside Pulumi even if no refresh has shown them, except for secrets that were added;
    default: false."""
    registry_check: str = "warn"
    """What to do about likely problems that the preview of a Python program finds: ``warn`` (the default), ``error`` or
    ``off``."""
    allowed_namespaces: tuple[str, ...] | None = None
    """The namespaces that graphs may be in; default: any."""
    schedules: bool = True
    """``off``: deploy graphs without the schedules that the program declares, as for a stack per pull request or a copy
    for tests; default: ``on``."""
    request_timeout: float = 30.0
    """Seconds for each step of a request; all attempts together take at most three times as long; default: 30."""
    max_retries: int = 4
    """How often a request is repeated, at most, if the server can't be reached or is busy; default: 4."""
    log_requests: bool = False
    """Print one line per request; default: false."""
    value_faults: tuple[str, ...] = ()
    """Problems with the values, a sentence each; such a value counts as not given."""
    misspelt: tuple[str, ...] = ()
    """Unknown keys that resemble a known one, a sentence each: a typo must not switch a guard off."""
    unknown: tuple[str, ...] = ()
    """The other unknown keys."""

    @property
    def faults(self) -> tuple[str, ...]:
        """All problems, a sentence each: `check` reports them."""
        return self.value_faults + self.misspelt

    def require_valid(self) -> None:
        """Raise ConfigurationError with every value that can't be used.

        A misspelt key is left to `check`: a refresh or a destroy has the configuration of the last update, and
        correcting the stack's would not help it.
        """
        if self.value_faults:
            raise ConfigurationError("; ".join(self.value_faults))

    def quick(self, seconds: float) -> Settings:
        """Return the same settings, for requests that take at most ``seconds`` and aren't repeated."""
        return replace(self, request_timeout=min(self.request_timeout, seconds), max_retries=0)


def read_settings(
    get: Callable[[str], Any], environment: Mapping[str, str] | None = None, keys: Iterable[str] = ()
) -> Settings:
    """Read the configuration.

    Never raises: problems are kept, so that `check` can report them beside the graph's own.

    Args:
        get: Returns the value of a key such as ``apiKey``, or None.
        environment: The environment variables; default: those of the process.
        keys: Every key that is configured under ``exosphere:``.
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
            secret = "--secret " * (key == "headers")
            faults.append(
                f"exosphere:{key} must be {wanted}: correct it with `pulumi config set {secret}exosphere:{key} ...`"
            )

    take("stateManagerUri", "uri", str, "a URL")
    take("apiKey", "api_key", str, "a string")
    take("headers", "headers", _object, "a JSON object of names and values")
    take("namespace", "namespace", str, "a string")
    take("adopt", "adopt", _boolean, "true or false")
    take("overwriteDrift", "overwrite_drift", _boolean, "true or false")
    take("registryCheck", "registry_check", _registry_check, "warn, error or off")
    take("allowedNamespaces", "allowed_namespaces", _names, 'a JSON list of namespaces, such as ["analytics"]')
    take("schedules", "schedules", _switch, "on or off")
    take("requestTimeout", "request_timeout", _positive, "a number of seconds above 0")
    take("maxRetries", "max_retries", _count, "a whole number from 0")
    take("logRequests", "log_requests", _boolean, "true or false")
    if text := environment.get(HEADERS_VARIABLE):
        try:
            values["environment_headers"] = _object(text)
        except (ValueError, TypeError):
            faults.append(f"exosphere:headers from {HEADERS_VARIABLE} must be a JSON object: set the variable again")
    sources = {"headers": "exosphere:headers", "environment_headers": f"exosphere:headers from {HEADERS_VARIABLE}"}
    for name, source in sources.items():
        if found := header_faults(values.get(name, {})):
            del values[name]
            faults.append(f"{source} {', '.join(found)}: set it again")
    misspelt, unknown = _unknown(keys)
    return Settings(
        environment_uri=environment.get(URI_VARIABLE) or None,
        environment_key=environment.get(KEY_VARIABLE) or None,
        value_faults=tuple(faults),
        misspelt=tuple(misspelt),
        unknown=tuple(unknown),
        **values,
    )


def _unknown(keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return sentences about misspelt keys, and the other unknown keys."""
    strange = sorted(set(keys) - set(SETTINGS))
    if not strange:
        return [], []
    import difflib

    known = {key.lower(): key for key in SETTINGS}
    misspelt, unknown = [], []
    for key in strange:
        close = difflib.get_close_matches("".join(filter(str.isalnum, key)).lower(), known, n=1, cutoff=ALIKE)
        if close:
            misspelt.append(
                f"exosphere:{key} is not a setting; did you mean exosphere:{known[close[0]]}? Set that one, and remove "
                f"exosphere:{key} with `pulumi config rm exosphere:{key}`"
            )
        else:
            unknown.append(key)
    return misspelt, unknown


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.strip().lower()]


def _switch(text: str) -> bool:
    # A YAML file that says off without quotes may arrive as a boolean.
    return {"on": True, "true": True, "off": False, "false": False}[text.strip().lower()]


def _registry_check(text: str) -> str:
    return text if text in REGISTRY_CHECKS else _no()


def _object(text: str) -> dict[str, Any]:
    content = json.loads(text)
    return content if isinstance(content, dict) else _no()


def _names(text: str) -> tuple[str, ...]:
    names = json.loads(text)
    return tuple(names) if isinstance(names, list) and all(isinstance(name, str) for name in names) else _no()


def _positive(text: str) -> float:
    seconds = float(text)
    return seconds if 0 < seconds < float("inf") else _no()


def _count(text: str) -> int:
    count = float(text)  # A provider's property arrives as 1.0.
    return int(count) if count >= 0 and count.is_integer() else _no()


def _no() -> Any:
    raise ValueError


def in_clear(values: Mapping[str, Any]) -> list[str]:
    """Return the configured keys whose values must be secret."""
    found = [key for key in SECRETS if values.get(key)]
    return [*found, "stateManagerUri"] if "@" in str(values.get("stateManagerUri") or "") else found


def warn_of_clear_text() -> None:
    """Warn, once for each program, of credentials that the stack's file contains in plain text."""
    # Set by every language host that reports which values are secret.
    if "PULUMI_CONFIG_SECRET_KEYS" not in os.environ:
        return
    import pulumi

    for key in in_clear({key: _value(key) for key in SETTINGS}):
        if PREFIX + key in _stack_keys() and not pulumi.runtime.is_config_secret(PREFIX + key):
            what = "credentials in exosphere:stateManagerUri" if key == "stateManagerUri" else f"exosphere:{key}"
            pulumi.log.warn(
                f"exosphere: the stack's file contains {what} in plain text. Run `pulumi config set --secret "
                f"exosphere:{key}`, and replace the credential if the file was ever shared"
            )


def _stack_keys() -> Iterable[str]:
    import pulumi.runtime

    return pulumi.runtime.get_config_env()


def from_engine(config: Config) -> Settings:
    """Return the configuration as a hook gets it."""
    # There is no public way to list the keys; without them, unknown ones aren't found.
    names = getattr(config, "_props", None) or {}
    keys = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    return read_settings(lambda key: config.get(PREFIX + key), keys=keys)


def configured() -> Settings:
    """Return the configuration as the program has it; its ``faults`` say what is wrong with it."""
    return read_settings(_value, keys=[key.removeprefix(PREFIX) for key in _stack_keys() if key.startswith(PREFIX)])


def hook_settings() -> list[str]:
    """Return the configured keys that hooks need, sorted; the others are used in the program."""
    return sorted(key for key in SETTINGS.keys() - {"namespace", "registryCheck"} if _value(key) not in (None, ""))


def configured_namespace() -> str:
    """Return the ``namespace`` of `configured`, for graphs that name none."""
    # Each graph asks for it, and reading the whole configuration takes ten times as long.
    return _value("namespace") or "default"


def _value(key: str) -> Any:
    import pulumi.runtime  # by a program only: the native plugin does without Pulumi's SDK

    return pulumi.runtime.get_config(PREFIX + key)
