"""The configuration: from the environment, and from a stack if there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.provider.connections import configured_headers, configured_key
from pulumi_exosphere.provider.settings import KEY_VARIABLE, SETTINGS, URI_VARIABLE, Settings, in_clear, read_settings
from pulumi_exosphere.pulumi_cli import ask_pulumi, of_stack
from pulumi_exosphere.state_manager import insecure, parse_address

from .findings import Finding, Status


@dataclass(frozen=True)
class Stack:
    """A stack's configuration under ``exosphere:``, secrets in clear."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    findings: tuple[Finding, ...] = ()
    found: bool = False
    """True if there is a stack and its configuration could be read."""


def read_stack(folder: Path, name: str | None) -> Stack:
    """Return the configuration of a stack; of the selected one if no name is given.

    A folder without a Pulumi program has none, which is a problem only if a stack was asked for.
    """
    if not any((folder / settings).exists() for settings in ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")):
        status = Status.FAULT if name else Status.SKIPPED
        message = f"{folder} contains no Pulumi program, so only the environment is checked"
        return Stack(
            findings=(Finding("stack", status, message, "run it in the folder of a program, or with --cwd DIR"),)
        )
    if shutil.which("pulumi") is None:
        return Stack(
            findings=(Finding("stack", Status.SKIPPED, "the stack's configuration can't be read without `pulumi`"),)
        )
    configured = ask_pulumi(folder, name, "config", "--json", "--show-secrets")
    if configured is None:
        shown = " ".join(["pulumi", "config", *of_stack(name)])
        advice = f"run `{shown}` in {folder}; select a stack, and set PULUMI_CONFIG_PASSPHRASE if its secrets need it"
        return Stack(findings=(Finding("stack", Status.FAULT, "`pulumi config` can't read the stack", advice),))
    values = {key: str(entry.get("value", "")) for key, entry in configured.items() if isinstance(entry, dict)}
    own = {key.removeprefix("exosphere:"): value for key, value in values.items() if key.startswith("exosphere:")}
    open_ = [key for key in in_clear(own) if configured[f"exosphere:{key}"].get("secret") is False]
    return Stack(own, (_read(own), *map(_in_clear, open_)), found=True)


def settings_of(stack: Stack) -> Settings:
    """Return the stack's configuration, completed from the environment."""
    return read_settings(stack.values.get, keys=stack.values)


def checks(stack: Stack, settings: Settings, *, connected: bool) -> Iterator[Finding]:
    """Check that the values can be used, and say where the address and the key come from.

    Args:
        stack: Its configuration.
        settings: The same with the environment's.
        connected: True if all of the stack's resources have a connection of their own and need neither.
    """
    yield from stack.findings
    for fault in settings.value_faults:
        # Each is "problem: what to do".
        message, _, advice = fault.partition(": correct")
        yield Finding("configuration", Status.FAULT, message, f"correct{advice}" if advice else "")
    for fault in settings.misspelt:
        yield Finding("configuration", Status.FAULT, *fault.split("? "))
    if settings.unknown:
        shown = ", ".join(f"exosphere:{key}" for key in settings.unknown)
        yield Finding(
            "configuration",
            Status.HINT,
            f"pulumi-exosphere doesn't know {shown}",
            f"its settings are {', '.join(SETTINGS)}",
        )
    yield _address(settings, connected=connected)
    yield _key(settings, connected=connected)


def address(settings: Settings) -> str | None:
    """Return the configured address; it may contain credentials."""
    return settings.uri or settings.environment_uri


def shown_address(settings: Settings) -> str | None:
    """Return the configured address without credentials, or None if no request can be sent to it."""
    try:
        return parse_address(address(settings) or "").url
    except ConfigurationError:
        return None


def key(settings: Settings) -> str | None:
    """Return the key that requests to the configured address carry."""
    where = shown_address(settings)
    return configured_key(settings, where) if where else settings.api_key or settings.environment_key


def headers(settings: Settings) -> Mapping[str, str]:
    """Return the additional headers of requests to the configured address."""
    where = shown_address(settings)
    return configured_headers(settings, where) if where else {}


def _read(own: Mapping[str, Any]) -> Finding:
    return Finding("stack", Status.OK, f"the stack sets {', '.join(sorted(own)) or 'nothing'} under exosphere:")


def _in_clear(key: str) -> Finding:
    what = "credentials in exosphere:stateManagerUri" if key == "stateManagerUri" else f"exosphere:{key}"
    return Finding(
        "stack",
        Status.WARNING,
        f"the stack's file contains {what} in plain text",
        f"run `pulumi config set --secret exosphere:{key}`, and replace the credential if the file was ever shared",
    )


def _address(settings: Settings, *, connected: bool) -> Finding:
    uri = address(settings)
    if not uri:
        advice = f"run `pulumi config set exosphere:stateManagerUri URL`, or set {URI_VARIABLE}"
        return _missing("address", "no state manager address is configured", advice, connected=connected)
    source = "exosphere:stateManagerUri" if settings.uri else URI_VARIABLE
    try:
        where = parse_address(uri).url
    except ConfigurationError as error:
        return Finding("address", Status.FAULT, str(error), f"correct {source}")
    if insecure(uri):
        advice = "use https, or a network that no one else can listen to"
        return Finding(
            "address", Status.WARNING, f"{where} ({source}) uses plain http, so the key is sent unencrypted", advice
        )
    return Finding("address", Status.OK, f"{where} ({source})")


def _missing(check: str, message: str, advice: str, *, connected: bool) -> Finding:
    if not connected:
        return Finding(check, Status.FAULT, message, advice)
    message += "; all resources of the stack have their own connection="
    return Finding(check, Status.HINT, message, f"for resources and look-ups without a connection, {advice}")


def _key(settings: Settings, *, connected: bool) -> Finding:
    if not key(settings):
        advice = f"run `pulumi config set --secret exosphere:apiKey`, or set {KEY_VARIABLE}"
        return _missing("api-key", "no API key is configured", advice, connected=connected)
    both = settings.api_key and settings.environment_key and settings.api_key != settings.environment_key
    if both:
        message = f"exosphere:apiKey is used; {KEY_VARIABLE} is set to another value"
        return Finding("api-key", Status.HINT, message, "unset one of them, unless this is intended")
    source = "exosphere:apiKey" if settings.api_key else KEY_VARIABLE
    return Finding("api-key", Status.OK, f"a key is configured ({source})")
