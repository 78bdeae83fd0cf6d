"""The proxy for an address, from the variables that curl and Go read.

``HTTP_PROXY`` or ``HTTPS_PROXY`` by the address's scheme, else ``ALL_PROXY``; in lower case they take precedence. This
machine is never reached through a proxy, nor is what ``NO_PROXY`` names: hosts with all below them, IP addresses and
ranges, each with or without a port, or ``*``. httpx alone knows neither ranges nor ports, and one entry that it can't
read makes it fail.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .address import PORTS, is_local

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@dataclass(frozen=True)
class Proxy:
    """A proxy; printing it shows no credentials."""

    url: str = field(repr=False)
    variable: str
    """The variable that names it."""


@dataclass(frozen=True)
class Route:
    """The route to an address."""

    proxy: Proxy | None
    notices: tuple[str, ...] = ()
    """A sentence about each entry of NO_PROXY that can't be understood."""


def route_to(url: str, environment: Mapping[str, str]) -> Route:
    """Return how a normalised address is reached."""
    parts = urlsplit(url)
    host = _ascii(parts.hostname or "")
    if is_local(host):
        return Route(None)
    variable, proxy = _variable(environment, f"{parts.scheme}_proxy", "all_proxy")
    if not proxy:
        return Route(None)
    excluding, text = _variable(environment, "no_proxy")
    entries = re.split(r"[\s,]+", text.strip(" ,"))
    port = parts.port or PORTS[parts.scheme]
    judged = {entry: _covers(entry, host, port) for entry in entries if entry}
    # An entry may be what someone took for a URL with a password in it.
    bad = [entry for entry, covers in judged.items() if covers is None and "@" not in entry]
    notices = tuple(f"an entry of {excluding} can't be understood and is skipped: {entry!a}" for entry in bad)
    if any(judged.values()):
        return Route(None, notices)
    return Route(Proxy(proxy if "://" in proxy else f"http://{proxy}", variable), notices)


def _variable(environment: Mapping[str, str], *names: str) -> tuple[str, str]:
    """Return the first of these variables that is set, and its value; the lower case of each comes first."""
    for name in names:
        for spelling in (name, name.upper()):
            if (value := environment.get(spelling, "").strip()) or spelling in environment:
                return spelling, value
    return names[0].upper(), ""


def _covers(entry: str, host: str, port: int) -> bool | None:
    """Return whether an entry names this host and port; None if it can't be understood."""
    if entry == "*":
        return True
    name, wanted = _split(entry)
    if wanted is not None and not (wanted.isdecimal() and wanted.isascii() and int(wanted) < 65536):
        return None
    if wanted is not None and int(wanted) != port:
        return False
    address = _address(host)
    if (network := _network(name)) is not None:
        return address is not None and address.version == network.version and address in network
    named = _ascii(name).removeprefix("*").removeprefix(".").removesuffix(".")
    if not _NAME.fullmatch(named):
        return None
    bare = host.removesuffix(".")
    return address is None and (bare == named or bare.endswith(f".{named}"))


def _split(entry: str) -> tuple[str, str | None]:
    """Split off a port: ``host:80``, ``[::1]:80``; a colon of an IPv6 address is none."""
    if entry.startswith("["):
        name, bracket, rest = entry[1:].partition("]")
        if bracket and (not rest or rest.startswith(":")):
            return name, rest[1:] if rest else None
        return entry, None
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, port
    return entry, None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _ascii(name: str) -> str:
    """Return the name in lower case, and in the form in which it is looked up."""
    try:
        return name.lower().encode("idna").decode() if not name.isascii() else name.lower()
    except UnicodeError:
        return name.lower()
