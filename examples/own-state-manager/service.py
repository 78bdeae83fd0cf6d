"""A state manager as a resource: here a process on this machine, in real use a service in your cluster."""

import os
import signal
import subprocess
import sys
import urllib.request
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

NODE = b"""{"runtime_name": "example", "nodes": [{"name": "Ping", "secrets": [],
"inputs_schema": {"type": "object", "properties": {}}, "outputs_schema": {"type": "object", "properties": {}}}]}"""


class _Provider(ResourceProvider):
    def create(self, props: dict[str, Any]) -> CreateResult:
        command = [sys.executable, "-m", "pulumi_exosphere.local", "--port", "0"]
        process = subprocess.Popen(
            command,
            env={**os.environ, "EXOSPHERE_API_KEY": props["api_key"]},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        request = urllib.request.Request(
            f"{address}/v0/namespace/example/nodes/",
            data=NODE,
            method="PUT",
            headers={"x-api-key": props["api_key"], "content-type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()
        return CreateResult(str(process.pid), {**props, "uri": address})

    def delete(self, id_: str, _props: dict[str, Any]) -> None:
        os.kill(int(id_), signal.SIGTERM)


class StateManagerService(Resource):
    """A running state manager with one registered node, `Ping` in namespace `example`."""

    uri: pulumi.Output[str]
    """Its address, known once it runs."""

    def __init__(self, name: str, api_key: pulumi.Input[str]) -> None:
        super().__init__(_Provider(), name, {"api_key": pulumi.Output.secret(api_key), "uri": None})
