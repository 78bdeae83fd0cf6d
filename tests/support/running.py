"""Run a program in Pulumi's own runtime, against a monitor that responds at once and records its requests.

It shows what the engine would be sent. Only the real CLI shows what the engine does with it (`test_collection_cli.py`).
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import rpc, run_in_stack, set_all_config, settings
from pulumi.runtime.proto import resource_pb2, resource_pb2_grpc

import pulumi_exosphere as exosphere

UNKNOWN = "<unknown>"
"""Represents a value that isn't known."""


@dataclass(frozen=True)
class Secret:
    """A value that the engine must hide."""

    value: Any


@dataclass
class Registration:
    """The request that the engine was sent for one resource."""

    type: str
    inputs: dict[str, Any]
    request: Any
    dependencies: set[str]
    """Names of the resources that it depends on."""

    @property
    def deleted_with(self) -> str:
        """Return the name of the resource that it is deleted with."""
        return _name(self.request.deletedWith)


@dataclass
class Registrations:
    """The engine's requests, by the resources' names, in the order in which they were sent."""

    by_name: dict[str, Registration] = field(default_factory=dict)
    failure: BaseException | None = None
    """The exception that ended the program."""

    def __getitem__(self, name: str) -> Registration:
        """Return one resource."""
        return self.by_name[name]

    def inputs(self, name: str) -> dict[str, Any]:
        """Return one resource's inputs."""
        return self.by_name[name].inputs


class _Monitor(resource_pb2_grpc.ResourceMonitorStub):
    """Respond like the engine, with the inputs as outputs, and also with what is only known after a deployment.

    A stub without a channel: version 3.259 of the SDK registers callbacks for nothing else.
    """

    def __init__(self, *, preview: bool) -> None:
        self.registrations = Registrations()
        self._preview = preview
        self._lock = threading.Lock()

    def GetDeploymentInfo(self, _: object) -> Any:  # noqa: N802
        features = [
            number for name, number in resource_pb2.ResourceMonitorFeature.items() if "OUTPUT_VALUES" not in name
        ]
        return resource_pb2.DeploymentInfo(supportedFeatures=features)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        urn = f"urn:pulumi:stack::project::{request.type}::{request.name}"
        if request.type == "pulumi:pulumi:Stack":
            return resource_pb2.RegisterResourceResponse(urn=urn)
        with self._lock:
            self.registrations.by_name[request.name] = Registration(
                request.type,
                _decoded(json_format.MessageToDict(request.object)),
                request,
                {_name(dependency) for dependency in request.dependencies},
            )
        answer = struct_pb2.Struct()
        answer.CopyFrom(request.object)
        if not self._preview:
            answer["updated_at"] = "2026-01-01T00:00:00"
        number = "" if self._preview else "ID"
        return resource_pb2.RegisterResourceResponse(urn=urn, id=number, object=answer)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        namespace, _, name = request.id.partition("/")
        answer = struct_pb2.Struct()
        answer.CopyFrom(request.properties)
        answer.update({"namespace": namespace, "name": name})
        with self._lock:
            self.registrations.by_name[request.name] = Registration(
                request.type, _decoded(json_format.MessageToDict(request.properties)), request, set()
            )
        urn = f"urn:pulumi:stack::project::{request.type}::{request.name}"
        return resource_pb2.ReadResourceResponse(urn=urn, properties=answer)

    def RegisterResourceOutputs(self, _: object) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def RegisterResourceHook(self, _: object) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, _: object) -> Any:  # noqa: N802
        return empty_pb2.Empty()


def graph(resource_name: str = "g", opts: pulumi.ResourceOptions | None = None, /, **arguments: Any) -> exosphere.Graph:
    """Return a graph of one node in the namespace ``ns``."""
    nodes = [{"node_name": "A", "identifier": "a"}]
    return exosphere.Graph(resource_name, opts, **{"namespace": "ns", "nodes": nodes, **arguments})


def run(
    program: Callable[[], Any],
    *,
    preview: bool = False,
    config: Mapping[str, str] | None = None,
    parallel: int | None = None,
) -> Registrations:
    """Run a program to its end; ``parallel`` is what the engine says of its ``--parallel``.

    Raises:
        BaseException: The program or a registration failed. `attempt` also returns what was sent.
    """
    done = attempt(program, preview=preview, config=config, parallel=parallel)
    if done.failure is not None:
        raise done.failure
    return done


def attempt(
    program: Callable[[], Any],
    *,
    preview: bool = False,
    config: Mapping[str, str] | None = None,
    parallel: int | None = None,
) -> Registrations:
    """Run a program to its end, with or without an error."""
    monitor = _Monitor(preview=preview)

    def in_context() -> None:
        settings.reset_options(project="project", stack="stack", preview=preview, parallel=parallel)
        settings.SETTINGS.monitor = monitor
        set_all_config({f"exosphere:{key}": value for key, value in (config or {}).items()}, [])
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda *_: None)
        try:
            loop.run_until_complete(run_in_stack(program))
        except BaseException as failure:  # noqa: BLE001
            monitor.registrations.failure = failure
        finally:
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    # A context of its own, so that no run sees another's stack; a thread of its own, so that it has an event loop.
    thread = threading.Thread(target=contextvars.copy_context().run, args=(in_context,))
    thread.start()
    thread.join()
    return monitor.registrations


def _decoded(value: Any) -> Any:
    if isinstance(value, dict):
        if rpc._special_sig_key in value:
            return Secret(_decoded(value["value"]))
        return {key: _decoded(item) for key, item in value.items() if key != "__provider"}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if value == rpc.UNKNOWN else value


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def printed(registrations: Registrations) -> str:
    """Return everything that was sent in clear, to search it for what must not be there."""
    return json.dumps({name: item.inputs for name, item in registrations.by_name.items()}, default=lambda _: "[secret]")
