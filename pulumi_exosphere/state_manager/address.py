"""The address of a state manager, split into what can be shown and what can't."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from pulumi_exosphere.errors import ConfigurationError

SETTING = "exosphere:stateManagerUri (or EXOSPHERE_STATE_MANAGER_URI)"
"""Where an address is configured, as messages name it."""
LONGEST_PART, LONGEST_NAME = 63, 253
"""Letters in a part of a host name, and in all of it."""
PORTS = {"http": 80, "https": 443}
"""The default ports."""


@dataclass(frozen=True)
class Address:
    """A state manager's address; printing it shows no credentials."""

    url: str
    """Scheme, host, port and path: normalised, without a slash at the end and without credentials."""
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return self.url


@lru_cache(maxsize=64)
def parse_address(text: str, setting: str = SETTING) -> Address:
    """Split an address.

    Two spellings of one address give the same ``url``: case, a default port and a slash at the end don't matter.

    Raises ConfigurationError if no request could be sent to it. The message names ``setting``, and doesn't repeat the
    address, which can contain credentials.
    """
    parts = None
    port = None
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:  # its text quotes a part of the address, which can be a part of a password
        parts = None
    if parts is None:
        raise ConfigurationError(f"{setting} isn't an address: write it like http://localhost:8000")
    scheme, host = parts.scheme.lower(), parts.hostname
    if scheme not in PORTS or not host:
        raise ConfigurationError(
            f"{setting} must begin with http:// or https:// and a host: write it like http://localhost:8000"
        )
    if parts.query or parts.fragment:
        raise ConfigurationError(f"{setting} can't contain ? or #: write it like http://localhost:8000")
    if "@" in parts.path:  # what precedes it may be a password with a / in it
        raise ConfigurationError(
            f"{setting} contains an @ after the first /: write a / in a user or a password as %2F, and an @ in a path "
            "as %40"
        )
    if not all(letter.isprintable() and not letter.isspace() for letter in f"{host}{parts.path}"):
        raise ConfigurationError(
            f"{setting} contains a space or a control character: write it like http://localhost:8000"
        )
    if not _can_be_looked_up(host):
        raise ConfigurationError(
            f"{setting} names a host that can't exist: a host name has parts of 1 to 63 letters, digits or hyphens, "
            "with a dot between them; write it like http://localhost:8000"
        )
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != PORTS[scheme]:
        netloc += f":{port}"
    return Address(
        url=f"{scheme}://{netloc}{parts.path.rstrip('/')}",
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def insecure(address: str) -> bool:
    """Return whether an API key is sent there unencrypted: plain http to a host that isn't this one."""
    parts = urlsplit(parse_address(address).url)
    return parts.scheme == "http" and not is_local(parts.hostname or "")


def origin(url: str) -> str | None:
    """Return scheme, host and port of a URL that someone else wrote, without credentials; None if it has none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in PORTS or not host or not host.isprintable():
        return None
    netloc = f"[{host}]" if ":" in host else host
    shown = "" if port is None or port == PORTS[parts.scheme.lower()] else f":{port}"
    return f"{parts.scheme.lower()}://{netloc}{shown}"


def _can_be_looked_up(host: str) -> bool:
    """Return whether a host is an IP address, or a name that DNS, and httpx on the way there, can encode."""
    if ":" in host:
        return _is_ip(host.partition("%")[0])
    parts = host.removesuffix(".").split(".")
    if not all(0 < len(part) <= LONGEST_PART for part in parts) or len(host) > LONGEST_NAME:
        return False
    if host.isascii() and not any(part.startswith("xn--") for part in parts):
        return True
    import idna  # httpx has it; few addresses need it

    try:
        idna.decode(idna.encode(host))
    except UnicodeError:
        return False
    return True


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_local(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified
