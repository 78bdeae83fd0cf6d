from __future__ import annotations

import base64
import json
import subprocess
import sys

import pytest
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import proto, rpc

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.native import protocol
from pulumi_exosphere.native.dynamic import REFERENCES
from pulumi_exosphere.native.servicer import HOOKS
from pulumi_exosphere.provider import engine_values
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.graph import GraphProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from pulumi_exosphere.provider.store_config import StoreConfigProvider
from tests.support.live import put
from tests.support.wanted import report

RUN = """
import json, sys
from google.protobuf import json_format
import pulumi_exosphere.native.server
from pulumi_exosphere.native.protocol import provider_pb2 as pb
from pulumi_exosphere.native.servicer import Servicer
from pulumi_exosphere.reconcile import run

uri, key, wanted = json.loads(sys.argv[1])
plugin, urn = Servicer(), "urn:pulumi:test::test-project::exosphere:index:Graph::daily-report"

def struct(props):
    request = json_format.ParseDict({"properties": props}, pb.ReadRequest())
    return request.properties

plugin.Configure(pb.ConfigureRequest(args=struct({"stateManagerUri": uri, "apiKey": key})), None)
props = struct(wanted)
inputs = plugin.Check(pb.CheckRequest(urn=urn, olds=struct({}), news=props), None).inputs
plugin.Create(pb.CreateRequest(urn=urn, properties=inputs, preview=True), None)
previewed = "pydantic" in sys.modules
state = plugin.Create(pb.CreateRequest(urn=urn, properties=inputs), None)
assert plugin.Read(pb.ReadRequest(urn=urn, id=state.id, properties=state.properties, inputs=inputs), None).id
plugin.Diff(pb.DiffRequest(urn=urn, id=state.id, olds=state.properties, old_inputs=inputs, news=inputs), None)
plugin.Invoke(pb.InvokeRequest(tok="exosphere:index:getGraphs"), None)
run.begin()
plugin.Delete(pb.DeleteRequest(urn=urn, id=state.id, properties=state.properties), None)
print(sorted({"pulumi", "pulumi.runtime", "pulumi.output", "dill"} & set(sys.modules)), previewed)
"""


def test_starts_without_the_sdk(state_manager: LocalStateManager) -> None:
    """A graph is created, read and deleted without loading Pulumi's SDK, which takes longer than the plugin itself.

    And its preview reads no document, not even one of the same namespace: so it doesn't load pydantic either.
    """
    put(state_manager, "analytics", "other", template.to_body(template.normalise(report())))
    wanted = report(name="daily-report", namespace="analytics")
    arguments = json.dumps([state_manager.uri, state_manager.api_key, wanted])
    command = [sys.executable, "-c", RUN, arguments]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "[] False\n"


@pytest.mark.parametrize("name", ["engine_pb2", "plugin_pb2", "provider_pb2"])
def test_messages_are_those_of_the_sdk(name: str) -> None:
    """Where the SDK is loaded as well, as in `pulumi import`, both have the same messages."""
    ours, theirs = getattr(protocol, name), getattr(proto, name)
    assert ours.DESCRIPTOR is theirs.DESCRIPTOR
    assert {
        one for one in ours.DESCRIPTOR.message_types_by_name if getattr(ours, one) is not getattr(theirs, one)
    } == set()


def test_values_are_those_of_the_sdk() -> None:
    """Unknown values and secrets are written as the SDK writes them."""
    assert engine_values.UNKNOWN == rpc.UNKNOWN
    assert engine_values.secret("value") == rpc.wrap_rpc_secret("value")
    assert engine_values.is_secret(rpc.wrap_rpc_secret("value"))
    assert not engine_values.is_secret({"value": "value"})
    assert not engine_values.is_secret("value")


def test_references_are_those_of_the_sdk() -> None:
    """The state of each type names the hooks as the SDK writes them for a Python resource."""
    providers: list[ResourceProvider] = [
        GraphProvider(),
        RetryPolicyProvider(),
        StoreConfigProvider(),
        CronTriggerProvider(),
    ]
    for reference, provider in zip(REFERENCES.values(), providers, strict=True):
        # Without the version of the format: from Python 3.14 on, the SDK writes a later one.
        assert base64.b64decode(reference)[2:] == base64.b64decode(serialize_provider(provider))[2:]
    assert REFERENCES.keys() == HOOKS.keys()
