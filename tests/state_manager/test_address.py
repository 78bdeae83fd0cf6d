from __future__ import annotations

import pytest

from pulumi_exosphere.errors import ConfigurationError
from pulumi_exosphere.state_manager import insecure, parse_address
from pulumi_exosphere.state_manager.address import origin


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
        (" HTTP://LocalHost:8000/ ", "http://localhost:8000"),
        ("http://host:80", "http://host"),
        ("https://host:443/", "https://host"),
        ("https://host:80", "https://host:80"),
        ("https://host/exosphere/", "https://host/exosphere"),
        ("http://user:secret@host/", "http://host"),
        ("http://user:se%2Fcret@host/a%40b", "http://host/a%40b"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://b\u00fccher.example", "http://b\u00fccher.example"),
        ("http://xn--bcher-kva.example", "http://xn--bcher-kva.example"),
        ("http://state_manager.internal.", "http://state_manager.internal."),
    ],
)
def test_one_address_has_one_spelling(written: str, url: str) -> None:
    """Case, a default port, a slash at the end and credentials don't make another address."""
    assert parse_address(written).url == url


def test_credentials_are_decoded_and_never_shown() -> None:
    """User and password are decoded, and printing the address shows neither."""
    address = parse_address("http://us%40er:pass%3Aword@host")
    assert (address.username, address.password) == ("us@er", "pass:word")
    assert "word" not in repr(address)
    assert str(address) == "http://host"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param("canary", id="a word"),
        pytest.param("localhost:8000", id="no scheme"),
        pytest.param("ftp://canary@host", id="another scheme"),
        pytest.param("http://", id="no host"),
        pytest.param("http://user:canary/1@host", id="a slash in the password"),
        pytest.param("http://user:1/canary@host", id="a slash in a password that begins like a port"),
        pytest.param("http://canary/2@host", id="a slash in a token"),
        pytest.param("http://host/canary@2", id="an @ in the path"),
        pytest.param("http://user:canary@host:port", id="a port that is no number"),
        pytest.param("http://user:canary@host:99999", id="a port that is none"),
        pytest.param("http://user:canary@[host", id="half a bracket"),
        pytest.param("http://host/?canary=1", id="a query"),
        pytest.param("http://host/#canary", id="a fragment"),
        pytest.param("http://canary..example", id="an empty part of the host"),
        pytest.param("http://xn--canary-", id="a host that punycode can't decode"),
        pytest.param("http://xn--a", id="a host that decodes to a control character"),
        pytest.param(f"http://{'canary' * 11}.example", id="a part of the host that is too long"),
        pytest.param(f"http://{'canary.' * 40}example", id="a host that is too long"),
        pytest.param("http://\u2488canary.example", id="a letter that no host may have"),
        pytest.param("http://[canary::]", id="an IPv6 address that is none"),
        pytest.param("http://ho st/canary", id="a space"),
        pytest.param("http://host/\x7fcanary", id="a control character"),
    ],
)
def test_refuses_what_is_no_address_without_repeating_it(written: str) -> None:
    """The error names the setting and the variable, but not the value, which may contain a password."""
    with pytest.raises(ConfigurationError) as caught:
        parse_address(written)
    message = str(caught.value)
    assert "exosphere:stateManagerUri" in message
    assert "EXOSPHERE_STATE_MANAGER_URI" in message
    assert "canary" not in message
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("address", "is_insecure"),
    [
        ("http://state-manager.example.com", True),
        ("http://10.0.0.7:8000", True),
        ("http://localhost.example.com", True),
        ("https://state-manager.example.com", False),
        ("http://localhost:8000", False),
        ("http://dev.localhost:8000", False),
        ("http://127.0.0.1:8000", False),
        ("http://127.1.2.3", False),
        ("http://[::1]:8000", False),
        ("http://user:secret@localhost", False),
    ],
)
def test_plain_http_to_another_host_is_insecure(address: str, is_insecure: bool) -> None:
    """A key sent over plain http is private only on its way to this host."""
    assert insecure(address) is is_insecure


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://login.example.com/path?token=canary", "https://login.example.com"),
        ("https://user:canary@login.example.com:8443/", "https://login.example.com:8443"),
        ("http://[::1]:80/", "http://[::1]"),
        ("/v0/elsewhere", None),
        ("//host/path", None),
        ("javascript:canary", None),
        ("http://[half", None),
        ("http://host:port/", None),
    ],
)
def test_of_a_redirect_only_the_origin_is_shown(location: str, shown: str | None) -> None:
    """Credentials, path and query, which can contain tokens, are not shown."""
    assert origin(location) == shown
