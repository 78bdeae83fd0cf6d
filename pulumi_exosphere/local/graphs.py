"""The endpoints of graphs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

from pydantic import BaseModel, Field

from pulumi_exosphere.local import documents
from pulumi_exosphere.local.upsert import upsert
from pulumi_exosphere.local.wire import Failure, Refusal, answer, check_key, read, route, written
from pulumi_exosphere.spec.shape import GraphBody

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class RunBody(BaseModel):
    """What a run starts with."""

    store: dict[str, str] = Field(default_factory=dict)
    inputs: dict[str, str] = Field(default_factory=dict)


async def put(request: Request) -> Response:
    """Upsert: always 201 where it is taken."""
    body = (await read(request, GraphBody)).model_dump()
    state = request.app.state
    document = await upsert(state.store, state.validations, state.faults, _names(request), body)
    return answer(state.ordered(documents.upserted(document)), 201)


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
    return answer(state.ordered(documents.read_alone(document)))


async def listing(request: Request) -> Response:
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


ROUTES = [
    route("/v0/namespace/{namespace}/graph/{name}", "PUT", put),
    route("/v0/namespace/{namespace}/graph/{name}", "GET", get),
    route("/v0/namespace/{namespace}/graph/{name}/trigger", "POST", trigger),
    route("/v0/namespace/{namespace}/graphs/", "GET", listing),
]
