"""What the real state manager doesn't have: a look behind it, under `/local/`, with the same key.

`GET /local/cron-rows`: what its scheduler would fire. `GET /local/requests`: what came and how it was answered. With
`--faults` also `GET` and `PATCH /local/faults`: the switches of `faults.Faults`, by name, in JSON; `DELETE`: all off.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from pulumi_exosphere.local import schedules
from pulumi_exosphere.local.faults import TAKEN, Faults
from pulumi_exosphere.local.nodes import RegisteredNodeBody
from pulumi_exosphere.local.wire import Refusal, answer, check_key, route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

_PREFIX = "/local/"


def is_ours(path: str) -> bool:
    """Whether a path is one of these; they are neither noted down nor made to fail."""
    return path.startswith(_PREFIX)


def routes(*, switches: bool) -> list[Route]:
    """The routes; `switches` adds those that make things go wrong."""
    looks = [route(f"{_PREFIX}cron-rows", "GET", _cron_rows), route(f"{_PREFIX}requests", "GET", _requests)]
    return looks + [route(f"{_PREFIX}faults", method, _faults) for method in ("GET", "PATCH", "DELETE") if switches]


async def _cron_rows(request: Request) -> Response:
    check_key(request)
    rows = [asdict(row) for row in schedules.listed(request.app.state.store)]
    return answer({"cron_rows": rows, "count": len(rows)})


async def _requests(request: Request) -> Response:
    check_key(request)
    came = [asdict(one) for one in list(request.app.state.requests)]
    return answer({"requests": came, "count": len(came)})


async def _faults(request: Request) -> Response:
    check_key(request)
    faults: Faults = request.app.state.faults
    if request.method == "DELETE":
        faults.clear()
    elif request.method == "PATCH":
        _switch(faults, await _json(request))
    return answer({one.name: _told(getattr(faults, one.name)) for one in fields(faults)})


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        raise Refusal(422, "this isn't JSON") from None


def _switch(faults: Faults, changes: Any) -> None:
    """Set all of it, or nothing where one of the values can't be used."""
    if not isinstance(changes, dict):
        raise Refusal(422, "switches are set by name, in an object")
    unknown = changes.keys() - {one.name for one in fields(faults)}
    if unknown:
        raise Refusal(422, f"no such switch: {', '.join(sorted(unknown))}")
    made = {name: _made(name, value) for name, value in changes.items()}
    for name, value in made.items():
        setattr(faults, name, value)


def _made(name: str, value: Any) -> Any:
    """The value that a switch takes."""
    made = _taken(name, get_type_hints(Faults)[name], value)
    for index, late in enumerate(made if name == "late_nodes" else ()):
        _taken(f"{name}.{index}.nodes", list[RegisteredNodeBody], late.nodes)
    return made


def _taken(where: str, kind: Any, value: Any) -> Any:
    """The value in its type; nothing is turned into what it isn't, as text into a number."""
    try:
        return TypeAdapter(kind, config=TAKEN).validate_json(json.dumps(value))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        faults = [".".join(map(str, (where, *one["loc"]))) + f": {one['msg']}" for one in found]
        raise Refusal(422, "; ".join(faults)) from None


def _told(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value)
    return [asdict(one) for one in value] if isinstance(value, list) else value
