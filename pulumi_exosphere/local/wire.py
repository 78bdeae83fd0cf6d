"""Reading requests and writing answers, as the state manager's web framework, FastAPI, does it.

FastAPI itself is not used, because of its weight. What can be seen of it from outside is here: the order in which a
request is checked (its JSON, then the key, then the shape), and what each error looks like.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from email.message import Message
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Endpoint = Callable[[Request], Awaitable[Response]]

Model = TypeVar("Model", bound=BaseModel)

_log = logging.getLogger("pulumi_exosphere.local")


class Refusal(Exception):
    """An error answer: its status, and the content of `detail`."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(status)
        self.status = status
        self.detail = detail


class Failure(Exception):
    """The real state manager answers 500 here, and so does this one."""


def answer(content: Any, status: int = 200) -> Response:
    """Return an answer in JSON; raise Failure for what JSON can't contain, such as NaN."""
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return written(text, status)
    except ValueError:
        raise Failure from None


def written(text: str, status: int = 200) -> Response:
    """Return an answer whose JSON is already written."""
    return Response(text.encode(), status, media_type="application/json")


def route(path: str, method: str, endpoint: Endpoint) -> Route:
    """Return the endpoint at this path, for this method alone."""
    made = Route(path, _guarded(endpoint), methods=[method])
    made.methods = {method}  # without HEAD, which Starlette adds and FastAPI doesn't
    return made


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint with refusals and failures turned into answers."""

    async def call(request: Request) -> Response:
        try:
            try:
                return await endpoint(request)
            except Refusal as refusal:
                return answer({"detail": refusal.detail}, refusal.status)
        except Failure:
            return broken()
        except Exception as error:  # noqa: BLE001 - the real one answers 500 too
            # Never the error's own text, which may quote the body and its secrets.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _log.error("%s %s failed: %s\n%s", request.method, request.url.path, type(error).__name__, frames)
            return broken()

    return call


def broken() -> Response:
    """Return the 500 for an unexpected error."""
    return answer({"success": False, "detail": "This is an unexpected error, please contact support"}, 500)


def check_key(request: Request) -> None:
    """Reject a request without the right `x-api-key`."""
    # Constant time is not needed: this is a server for demonstrations and tests.
    if request.headers.get("x-api-key") != request.app.state.api_key:
        raise Refusal(401, "Invalid API key")


async def read(request: Request, model: type[Model]) -> Model:
    """Return the body as a model; reject what isn't JSON, a wrong key and a wrong shape, in this order."""
    content = await _content(request)
    check_key(request)
    if content is None:
        raise Refusal(422, [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}])
    try:
        return model.model_validate(
            content, from_attributes=True, context={"is_schedule": request.app.state.is_schedule}
        )
    except ValidationError as error:
        raise Refusal(422, [_fault(dict(fault)) for fault in error.errors(include_url=False)]) from None


async def _content(request: Request) -> Any:
    body = await request.body()
    if not body:
        return None
    if not _says_json(request.headers.get("content-type")):
        return body
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        fault = {"type": "json_invalid", "loc": ["body", error.pos], "msg": "JSON decode error", "input": {}}
        raise Refusal(422, [{**fault, "ctx": {"error": error.msg}}]) from None
    except (ValueError, RecursionError):
        raise Refusal(400, "There was an error parsing the body") from None


def _says_json(content_type: str | None) -> bool:
    if not content_type:
        return True
    header = Message()
    header["content-type"] = content_type
    subtype = header.get_content_subtype()
    return header.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def _fault(fault: dict[str, Any]) -> dict[str, Any]:
    """Return one error as it is sent: where, why, and **the input**, secrets included."""
    described = {
        "type": fault["type"],
        "loc": ["body", *fault["loc"]],
        "msg": fault["msg"],
        "input": _plain(fault["input"]),
    }
    if "ctx" in fault:
        described["ctx"] = {name: {} if isinstance(value, Exception) else value for name, value in fault["ctx"].items()}
    return described


def _plain(value: Any) -> Any:
    """Return what is echoed, with Python's own objects turned into JSON."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return value
