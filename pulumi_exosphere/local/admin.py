"""What the real state manager doesn't have: a look behind it, under `/local/`, with the same key.

`GET /local/cron-rows`: what its scheduler would fire. `GET /local/requests`: what came and how it was answered. With
`--faults` also `GET` and `PATCH /local/faults`: the switches of `faults.Faults`, by name, in JSON; `DELETE`: all off.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from pulumi_exosphere.local import schedules
from pulumi_exosphere.local.faults import Answer, Faults, LateNodes
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
        _switch(faults, await request.json())
    return answer({one.name: _told(getattr(faults, one.name)) for one in fields(faults)})


def _switch(faults: Faults, changes: dict[str, Any]) -> None:
    unknown = changes.keys() - {one.name for one in fields(faults)}
    if unknown:
        raise Refusal(422, f"no such switch: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(faults, name, _MADE.get(name, lambda it: it)(value))


_MADE: dict[str, Any] = {
    "held": set,
    "unreadable": set,
    "answers": lambda planned: [Answer(**one) for one in planned],
    "late_nodes": lambda late: [LateNodes(**one) for one in late],
}


def _told(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value)
    return [asdict(one) for one in value] if isinstance(value, list) else value
