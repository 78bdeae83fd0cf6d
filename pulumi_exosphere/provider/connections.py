"""The state manager that a hook talks to, with its key and headers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from pulumi_exosphere.errors import ConfigurationError, Conflict, ExosphereError, Outcome, Unauthorized
from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.live import Live
from pulumi_exosphere.reconcile.outcome import tell
from pulumi_exosphere.reconcile.run import current
from pulumi_exosphere.reconcile.waiting import pause
from pulumi_exosphere.state_manager.address import insecure, parse_address
from pulumi_exosphere.template import UNKNOWN

from .arguments import faults_of
from .settings import KEY_VARIABLE, MISSING_KEY, MISSING_URI, URI_VARIABLE, Settings

if TYPE_CHECKING:
    from pulumi_exosphere.state_manager import StateManager

T = TypeVar("T")

ROTATED = (
    "A refresh or a destroy uses the key of the last `pulumi up`: after a rotation run `pulumi up` once without "
    f"--refresh, or set {KEY_VARIABLE} to the new key"
)

_clients: dict[tuple[object, ...], StateManager] = {}
_warned: set[str] = set()
_refused: WeakKeyDictionary[object, dict[tuple[object, ...], Unauthorized]] = WeakKeyDictionary()
"""The keys that each server has rejected, by run."""
_lock = threading.Lock()


@dataclass(frozen=True)
class Source:
    """An address with the credentials given for it: each key goes only to its own address."""

    uri: Any
    """The address, which can contain credentials; None: the key was given for any address."""
    api_key: Any = field(repr=False)
    headers: Any = field(repr=False)

    def belongs_to(self, address: str) -> bool:
        """Return whether key and headers were given for this address."""
        return not self.uri or _url(self.uri) == address


def wanted_address(settings: Settings, connection: Mapping[str, Any] | None) -> Any:
    """Return the address that an upsert would go to, without credentials; UNKNOWN, or None if none is configured.

    Also None if `faults_of` reports the connection's.
    """
    uri = _uri(settings, connection)
    if uri is UNKNOWN or not uri:
        return uri or None
    return _url(uri) if connection else parse_address(uri).url


def wanted_client(settings: Settings, connection: Mapping[str, Any] | None) -> StateManager:
    """Return the client for an upsert.

    Raises ConfigurationError if address or key is missing.
    """
    settings.require_valid()
    if faults := faults_of(connection):
        raise ConfigurationError("; ".join(faults))
    uri = _uri(settings, connection)
    if not isinstance(uri, str):
        raise ConfigurationError(MISSING_URI)
    address = parse_address(uri).url
    sources = _sources(settings, connection, address)
    keys = _keys(sources[:1] if connection else sources)
    if not keys:
        raise ConfigurationError(_missing_key(settings, address))
    return _client(uri, keys[0], _headers(sources), settings)


def with_stored(settings: Settings, state: Mapping[str, Any], call: Callable[[StateManager], T]) -> T:
    """Run ``call`` against the server that state names, with a key that was given for that server.

    That is the key of state's connection, or the configuration's, or the environment's. Refresh and destroy have the
    configuration of the last update; if the server rejects its key, the environment's is tried once. Credentials in the
    address come from the one of these that names it.

    Raises ConfigurationError if address or key is missing.
    """
    settings.require_valid()
    connection = state.get("connection")
    address = state.get("state_manager") or wanted_address(settings, connection)
    if not isinstance(address, str):
        raise ConfigurationError(MISSING_URI)
    sources = _sources(settings, connection, address)
    keys = _keys(sources)
    if not keys:
        raise ConfigurationError(_missing_key(settings, address))
    uri = next((source.uri for source in sources if source.uri), address)
    tried = tuple(dict.fromkeys((keys[0], keys[-1])))
    refused = _refused.setdefault(current(), {})
    if before := refused.get((address, *tried)):
        raise Unauthorized(
            f"{address} rejected the API key before in this run: see the first such error", status=before.status
        )
    refusal: Unauthorized | None = None
    outcome: Outcome | None = None
    for key in tried:
        try:
            return call(_client(uri, key, _headers(sources), settings))
        except Unauthorized as error:
            refusal, outcome = error, error.outcome or outcome
    assert refusal is not None  # there is a key
    if outcome is None:
        refused[(address, *tried)] = refusal
    failure = Unauthorized(f"{refusal}. {ROTATED}", status=refusal.status, request_id=refusal.request_id)
    failure.outcome = outcome
    raise failure


def look_at(settings: Settings, key: GraphKey) -> Live | None:
    """Return a graph that this run wants at another address, as a listing shows it now.

    Raises Conflict if that can't be told: it may be the graph that is to be deleted.
    """
    run = current()
    where = {"state_manager": key.address, "connection": run.connection(key.address)}
    try:
        return with_stored(settings, where, lambda client: run.snapshots.fresh(client, key))
    except ExosphereError as error:
        raise Conflict(
            f"this run wants {key} at {key.address}, which may be another name of the state manager whose address is "
            f"in state. This can't be found out now, so nothing was sent: {error}"
        ) from None


def configured_key(settings: Settings, address: str) -> str | None:
    """Return the key that requests to this address carry, if the configuration or the environment has one for it."""
    return next(iter(_keys(_sources(settings, None, address))), None)


def configured_headers(settings: Settings, address: str) -> Mapping[str, str]:
    """Return the additional headers of requests to this address."""
    return _headers(_sources(settings, None, address))


def _sources(settings: Settings, connection: Mapping[str, Any] | None, address: str) -> list[Source]:
    """Return what was given for an address, the most specific first."""
    found = []
    if connection:
        found.append(Source(connection.get("uri"), connection.get("api_key"), connection.get("headers")))
    first, second = settings.uri, settings.environment_uri
    found.append(Source(first or second, settings.api_key, settings.headers))
    found.append(Source(second or first, settings.environment_key, settings.environment_headers))
    # A resource with a connection has its own server, for which a key without an address was not given.
    return [source for source in found if source.belongs_to(address) and (source.uri or not connection)]


def _keys(sources: Iterable[Source]) -> list[str]:
    return [source.api_key for source in sources if isinstance(source.api_key, str) and source.api_key]


def _headers(sources: Iterable[Source]) -> Mapping[str, str]:
    return next((source.headers for source in sources if isinstance(source.headers, Mapping) and source.headers), {})


def _missing_key(settings: Settings, address: str) -> str:
    given = [
        f"that of {name} is for {where}"
        for name, key, where in (
            ("exosphere:apiKey", settings.api_key, _url(settings.uri or settings.environment_uri)),
            (KEY_VARIABLE, settings.environment_key, _url(settings.environment_uri or settings.uri)),
        )
        if key and where and where != address
    ]
    if not given:
        return MISSING_KEY
    return (
        f"no API key is configured for {address}: {', and '.join(given)}, so it isn't sent there. Set "
        f"{URI_VARIABLE} to {address} and {KEY_VARIABLE} to its key"
    )


def _url(uri: Any) -> str | None:
    """Return the address without credentials, or None if it can't be one."""
    try:
        return parse_address(uri).url if isinstance(uri, str) and uri else None
    except ConfigurationError:
        return None


def _uri(settings: Settings, connection: Mapping[str, Any] | None) -> Any:
    return connection.get("uri") if connection else settings.uri or settings.environment_uri


def _client(uri: str, key: str, headers: Mapping[str, str], settings: Settings) -> StateManager:
    from pulumi_exosphere.state_manager import StateManager

    tuning = (settings.request_timeout, settings.max_retries, settings.log_requests)
    wanted = (uri, key, tuple(sorted(headers.items())), *tuning)
    with _lock:
        if wanted not in _clients:
            client = StateManager(
                uri,
                key,
                headers=headers,
                timeout=settings.request_timeout,
                max_retries=settings.max_retries,
                sleep=pause,
                log=tell if settings.log_requests else None,
            )
            notices = list(client.notices)
            if insecure(uri):
                notices.append(
                    f"the API key and the graphs' secrets are sent to {client.address} unencrypted: use https://"
                )
            for notice in notices:
                if notice not in _warned:
                    _warned.add(notice)
                    tell(f"warning: {notice}")
            _clients[wanted] = client
        return _clients[wanted]
