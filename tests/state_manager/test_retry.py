from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from pulumi_exosphere.errors import StateManagerError, Unreachable
from pulumi_exosphere.state_manager.api import retry_after
from tests.support.transports import graph, listing, page, problem, scripted

FINE = httpx.Response(200, json=listing("ns"))
WRITTEN = httpx.Response(201, json=graph(validation_status="PENDING"))
NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "outcome",
    [
        *[kind("") for kind in (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ReadError)],
        *[kind("") for kind in (httpx.PoolTimeout, httpx.WriteTimeout, httpx.WriteError, httpx.RemoteProtocolError)],
        problem(429, "later"),
        problem(500, "once"),
        *[page(status) for status in (408, 502, 503, 504)],
        page(200),
        httpx.Response(200, content=b'{"namespace": "n'),
    ],
    ids=lambda outcome: str(getattr(outcome, "status_code", "")) or type(outcome).__name__,
)
def test_a_read_is_repeated(outcome: Any) -> None:
    """A temporary failure is retried, without a message if it then succeeds."""
    client, transport = scripted(outcome, FINE)
    assert client.list_graphs("ns").graphs == {}
    assert len(transport.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 407, 409, 422])
def test_a_settled_refusal_is_never_repeated(status: int) -> None:
    """Another try would get the same response."""
    client, transport = scripted(problem(status, "no"), FINE)
    with pytest.raises(StateManagerError):
        client.list_graphs("ns")
    assert len(transport.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_neither_followed_nor_repeated(status: int) -> None:
    """The key goes to no other server, and the target of a redirect isn't where the API is."""
    client, transport = scripted(httpx.Response(status, headers={"location": "http://elsewhere.test/"}), FINE)
    with pytest.raises(StateManagerError):
        client.list_graphs("ns")
    assert [request.url.host for request in transport.requests] == ["state-manager.test"]


@pytest.mark.parametrize("outcome", [httpx.ConnectError(""), httpx.ConnectTimeout(""), problem(429, "later")])
def test_a_put_is_repeated_where_nothing_was_carried_out(outcome: Any) -> None:
    """A refused connection and a 429 are certain."""
    client, transport = scripted(outcome, WRITTEN)
    assert client.put_graph("ns", "g", {}).validation_status == "PENDING"
    assert len(transport.requests) == 2


@pytest.mark.parametrize(
    "outcome",
    [
        *[kind("") for kind in (httpx.ReadTimeout, httpx.ReadError, httpx.WriteTimeout, httpx.RemoteProtocolError)],
        problem(500, "no"),
        *[page(status) for status in (502, 503, 504, 200)],
        problem(503, "later", retry_after="0"),
    ],
    ids=lambda outcome: str(getattr(outcome, "status_code", "")) or type(outcome).__name__,
)
def test_a_put_whose_answer_was_lost_is_not_repeated(outcome: Any) -> None:
    """It may be in validation now, and a second PUT during that can be lost for good: the caller must look first."""
    client, transport = scripted(outcome, WRITTEN)
    with pytest.raises(StateManagerError) as caught:
        client.put_graph("ns", "g", {})
    assert caught.value.may_have_been_written
    assert len(transport.requests) == 1


def test_registering_nodes_is_repeated() -> None:
    """It is no PUT of a graph: twice is as good as once."""
    client, transport = scripted(httpx.ReadTimeout(""), page(503), httpx.Response(200, json={}))
    client.register_nodes("ns", "workers", [])
    assert len(transport.requests) == 3


@pytest.mark.parametrize(("outcome", "tries"), [(httpx.ConnectError(""), 4), (page(503), 4), (problem(500, "no"), 2)])
def test_gives_up_after_max_retries(outcome: Any, tries: int) -> None:
    """A 500 may be permanent, as for a document that the server can't read, and is retried once."""
    client, transport = scripted(outcome, max_retries=3)
    with pytest.raises(StateManagerError):
        client.list_graphs("ns")
    assert len(transport.requests) == tries


def test_without_retries_there_is_one_try() -> None:
    """A preview that must not wait uses ``max_retries=0``."""
    client, transport = scripted(problem(500, "no"), max_retries=0)
    with pytest.raises(StateManagerError):
        client.list_graphs("ns")
    assert len(transport.requests) == 1


def test_waits_grow_and_are_drawn_at_random() -> None:
    """It is exponential, with full jitter: many clients that failed together don't return together."""
    waits: list[float] = []
    for _ in range(20):
        client, _ = scripted(httpx.ConnectError(""), first_wait=0.5, max_retries=4, sleep=waits.append)
        with pytest.raises(Unreachable):
            client.list_graphs("ns")
    rounds = [waits[index::4] for index in range(4)]
    assert all(0 <= wait <= 0.5 * 2**index for index, round_ in enumerate(rounds) for wait in round_)
    assert all(len(set(round_)) > 10 for round_ in rounds)
    assert max(rounds[3]) > 0.5


def test_retry_after_is_obeyed() -> None:
    """The server's wait counts if it is longer than the random one."""
    waits: list[float] = []
    client, _ = scripted(problem(429, "later", retry_after="7"), FINE, sleep=waits.append)
    client.list_graphs("ns")
    assert waits == [7.0]


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    """All tries together end after three timeouts; a try before the time that the server names would be useless."""
    client, transport = scripted(problem(429, "later", retry_after="61"), FINE, timeout=20)
    with pytest.raises(StateManagerError) as caught:
        client.list_graphs("ns")
    assert caught.value.retry_after == 61
    assert len(transport.requests) == 1


def test_what_the_sleep_raises_ends_the_call() -> None:
    """An exception during the sleep ends the call, so that a cancelled run doesn't keep waiting."""

    def cancelled(_: float) -> None:
        raise TimeoutError("cancelled")

    client, transport = scripted(httpx.ConnectError(""), sleep=cancelled)
    with pytest.raises(TimeoutError):
        client.list_graphs("ns")
    assert len(transport.requests) == 1


def test_an_answer_that_trickles_ends_at_the_deadline() -> None:
    """Each byte arrives in time, but all of them never would."""

    class Trickle(httpx.SyncByteStream):
        def __iter__(self) -> Any:
            while True:
                yield b" "

    client, transport = scripted(lambda _: httpx.Response(200, stream=Trickle()), timeout=0.02)
    with pytest.raises(Unreachable, match="did not respond in time"):
        client.list_graphs("ns")
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    ("header", "date", "seconds"),
    [
        pytest.param("120", None, 120.0, id="seconds"),
        pytest.param(" 0 ", None, 0.0, id="none at all"),
        pytest.param(format_datetime(NOW + timedelta(seconds=90), usegmt=True), NOW, 90.0, id="a time"),
        pytest.param(format_datetime(NOW - timedelta(seconds=90), usegmt=True), NOW, 0.0, id="a time that is over"),
        pytest.param("Sat Jan 31 12:00:30 2026", NOW, 30.0, id="a time as C writes it"),
        pytest.param("soon", NOW, None, id="a word"),
        pytest.param("-5", None, None, id="less than none"),
        pytest.param("1.5", None, None, id="a fraction"),
        pytest.param("", None, None, id="empty"),
        pytest.param(None, None, None, id="absent"),
        pytest.param("9" * 400, None, 999999999.0, id="too many digits for a number"),
    ],
)
def test_retry_after_holds_seconds_or_a_time(header: str | None, date: datetime | None, seconds: float | None) -> None:
    """A time is compared with the server's own clock."""
    assert retry_after(header, None if date is None else format_datetime(date, usegmt=True)) == seconds


def test_a_time_without_a_date_is_compared_with_our_clock() -> None:
    """Not every server reports its time."""
    assert retry_after(format_datetime(datetime.now(timezone.utc) - timedelta(days=1), usegmt=True), None) == 0.0
