"""Transports for the client's `transport` argument: they respond, or fail, as a test wants, and record the requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from pulumi_exosphere.state_manager import StateManager

Outcome = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]

ADDRESS = "http://state-manager.test:8000"
KEY = "canary-of-the-api-key"


class Scripted(httpx.BaseTransport):
    """Return one outcome after another, repeating the last one."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the next outcome."""
        self.requests.append(request)
        outcome = self.outcomes[min(len(self.requests), len(self.outcomes)) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, httpx.Response):
            # A response can be read once; the script may return it again.
            return httpx.Response(outcome.status_code, headers=outcome.headers, content=outcome.content)
        return outcome(request)


def scripted(
    *outcomes: Outcome, address: str = ADDRESS, key: str = KEY, **options: Any
) -> tuple[StateManager, Scripted]:
    """Return a client that meets these outcomes and never really waits, and its transport with the requests."""
    transport = Scripted(*outcomes)
    options.setdefault("sleep", lambda _: None)
    return StateManager(address, key, transport=transport, **options), transport


def problem(status: int, detail: Any, **headers: str) -> httpx.Response:
    """Return an error in the state manager's own format."""
    return httpx.Response(status, json={"detail": detail}, headers={k.replace("_", "-"): v for k, v in headers.items()})


def page(status: int) -> httpx.Response:
    """Return a page like a proxy's."""
    return httpx.Response(status, html="<html><body>Sorry</body></html>")


def graph(**fields: Any) -> dict[str, Any]:
    """Return a graph's document, with the one node ``a``."""
    nodes = [{"node_name": "Extract", "namespace": "ns", "identifier": "a", "inputs": {}, "next_nodes": []}]
    return {"nodes": nodes, "secrets": {}, "validation_status": "VALID", "validation_errors": [], **fields}


def listing(namespace: str, *templates: dict[str, Any], key: str = "templates") -> dict[str, Any]:
    """Return a listing of a namespace."""
    return {"namespace": namespace, "count": len(templates), key: list(templates)}
