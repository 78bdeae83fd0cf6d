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
    from collections.abc import Callable

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


def _switch(faults: Faults, changes: Any) -> None:
    """Set all of it, or nothing where one of the values can't be used."""
    if not isinstance(changes, dict):
        raise Refusal(422, "switches are set by name, in an object")
    unknown = changes.keys() - {one.name for one in fields(faults)}
    if unknown:
        raise Refusal(422, f"no such switch: {', '.join(sorted(unknown))}")
    made: dict[str, Any] = {}
    for name, value in changes.items():
        try:
            make: Callable[[Any], Any] = _MADE.get(name, _number)
            made[name] = make(value)
        except TypeError as error:
            raise Refusal(422, f"{name}: {error}") from None
    for name, value in made.items():
        setattr(faults, name, value)


def _number(value: Any) -> int | float:
    if isinstance(value, (int, float)):
        return value
    raise TypeError("has to be a number, or true or false")


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise TypeError("has to be a list")


_MADE: dict[str, Callable[[Any], Any]] = {
    "held": lambda graphs: set(_list(graphs)),
    "unreadable": lambda graphs: set(_list(graphs)),
    "answers": lambda planned: [Answer(**one) for one in _list(planned)],
    "late_nodes": lambda late: [LateNodes(**one) for one in _list(late)],
}


def _told(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value)
    return [asdict(one) for one in value] if isinstance(value, list) else value
