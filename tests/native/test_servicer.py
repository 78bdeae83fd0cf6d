"""The protocol, message by message; tests with `either_front` cover the decisions of the hooks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2

from pulumi_exosphere import template
from pulumi_exosphere.errors import ConfigurationError, InvalidGraph, NotRegistered
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.native.servicer import Servicer
from pulumi_exosphere.reconcile import run as notes
from pulumi_exosphere.reconcile.waiting import Cancelled, cancelled
from tests.support.fault_proxy import FaultProxy
from tests.support.faults import Fault, Reply
from tests.support.live import put
from tests.support.native_driver import call
from tests.support.wanted import node, report

GRAPH = "urn:pulumi:test::test-project::exosphere:index:Graph::daily-report"
RETRY = "urn:pulumi:test::test-project::exosphere:index:RetryPolicy::retry"
PropertyDiff = provider_pb2.PropertyDiff


def struct(props: dict[str, Any]) -> struct_pb2.Struct:
    """Return properties as they are sent."""
    made = struct_pb2.Struct()
    made.update(props)
    return made


def props(sent: struct_pb2.Struct) -> dict[str, Any]:
    """Return properties as they were sent."""
    return dict(json_format.MessageToDict(sent))


@pytest.fixture(autouse=True)
def configured(state_manager: LocalStateManager) -> None:
    """Return a new process of the plugin, for the embedded state manager."""
    notes.begin()
    configure(state_manager.uri, state_manager.api_key)


def configure(uri: str, key: str) -> None:
    """Configure the process."""
    config = {"stateManagerUri": uri, "apiKey": key, "namespace": "analytics"}
    assert call(Servicer().Configure, provider_pb2.ConfigureRequest(args=struct(config))).supportsPreview


def check(urn: str, news: dict[str, Any], olds: dict[str, Any] | None = None) -> provider_pb2.CheckResponse:
    """Return the response to a check."""
    return call(Servicer().Check, provider_pb2.CheckRequest(urn=urn, olds=struct(olds or {}), news=struct(news)))


def diff(olds: dict[str, Any], news: dict[str, Any]) -> provider_pb2.DiffResponse:
    """Return the response to a diff of two graphs."""
    before = struct(olds)
    request = provider_pb2.DiffRequest(urn=GRAPH, olds=before, old_inputs=before, news=struct(news))
    return call(Servicer().Diff, request)


def checked(**more: Any) -> dict[str, Any]:
    """Return a graph's inputs after a check, with secrets in clear as the engine sends them."""
    answer = check(GRAPH, report(**more))
    assert [one.reason for one in answer.failures] == []
    inputs = props(answer.inputs)
    return {**inputs, "secrets": {name: one["value"] for name, one in inputs["secrets"].items()}}


def test_defaults_of_the_program() -> None:
    """Defaults are as in a program in Python: the resource's name, the configuration's namespace, and no inputs."""
    answer = check(GRAPH, {"nodes": {"ping": {"node_name": "Ping"}}})
    inputs = props(answer.inputs)
    assert (inputs["name"], inputs["namespace"]) == ("daily-report", "analytics")
    assert inputs["nodes"]["ping"]["inputs"] == {}
    assert inputs["nodes"]["ping"]["namespace"] == "analytics"


def test_secrets_are_marked() -> None:
    """Values of secrets are secret, whether or not the program marks them; their names are not."""
    secrets = props(check(GRAPH, report()).inputs)["secrets"]
    assert secrets.keys() == {"warehouse_password"}
    assert rpc.is_rpc_secret(secrets["warehouse_password"])


def test_failures_name_no_property() -> None:
    """A problem names no property, whose value the engine would print."""
    nodes = {"load": node("Load", "laod", rows="canary-input")}
    failures = check(GRAPH, report(nodes=nodes)).failures
    assert any("did you mean 'load'?" in one.reason for one in failures)
    assert {one.property for one in failures} == {""}
    assert "canary" not in str(failures)


def test_detailed_diff() -> None:
    """Every changed path is reported with its kind, as Pulumi reads it: a key that isn't an identifier is quoted."""
    olds = checked()
    nodes = {
        "extract": node("Extract", "load", "count", source="lake"),
        "load": node("Load", rows="${{ extract.outputs.rows }}"),
        "count": node("Ping"),
    }
    news = checked(nodes=nodes, triggers={"0 9 * * *": {}})
    answer = diff(olds, news)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert {path: one.kind for path, one in answer.detailedDiff.items()} == {
        "nodes.count": PropertyDiff.ADD,
        "nodes.extract.inputs.source": PropertyDiff.UPDATE,
        "nodes.extract.next_nodes[1]": PropertyDiff.ADD,
        "triggers": PropertyDiff.ADD,
    }
    assert list(answer.diffs) == ["nodes", "triggers"]
    assert list(answer.replaces) == []
    backslash = {**news, "secret_revisions": {r"\__cookie": "1", 'a"b': "1"}}
    assert {r'secret_revisions["\__cookie"]', r'secret_revisions["a\"b"]'} <= set(diff(news, backslash).detailedDiff)
    other = diff(news, {**news, "triggers": {"@daily": {"type": "CRON"}}})
    assert set(other.detailedDiff) == {'triggers["0 9 * * *"]', 'triggers["@daily"]'}


def test_replacing_diff() -> None:
    """Another name or namespace replaces the resource, and the path says so."""
    olds = checked()
    answer = diff(olds, {**olds, "name": "other", "namespace": "shared"})
    assert set(answer.replaces) == {"name", "namespace"}
    assert answer.detailedDiff["name"].kind == PropertyDiff.UPDATE_REPLACE


def test_no_difference() -> None:
    """Two ways to write the same are no difference."""
    olds = checked()
    assert diff(olds, checked(nodes=report()["nodes"])).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_preview(state_manager: LocalStateManager) -> None:
    """A preview knows the id and every input; only the state manager's values are unknown. Nothing is sent."""
    inputs = checked()
    state_manager.clear_requests()
    request = provider_pb2.CreateRequest(urn=GRAPH, properties=struct(inputs), preview=True)
    made = call(Servicer().Create, request)
    outs = props(made.properties)
    assert made.id == "analytics/daily-report"
    assert outs["nodes"] == inputs["nodes"]
    assert outs["updated_at"] == rpc.UNKNOWN
    state = {**inputs, "updated_at": "2026-01-01T00:00:00.000", "document_id": "1"}
    same, changed = ({**inputs, "retry_policy": policy} if policy else inputs for policy in (None, {"max_retries": 9}))
    for news, updated_at in ((same, "2026-01-01T00:00:00.000"), (changed, rpc.UNKNOWN)):
        update = provider_pb2.UpdateRequest(urn=GRAPH, olds=struct(state), news=struct(news), preview=True)
        outs = props(call(Servicer().Update, update).properties)
        assert (outs["updated_at"], outs["document_id"]) == (updated_at, "1")
    assert state_manager.requests == []


def test_preview_of_an_unknown_name() -> None:
    """An id that isn't known yet is empty."""
    inputs = {**checked(), "name": rpc.UNKNOWN}
    request = provider_pb2.CreateRequest(urn=GRAPH, properties=struct(inputs), preview=True)
    assert call(Servicer().Create, request).id == ""


@pytest.mark.parametrize("first", ["graph", "attachment"])
def test_attachment_on_a_graph_of_the_program(state_manager: LocalStateManager, first: str) -> None:
    """It is rejected with the alternative, whichever of the two is checked last."""
    put(state_manager, "analytics", "daily-report", template.to_body(template.normalise(report(secrets={}))))
    both = [(GRAPH, report(secrets={})), (RETRY, {"graph": "analytics/daily-report", "max_retries": 7})]
    (urn, other), (last, news) = both if first == "graph" else reversed(both)
    assert not check(urn, other).failures
    (failure,) = check(last, news).failures
    assert "this program declares the graph as well. Give `retry_policy` on the graph" in failure.reason


def test_custom_timeout() -> None:
    """A custom timeout limits the resource's own timeouts."""
    inputs = checked(nodes={"ping": node("Nowhere")}, registration_timeout=3600)
    request = provider_pb2.CreateRequest(urn=GRAPH, properties=struct(inputs), timeout=0.1)
    with pytest.raises(NotRegistered, match=r"not registered within 0\.1 s"):
        call(Servicer().Create, request)


def test_cancel() -> None:
    """Ctrl-C ends a wait, and later calls begin nothing."""
    inputs = checked(nodes={"ping": node("Nowhere")}, registration_timeout=60)
    call(Servicer().Cancel, empty_pb2.Empty())
    with pytest.raises(Cancelled):
        call(Servicer().Create, provider_pb2.CreateRequest(urn=GRAPH, properties=struct(inputs)))
    cancelled.clear()


def test_functions(state_manager: LocalStateManager) -> None:
    """Functions look up in the configured namespace unless another is given."""
    body = {"secrets": {"one": "canary"}, "nodes": [{**node("Ping"), "namespace": "analytics", "identifier": "ping"}]}
    put(state_manager, "analytics", "theirs", body)
    one = invoke("getGraph", {"name": "theirs"})
    assert (one["id"], one["secret_names"]) == ("analytics/theirs", ["one"])
    assert one["nodes"]["ping"]["node_name"] == "Ping"
    assert [graph["name"] for graph in invoke("getGraphs", {})["graphs"]] == ["theirs"]
    assert invoke("getGraphs", {"namespace": "shared"}) == {"graphs": []}
    assert "Ping" in {registered["name"] for registered in invoke("getRegisteredNodes", {})["nodes"]}


def test_functions_warn(
    state_manager: LocalStateManager, proxy: FaultProxy, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document that a look-up can't read is reported as the plugin's other lines are."""

    def odd(reply: Reply) -> Reply:
        listing = json.loads(reply.body)
        listing["templates"][0]["store_config"] = "none"
        return replace(reply, body=json.dumps(listing).encode())

    put(state_manager, "analytics", "theirs", template.to_body(template.normalise(report(secrets={}))))
    proxy.inject("GET graphs", Fault("an odd document", answer=odd), times=None)
    configure(proxy.uri, state_manager.api_key)
    assert invoke("getGraphs", {}) == {"graphs": []}
    assert "exosphere: warning: graph 'theirs' in namespace 'analytics' has a form" in capsys.readouterr().out


def invoke(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a function."""
    request = provider_pb2.InvokeRequest(tok=f"exosphere:index:{name}", args=struct(arguments))
    answer = call(Servicer().Invoke, request)
    assert not answer.failures
    return props(getattr(answer, "return"))


def test_missing_argument() -> None:
    """A missing argument is named."""
    answer = call(Servicer().Invoke, provider_pb2.InvokeRequest(tok="exosphere:index:getGraph"))
    assert [one.reason for one in answer.failures] == ["name must be a string"]


def test_unknown_tokens() -> None:
    """A program for a newer plugin gets a list of what this one has."""
    with pytest.raises(ConfigurationError, match="has no resource exosphere:index:Run"):
        check("urn:pulumi:test::test-project::exosphere:index:Run::x", {})
    with pytest.raises(ConfigurationError, match="has no function exosphere:index:getRun"):
        call(Servicer().Invoke, provider_pb2.InvokeRequest(tok="exosphere:index:getRun"))


def test_provider_configuration() -> None:
    """Problems with a provider's own properties are reported; the key is secret; nothing replaces it."""
    given = {"stateManagerUri": "http://127.0.0.1:1", "apiKey": "canary-key", "maxRetries": 1}
    news = struct({**given, "adopt": "perhaps"})
    answer = call(Servicer().CheckConfig, provider_pb2.CheckRequest(news=news))
    assert rpc.is_rpc_secret(props(answer.inputs)["apiKey"])
    assert ["exosphere:adopt" in one.reason for one in answer.failures] == [True]
    after = struct({"stateManagerUri": rpc.UNKNOWN, "apiKey": "canary-key"})
    changed = call(Servicer().DiffConfig, provider_pb2.DiffRequest(olds=news, old_inputs=news, news=after))
    assert changed.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(changed.replaces) == []
    assert not call(Servicer().CheckConfig, provider_pb2.CheckRequest(news=after)).failures


def test_misspelt_configuration() -> None:
    """A misspelt setting is reported with the one that was meant; the engine's own properties are left alone."""
    news = struct({"allowedNamespace": '["analytics"]', "version": "0.1.0", "pluginDownloadURL": "", "elsewhere": "x"})
    answer = call(Servicer().CheckConfig, provider_pb2.CheckRequest(news=news))
    assert len(answer.failures) == 1
    assert "exosphere:allowedNamespace is not a setting; did you mean" in answer.failures[0].reason


IMPORTED = [
    (GRAPH, "analytics/theirs", {"name", "nodes", "retry_policy", "triggers"}, {"store_config", "secrets"}),
    (RETRY, "analytics/theirs/retry_policy", {"graph", "max_retries"}, set()),
    (RETRY.replace("RetryPolicy", "StoreConfig"), "analytics/theirs/store_config", {"default_values"}, set()),
    (RETRY.replace("RetryPolicy", "CronTrigger"), "analytics/theirs/triggers/*/5 * * * *", {"expression"}, set()),
]


@pytest.mark.parametrize(("urn", "id_", "given", "left_out"), IMPORTED, ids=[id_ for _, id_, *_ in IMPORTED])
def test_import(state_manager: LocalStateManager, urn: str, id_: str, given: set[str], left_out: set[str]) -> None:
    """The live graph becomes inputs in which a check finds nothing to change; a default section is omitted."""
    body = {
        "secrets": {"one": "canary"},
        "nodes": [{**node("Ping"), "namespace": "analytics", "identifier": "ping"}],
        "retry_policy": {"max_retries": 9},
        "triggers": [{"type": "CRON", "value": {"expression": "*/5 * * * *"}}],
    }
    put(state_manager, "analytics", "theirs", body)
    read = call(Servicer().Read, provider_pb2.ReadRequest(urn=urn, id=id_))
    assert read.id == id_
    inputs = props(read.inputs)
    assert given <= inputs.keys()
    assert not left_out & inputs.keys()
    answer = check(urn, inputs, inputs)
    assert not answer.failures
    before, after = read.properties, answer.inputs
    request = provider_pb2.DiffRequest(urn=urn, id=id_, olds=before, old_inputs=read.inputs, news=after)
    assert call(Servicer().Diff, request).changes == provider_pb2.DiffResponse.DIFF_NONE


@pytest.mark.parametrize(("urn", "id_"), [(GRAPH, "analytics/none"), (RETRY, "analytics/none/retry_policy")])
def test_import_of_nothing(urn: str, id_: str) -> None:
    """A graph that doesn't exist gets a response with no id, which the engine reports in its own words."""
    assert call(Servicer().Read, provider_pb2.ReadRequest(urn=urn, id=id_)).id == ""


@pytest.mark.parametrize(("urn", "id_"), [(GRAPH, "analytics"), (RETRY, "analytics/theirs"), (RETRY, "retry_policy")])
def test_import_by_what_is_no_id(urn: str, id_: str) -> None:
    """The error describes the form of an id."""
    with pytest.raises(InvalidGraph, match="NAMESPACE/NAME"):
        call(Servicer().Read, provider_pb2.ReadRequest(urn=urn, id=id_))


def test_info() -> None:
    """The plugin reports its version, accepts the engine's handshake, and can be attached to."""
    assert call(Servicer().GetPluginInfo, empty_pb2.Empty()).version
    assert not call(Servicer().Handshake, provider_pb2.ProviderHandshakeRequest()).accept_secrets
