"""Faults between the provider and the state manager, each in a form that `FaultProxy` can apply."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

PAGE = b"<!doctype html><html><body><h1>Sorry</h1><p>The page that you want isn't here.</p></body></html>"


@dataclass(frozen=True)
class Reply:
    """A response as the proxy writes it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    """The Content-Length that is claimed, if it isn't the body's; the connection is then closed after it."""


@dataclass(frozen=True)
class Fault:
    """The treatment of one request; by default it is forwarded unchanged."""

    name: str
    delay_before: float = 0.0
    """Seconds until the request is forwarded, even if no client waits for its response any more."""
    arrives: bool = True
    """Whether the request reaches the state manager."""
    delay_after: float = 0.0
    """Seconds from the state manager's response until it is returned."""
    reset: bool = False
    """Whether the connection is reset instead of a response."""
    refuse: float = 0.0
    """Seconds for which every connection is refused from then on."""
    answer: Callable[[Reply], Reply] | None = None
    """Makes the response from the state manager's, or from an empty 502 if the request doesn't arrive."""


def instead(name: str, reply: Reply, *, after: bool = False) -> Fault:
    """Respond with ``reply``; with ``after``, only once the request was carried out."""
    return Fault(name, arrives=after, answer=lambda _: reply)


def problem(status: int, detail: Any, **headers: str) -> Reply:
    """Return an error in the state manager's own format."""
    sent = {"content-type": "application/json", **{key.replace("_", "-"): value for key, value in headers.items()}}
    return Reply(status, json.dumps({"detail": detail}).encode(), sent)


def page(status: int) -> Reply:
    """Return a page like that of a proxy or a load balancer."""
    return Reply(status, PAGE, {"content-type": "text/html; charset=utf-8"})


def too_many(retry_after: str | None = "0") -> Fault:
    """Reject requests for a while: seconds, or a time as HTTP writes it; None: it doesn't say how long."""
    headers = {} if retry_after is None else {"retry_after": retry_after}
    return instead("429", problem(429, "Too many requests", **headers))


def refused(seconds: float) -> Fault:
    """Break the connection before the request arrives, and accept none for a while.

    For a request whose connection is refused from the start, call `FaultProxy.refuse` between two requests.
    """
    return Fault("refused", arrives=False, reset=True, refuse=seconds)


def late(seconds: float) -> Fault:
    """Carry out the request only after that time: by then the client may have given up."""
    return Fault("late request", delay_before=seconds)


def slow(seconds: float) -> Fault:
    """Carry out the request at once, and respond only after that time."""
    return Fault("slow answer", delay_after=seconds)


def redirect(to: str, status: int = 307) -> Fault:
    """Redirect the client to another address."""
    return instead("redirect", Reply(status, b"", {"location": to}))


def reordered(seed: int = 0) -> Fault:
    """Return maps, and lists whose order means nothing, in another order; ``next_nodes`` keeps its own."""
    return Fault("re-ordered", answer=lambda reply: _reordered(reply, random.Random(seed)))


RESET_BEFORE = Fault("reset before it arrived", arrives=False, reset=True)
RESET_AFTER = Fault("reset after it was carried out", reset=True)
TRUNCATED = Fault("truncated JSON", answer=lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2]))
CUT_OFF = Fault(
    "answer cut off",
    answer=lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2], promised=len(reply.body)),
)
ERROR = instead("500", problem(500, "Internal server error"))
ERROR_AFTER = instead("500 after it was carried out", problem(500, "Internal server error"), after=True)
BAD_GATEWAY = instead("502", page(502))
BAD_GATEWAY_AFTER = instead("502 after it was carried out", page(502), after=True)
UNAVAILABLE = instead("503", replace(page(503), headers={"retry-after": "0"}))
TIMED_OUT_AFTER = instead("504 after it was carried out", page(504), after=True)
PAGE_200 = instead("HTML page, 200", page(200))
PAGE_200_AFTER = instead("HTML page, 200, after it was carried out", page(200), after=True)
PAGE_404 = instead("HTML page, 404", page(404))
ROUTE_404 = instead("404 of another server", problem(404, "Not Found"))
UNAUTHORIZED = instead("401", problem(401, "Invalid API key"))


def every_fault(timeout: float) -> dict[str, Fault]:
    """Return each kind of fault by its name, for a client whose timeout is ``timeout`` seconds."""
    faults = (
        too_many(),
        ERROR,
        ERROR_AFTER,
        BAD_GATEWAY,
        BAD_GATEWAY_AFTER,
        UNAVAILABLE,
        TIMED_OUT_AFTER,
        refused(timeout / 8),
        RESET_BEFORE,
        RESET_AFTER,
        late(timeout * 1.5),
        slow(timeout * 1.5),
        TRUNCATED,
        CUT_OFF,
        PAGE_200,
        PAGE_200_AFTER,
        PAGE_404,
        ROUTE_404,
        redirect("https://login.example.com/?next=/"),
        reordered(),
        UNAUTHORIZED,
    )
    return {fault.name: fault for fault in faults}


def _reordered(reply: Reply, chance: random.Random) -> Reply:
    try:
        content = json.loads(reply.body)
    except ValueError:
        return reply
    return replace(reply, body=json.dumps(_shuffled(content, "", chance)).encode())


def _shuffled(value: Any, key: str, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(name, _shuffled(item, name, chance)) for name, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        items = [_shuffled(item, key, chance) for item in value]
        if key in {"templates", "nodes", "triggers", "required_keys", "validation_errors", "namespaces"}:
            chance.shuffle(items)
        return items
    return value
