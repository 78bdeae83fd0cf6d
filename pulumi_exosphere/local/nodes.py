"""The endpoints of registered nodes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from pulumi_exosphere.local.wire import answer, check_key, read, route, written

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class RegisteredNodeBody(BaseModel):
    """One node of a runtime, its schemas as JSON Schema."""

    name: str
    inputs_schema: dict[str, Any]
    outputs_schema: dict[str, Any]
    secrets: list[str]


class RegistrationBody(BaseModel):
    """What a runtime registers."""

    runtime_name: str
    nodes: list[RegisteredNodeBody]


async def register(request: Request) -> Response:
    """Store a runtime's nodes in the path's namespace."""
    body = (await read(request, RegistrationBody)).model_dump()
    namespace = request.path_params["namespace"]
    request.app.state.store.register(namespace, body["runtime_name"], body["nodes"])
    return answer({"runtime_name": body["runtime_name"], "registered_nodes": body["nodes"]})


async def listing(request: Request) -> Response:
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
    """The namespaces that have registered nodes; those that have only graphs aren't told."""
    check_key(request)
    found = request.app.state.store.namespaces()
    return answer({"namespaces": found, "count": len(found)})


ROUTES = [
    route("/v0/namespaces", "GET", namespaces),
    route("/v0/namespace/{namespace}/nodes/", "PUT", register),
    route("/v0/namespace/{namespace}/nodes/", "GET", listing),
]
