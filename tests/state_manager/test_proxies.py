from __future__ import annotations

import json
import os

import pytest

from pulumi_exosphere.errors import StateManagerError, Unreachable
from pulumi_exosphere.state_manager import StateManager
from pulumi_exosphere.state_manager.proxies import route_to
from tests.support import faults
from tests.support.fault_proxy import FaultProxy
from tests.support.transports import KEY, listing

PROXY = "http://proxy.test:3128"
NO_PROXY = [
    ("*", "http://a.test", True),
    ("a.test", "http://a.test", True),
    ("A.TEST.", "http://a.test", True),
    ("a.test", "http://b.a.test", True),
    ("a.test", "http://ba.test", False),
    (".a.test", "http://b.a.test", True),
    (".a.test", "http://a.test", True),
    ("*.a.test", "http://b.a.test", True),
    ("x.test, a.test", "http://a.test", True),
    ("x.test a.test", "http://a.test", True),
    ("a.test:8000", "http://a.test:8000", True),
    ("a.test:8000", "http://a.test", False),
    ("a.test:443", "https://a.test", True),
    ("10.0.0.0/8", "http://10.1.2.3:8000", True),
    ("10.0.0.0/8", "http://11.1.2.3", False),
    ("10.0.0.0/8", "http://10.test", False),
    ("10.1.2.3", "http://10.1.2.3", True),
    ("10.1.2.3:80", "http://10.1.2.3", True),
    ("2.3", "http://10.1.2.3", False),
    ("fd00::/8", "http://[fd12::1]:8000", True),
    ("fd00::/8", "http://[fe80::1]", False),
    ("[fd12::1]", "http://[fd12::1]", True),
    ("fd12::1", "http://[fd12:0::1]", True),
    ("[fd12::1]:8000", "http://[fd12::1]:8000", True),
    ("[fd12::1]:8000", "http://[fd12::1]", False),
    ("bücher.test", "http://xn--bcher-kva.test", True),
    ("bücher.test", "http://bücher.test", True),
    ("", "http://a.test", False),
]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxy settings of the person who runs the tests from affecting them."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(("entries", "url", "direct"), NO_PROXY, ids=str)
def test_no_proxy(entries: str, url: str, direct: bool) -> None:  # a row of the table
    """Hosts with all below them, addresses, ranges and ports, as curl and Go understand them."""
    route = route_to(url, {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY, "NO_PROXY": entries})
    assert (route.proxy is None, route.notices) == (direct, ())


@pytest.mark.parametrize(
    "entry", ["10.0.0.0/99", "a.test:port", "http://a.test", "[::1", "a..b", "x/y", "a.test:99999"]
)
def test_an_entry_that_cannot_be_understood_is_skipped_and_named(entry: str) -> None:
    """The other entries count."""
    route = route_to("http://a.test", {"HTTP_PROXY": PROXY, "NO_PROXY": f"{entry},b.test"})
    assert route.proxy is not None
    assert route.notices == (f"an entry of NO_PROXY can't be understood and is skipped: {entry!r}",)
    assert route_to("http://b.test", {"HTTP_PROXY": PROXY, "NO_PROXY": f"{entry},b.test"}).proxy is None


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.8.9.1", "[::1]"])
def test_this_machine_is_never_reached_through_a_proxy(host: str) -> None:
    """No proxy is used, whatever NO_PROXY contains."""
    assert route_to(f"http://{host}:8000", {"HTTP_PROXY": PROXY, "ALL_PROXY": PROXY}).proxy is None


@pytest.mark.parametrize(
    ("environment", "url", "variable"),
    [
        ({"HTTP_PROXY": PROXY}, "http://a.test", "HTTP_PROXY"),
        ({"HTTP_PROXY": PROXY}, "https://a.test", None),
        ({"https_proxy": PROXY, "HTTPS_PROXY": "http://other"}, "https://a.test", "https_proxy"),
        ({"https_proxy": "", "HTTPS_PROXY": PROXY}, "https://a.test", None),
        ({"ALL_PROXY": PROXY}, "https://a.test", "ALL_PROXY"),
        ({"HTTPS_PROXY": "proxy.test:3128"}, "https://a.test", "HTTPS_PROXY"),
        ({}, "https://a.test", None),
    ],
)
def test_which_variable_counts(environment: dict[str, str], url: str, variable: str | None) -> None:
    """The variable of the scheme counts, in lower case first; its value needs no http://."""
    proxy = route_to(url, environment).proxy
    assert (proxy and proxy.variable) == variable
    assert proxy is None or proxy.url == PROXY


def test_messages_say_that_a_proxy_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the proxy by its variable and without its address, whether it responds or not."""
    with FaultProxy("http://127.0.0.1:9") as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.uri.replace("http://", "http://user:canary@"))
        proxy.inject("*", faults.instead("", faults.Reply(503, b"")), times=None)
        through = r"http://state-manager\.test \(through the proxy of HTTP_PROXY\)"
        with (
            StateManager("http://state-manager.test", KEY, max_retries=0) as client,
            pytest.raises(StateManagerError, match=f"{through} answered 503") as caught,
        ):
            client.list_graphs("ns")
        assert "canary" not in str(caught.value)
    with (
        StateManager("http://state-manager.test", KEY, max_retries=0) as client,
        pytest.raises(Unreachable, match=through),
    ):
        client.list_graphs("ns")


def test_a_host_that_no_proxy_names_is_reached_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A range works, here this machine's address behind a name that isn't its own: the proxy never gets the key."""
    with FaultProxy("http://127.0.0.1:9") as proxy, FaultProxy("http://127.0.0.1:9") as server:
        server.inject("*", faults.instead("", faults.Reply(200, json.dumps(listing("ns")).encode())), times=None)
        monkeypatch.setenv("HTTP_PROXY", proxy.uri)
        with StateManager(server.uri, KEY) as client:
            assert client.list_graphs("ns").graphs == {}
        assert proxy.log == []
