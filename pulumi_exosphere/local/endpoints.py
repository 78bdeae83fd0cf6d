"""The endpoints: graphs, registered nodes, and a look behind the state manager under ``/local/``, with the same key.

``GET /local/cron-rows``: what its scheduler would fire. ``GET /local/requests``: what came and how it was answered.
With ``--faults`` also ``GET`` and ``PATCH /local/faults``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, get_type_hints
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pulumi_exosphere.local import store, validation

from .bodies import GraphBody, RegisteredNodeBody, RegistrationBody, RunBody
from .faults import TAKEN, Faults
from .upsert import upsert
from .wire import Failure, Refusal, answer, check_key, read, route, written


async def put(request: Request) -> Response:
    """Upsert: always 201 where it is taken."""
    body = (await read(request, GraphBody)).model_dump()
    state = request.app.state
    document = await upsert(state.store, state.validations, state.faults, _names(request), body)
    return answer(state.ordered(store.upserted(document)), 201)


async def get(request: Request) -> Response:
    """One graph, its three sections as their defaults."""
    check_key(request)
    state = request.app.state
    namespace, name = _names(request)
    if state.faults.breaks(namespace, name):
        raise Failure
    document = state.store.graph(namespace, name)
    if document is None:
        raise Refusal(404, f"Graph template {name} not found in namespace {namespace}")
    return answer(state.ordered(store.read_alone(document)))


async def graph_listing(request: Request) -> Response:
    """All graphs of a namespace, whole."""
    check_key(request)
    state = request.app.state
    namespace = request.path_params["namespace"]
    if state.faults.breaks(namespace):
        raise Failure
    texts = state.store.graphs(namespace)
    # Stored as they are shown, so a thousand of them are joined and not read.
    text = f'{{"namespace":{json.dumps(namespace)},"count":{len(texts)},"templates":[{",".join(texts)}]}}'
    return answer(state.ordered(json.loads(text))) if state.faults.shuffled else written(text)


async def trigger(request: Request) -> Response:
    """Refuse a run as the state manager does; where it wouldn't, nothing runs all the same."""
    body = await read(request, RunBody)
    namespace, name = _names(request)
    document = request.app.state.store.graph(namespace, name)
    if document is None:
        raise Refusal(404, f"Graph template not found for namespace {namespace} and graph {name}")
    if document["validation_status"] != "VALID":
        raise Refusal(400, "Graph template is not valid")
    missing = set(document["store_config"]["required_keys"]) - set(body.store)
    if missing:
        raise Refusal(400, f"Missing store keys: {missing}")
    return answer({"status": "CREATED", "run_id": str(uuid4())})


def _names(request: Request) -> tuple[str, str]:
    return request.path_params["namespace"], request.path_params["name"]


GRAPH_ROUTES = [
    route("/v0/namespace/{namespace}/graph/{name}", "PUT", put),
    route("/v0/namespace/{namespace}/graph/{name}", "GET", get),
    route("/v0/namespace/{namespace}/graph/{name}/trigger", "POST", trigger),
    route("/v0/namespace/{namespace}/graphs/", "GET", graph_listing),
]


async def register(request: Request) -> Response:
    """Store a runtime's nodes in the path's namespace."""
    body = (await read(request, RegistrationBody)).model_dump()
    namespace = request.path_params["namespace"]
    request.app.state.store.register(namespace, body["runtime_name"], body["nodes"])
    return answer({"runtime_name": body["runtime_name"], "registered_nodes": body["nodes"]})


async def node_listing(request: Request) -> Response:
    """The registered nodes of a namespace."""
    check_key(request)
    state = request.app.state
    namespace = request.path_params["namespace"]
    texts = state.store.nodes(namespace)
    for late in state.faults.looked_at_nodes(namespace):
        state.store.register(late.namespace, "late", late.nodes)
    text = f'{{"namespace":{json.dumps(namespace)},"count":{len(texts)},"nodes":[{",".join(texts)}]}}'
    return answer(state.ordered(json.loads(text))) if state.faults.shuffled else written(text)


async def namespaces(request: Request) -> Response:
    """The namespaces that have registered nodes; those that have only graphs are left out."""
    check_key(request)
    found = request.app.state.store.namespaces()
    return answer({"namespaces": found, "count": len(found)})


NODE_ROUTES = [
    route("/v0/namespaces", "GET", namespaces),
    route("/v0/namespace/{namespace}/nodes/", "PUT", register),
    route("/v0/namespace/{namespace}/nodes/", "GET", node_listing),
]


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
    rows = [asdict(row) for row in validation.listed(request.app.state.store)]
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
