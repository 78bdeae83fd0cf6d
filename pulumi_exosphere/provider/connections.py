"""Which state manager a hook talks to, and with which key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi_exosphere.errors import ConfigurationError, Outcome, Unauthorized
from pulumi_exosphere.reconcile.outcome import tell
from pulumi_exosphere.reconcile.waiting import pause
from pulumi_exosphere.state_manager.address import insecure, parse_address
from pulumi_exosphere.template import UNKNOWN

from .settings import KEY_VARIABLE, MISSING_KEY, MISSING_URI, Settings

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

T = TypeVar("T")

ROTATED = (
    "A refresh or a destroy has the key of the last `pulumi up`: after a rotation run `pulumi up` once without "
    f"--refresh, or set {KEY_VARIABLE} to the new one"
)

_clients: dict[tuple[str, str, float, int], StateManager] = {}
_lock = threading.Lock()


def faults_of(connection: Mapping[str, Any] | None) -> list[str]:
    """What is wrong with a resource's connection, a sentence each: the configuration never fills a gap in it."""
    return [
        f"connection.{part}: is empty; give the {what}, or leave `connection` out to use the configured state manager"
        for part, what in (("uri", "address"), ("api_key", "key of that state manager"))
        if connection and connection.get(part) in (None, "")
    ]


def wanted_address(settings: Settings, connection: Mapping[str, Any] | None) -> Any:
    """The address that an upsert would go to, without credentials; UNKNOWN, or None where none is configured."""
    uri = _uri(settings, connection)
    if uri is UNKNOWN:
        return uri
    return parse_address(uri).url if uri else None


def wanted_client(settings: Settings, connection: Mapping[str, Any] | None) -> StateManager:
    """The client for an upsert.

    Raises ConfigurationError where address or key is missing.
    """
    settings.require_valid()
    if faults := faults_of(connection):
        raise ConfigurationError("; ".join(faults))
    uri = _uri(settings, connection)
    if not isinstance(uri, str):
        raise ConfigurationError(MISSING_URI)
    key = _keys(settings, connection)
    if not key:
        raise ConfigurationError(MISSING_KEY)
    return _client(uri, key[0], settings)


def with_stored(settings: Settings, state: Mapping[str, Any], call: Callable[[StateManager], T]) -> T:
    """Run ``call`` against the server that state names, with the key of state's connection, else the configuration's.

    Credentials in the address come from whichever of these names it. Refresh and destroy have the configuration of the
    last update; where the server refuses that key, the environment's
    is tried once.

    Raises ConfigurationError where address or key is missing.
    """
    settings.require_valid()
    connection = state.get("connection")
    address = state.get("state_manager") or wanted_address(settings, connection)
    if not isinstance(address, str):
        raise ConfigurationError(MISSING_URI)
    uris = [uri for uri in _uris(settings, connection) if isinstance(uri, str) and parse_address(uri).url == address]
    # A key that a connection brings is for its server alone, and no other is sent there.
    own = bool(connection) and address not in _configured_addresses(settings)
    keys = _keys(settings, connection) or ([] if own else _keys(settings, None))
    if settings.environment_key and settings.environment_key not in keys and not own:
        keys.append(settings.environment_key)
    if not keys:
        raise ConfigurationError(MISSING_KEY)
    uri = uris[0] if uris else address
    refusal: Unauthorized | None = None
    outcome: Outcome | None = None
    for key in dict.fromkeys((keys[0], keys[-1])):
        try:
            return call(_client(uri, key, settings))
        except Unauthorized as error:
            refusal, outcome = error, error.outcome or outcome
    assert refusal is not None  # there is a key
    failure = Unauthorized(f"{refusal}. {ROTATED}", status=refusal.status, request_id=refusal.request_id)
    failure.outcome = outcome
    raise failure


def _configured_addresses(settings: Settings) -> list[str]:
    return [parse_address(uri).url for uri in (settings.uri, settings.environment_uri) if uri]


def _uris(settings: Settings, connection: Mapping[str, Any] | None) -> list[Any]:
    given = [(connection or {}).get("uri"), settings.uri, settings.environment_uri]
    return [uri for uri in given if uri]


def _uri(settings: Settings, connection: Mapping[str, Any] | None) -> Any:
    return connection.get("uri") if connection else settings.uri or settings.environment_uri


def _keys(settings: Settings, connection: Mapping[str, Any] | None) -> list[str]:
    given = connection.get("api_key") if connection else settings.api_key or settings.environment_key
    return [given] if given and isinstance(given, str) else []


def _client(uri: str, key: str, settings: Settings) -> StateManager:
    from pulumi_exosphere.state_manager import StateManager

    wanted = (uri, key, settings.request_timeout, settings.max_retries)
    with _lock:
        if wanted not in _clients:
            if insecure(uri) and not any(known[0] == uri for known in _clients):
                tell(
                    f"warning: the API key and the graphs' secrets go to {parse_address(uri)} unencrypted, and can be "
                    "read on the way: use https://"
                )
            _clients[wanted] = StateManager(
                uri, key, timeout=settings.request_timeout, max_retries=settings.max_retries, sleep=pause
            )
        return _clients[wanted]
