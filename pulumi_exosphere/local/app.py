"""The web application: the routes, and what every answer has."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from uuid import UUID, uuid4

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pulumi_exosphere.local import endpoints
from pulumi_exosphere.template.cron import is_valid

from .faults import Answer, Faults
from .store import Store
from .validation import Validations
from .wire import answer, route

REQUEST_ID = "x-exosphere-request-id"


@dataclass(frozen=True)
class Request:
    """A request, and how it was answered."""

    method: str
    path: str
    """With percent escapes decoded."""

    status: int


def application(
    store: Store,
    api_key: str,
    faults: Faults,
    requests: deque[Request],
    *,
    switches: bool,
    is_schedule: Callable[[str], bool] = is_valid,
) -> Starlette:
    """The state manager as an ASGI application.

    With `switches`, hazards can be switched over HTTP. `is_schedule` judges cron expressions.
    """
    app = Starlette(
        routes=[
            route("/health", "GET", _health),
            *endpoints.GRAPH_ROUTES,
            *endpoints.NODE_ROUTES,
            *endpoints.routes(switches=switches),
        ],
        middleware=[Middleware(_Surroundings, faults=faults, requests=requests)],
        exception_handlers={HTTPException: _not_routed},
    )
    app.state.store = store
    app.state.api_key = api_key
    app.state.faults = faults
    app.state.requests = requests
    app.state.is_schedule = is_schedule
    app.state.validations = Validations(store, faults)
    app.state.ordered = lambda content: faults.in_some_order(content) if faults.shuffled else content
    return app


async def _health(_request: HttpRequest) -> Response:
    return answer({"message": "OK"})


async def _not_routed(_request: HttpRequest, error: Exception) -> Response:
    """Return the 404 for an unknown path or the 405 for a wrong method."""
    assert isinstance(error, HTTPException)
    refused = answer({"detail": error.detail}, error.status_code)
    refused.headers.update(error.headers or {})
    return refused


class _Surroundings:
    """Gives every answer its request id, records it, and replaces answers by planned ones."""

    def __init__(self, app: ASGIApp, faults: Faults, requests: deque[Request]) -> None:
        self._app = app
        self._faults = faults
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or endpoints.is_ours(scope["path"]):
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get(REQUEST_ID))

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                headers["date"] = formatdate(time.time() + self._faults.clock, usegmt=True)
                self._requests.append(Request(scope["method"], scope["path"], message["status"]))
            await send(message)

        planned = self._faults.for_request(scope["method"], scope["path"])
        if planned is None:
            await self._app(scope, receive, tell)
        else:
            await self._planned(planned, scope, receive, tell)

    async def _planned(self, planned: Answer, scope: Scope, receive: Receive, tell: Send) -> None:
        earned: list[Message] = []

        async def keep(message: Message) -> None:
            earned.append(message)

        if planned.carried_out:
            await self._app(scope, receive, keep)
        await asyncio.sleep(planned.delay)
        if planned.status is not None:
            headers = {"content-type": "application/json", **planned.headers}
            await Response(planned.body, planned.status, headers)(scope, receive, tell)
        elif planned.carried_out:
            for message in earned:
                await tell(message)
        else:
            await self._app(scope, receive, tell)


def _request_id(given: str | None) -> str:
    """Return the client's id if it is a UUID, else a new one."""
    try:
        UUID(given or "")
    except ValueError:
        return str(uuid4())
    assert given is not None
    return given
