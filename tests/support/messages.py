"""Make this package produce every message about a problem, each by the code that really produces it.

Each function returns the messages of one part, by name. The tables of that part's own tests are reused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pulumi

import pulumi_exosphere as exosphere
from pulumi_exosphere import template
from pulumi_exosphere.errors import ExosphereError
from pulumi_exosphere.folding.registration import raised_here
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.preview_warnings.warnings import Facts, live_warnings, registry_warnings, standing_warnings
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from pulumi_exosphere.provider.settings import MISSING_KEY, MISSING_URI, read_settings
from pulumi_exosphere.provider.store_config import StoreConfigProvider
from pulumi_exosphere.reconcile import conflicts, waiting
from pulumi_exosphere.reconcile.deliver import deliver
from pulumi_exosphere.reconcile.keys import GraphKey
from pulumi_exosphere.reconcile.live import Live
from pulumi_exosphere.reconcile.lost_updates import verify
from pulumi_exosphere.reconcile.orders import Site, Written
from pulumi_exosphere.state_manager import StateManager, parse_address
from tests.folding import test_collection_errors
from tests.preview_warnings.test_messages import LISTINGS
from tests.preview_warnings.test_messages import TABLE as REGISTRY
from tests.provider.test_settings import FAULTY
from tests.resources import test_input_errors
from tests.state_manager.test_failures import TABLE as FAILURES
from tests.support.hooks_driver import Resource, as_wired
from tests.support.running import attempt
from tests.support.transports import graph, listing, problem, scripted
from tests.support.wanted import node, report
from tests.template.test_validate import TABLE as FAULTS

Said = Iterator[tuple[str, str]]
Part = Callable[[], Said]


def raised_by(call: Callable[[], Any]) -> str:
    """Return the message that a call fails with."""
    try:
        call()
    except ExosphereError as error:
        return str(error)
    raise AssertionError("nothing was raised")


def check() -> Said:
    """Return what `check` rejects in a graph."""
    for name, (inputs, *_) in FAULTS.items():
        for text in _check(Resource({}), inputs):
            yield name, text
    config = {"exosphere:allowedNamespaces": '["shared", "other"]'}
    for text in _check(Resource(config), report(registration_timeout=-1)):
        yield "arguments", text


def configuration() -> Said:
    """Return problems with settings, with an address, or with a key."""
    for fault in read_settings(FAULTY.get, {}).faults:
        yield "setting", fault
    yield "address missing", MISSING_URI
    yield "key missing", MISSING_KEY
    uris = ("canary", "ftp://canary", "http://canary?canary", "http://[canary", "http://a b", "http://canary/1@b")
    for number, uri in enumerate(uris):
        yield f"address {number}", raised_by(partial(parse_address, uri))
    for key in ("", "canary\n"):
        yield "key", raised_by(partial(StateManager, "http://127.0.0.1:1", key))


def attachments() -> Said:
    """Return what `check` rejects in an attachment."""
    for provider, given in (
        (CronTriggerProvider(), {"expression": "canary", "graph": "analytics/report"}),
        (RetryPolicyProvider(), {"max_retries": -1, "strategy": "LINAER", "graph": "analytics/report"}),
        (StoreConfigProvider(), {"required_keys": ["a.b"], "graph": "analytics/report"}),
        (StoreConfigProvider(), {"required_keys": ["a"], "graph": "report"}),
    ):
        for text in _check(Resource({}, provider), given):
            yield type(provider).__name__, text


def warnings() -> Said:
    """Return a preview's warnings."""
    nodes = {"a": node("Extract", "b"), "b": node("Load", rows="${{ a.outputs.rows }}")}
    wanted = template.normalise(
        {
            "name": "report",
            "namespace": "analytics",
            "nodes": nodes,
            "store_config": {"required_keys": ["cursor"]},
            "triggers": {"@daily": {}, "0 0 * * *": {}},
        }
    )
    shown = [("a", "its input 'source'"), (None, "the store's default 'x'")]
    facts = Facts(wanted, None, changes=True, created=True, shown_secrets=shown)
    for text in standing_warnings(facts, {"other": facts.expressions}).risks:
        yield "standing", text
    long = {f"n{place}": node("Ping", *([f"n{place + 1}"] if place < 959 else [])) for place in range(960)}
    deep = template.normalise({"name": "report", "namespace": "analytics", "nodes": long})
    for text in standing_warnings(replace(facts, inputs=deep, shown_secrets=[]), {}).risks:
        yield "deep", text
    branches = {
        "a": node("Ping", "b", "c"),
        "b": node("Ping", "u", x="${ a.outputs.x }"),
        "c": {**node("Ping"), "namespace": "shared"},
        "u": node("Ping", unites={"identifier": "a"}),
    }
    schedules: dict[str, dict[str, str]] = {
        key: {} for key in ("0 0 6 * * *", "0 9 15W * *", "R * * * *", "0 23/2 * * *", "0 9 * * 7 0")
    }
    likely = template.normalise({"name": "r", "namespace": "analytics", "nodes": branches, "triggers": schedules})
    for text in standing_warnings(replace(facts, inputs=likely, shown_secrets=[]), {}).risks:
        yield "likely mistake", text
    for name, (inputs, _) in REGISTRY.items():
        for text in registry_warnings(replace(facts, inputs=inputs), LISTINGS, {}).risks:
            yield f"registry, {name}", text
    old = {"nodes": [{"identifier": "c", "node_name": "Extract", "namespace": "analytics", "inputs": {}}]}
    for text in live_warnings(facts, old).notices:
        yield "live", text
    many = template.normalise(
        {"name": "r", "namespace": "analytics", "nodes": {f"n{n}": node(f"Canary{n}") for n in range(30)}}
    )
    for text in registry_warnings(replace(facts, inputs=many), LISTINGS, {}).risks:
        yield "many", text.replace("Canary", "C")


def refusals() -> Said:
    """Return what is rejected because of what is live."""
    key = GraphKey("http://127.0.0.1:1", "analytics", "report")
    olds = {**template.normalise(report(secrets={})), "updated_at": "2026-01-01T00:00:00.000"}
    other = template.normalise(report(secrets={}, nodes={"only": node("Ping")}))
    live = Live(other, "VALID", (), "2026-01-02T00:00:00.000", "2026-01-01T00:00:00.000", None, retired=False)
    secret = replace(live, inputs={**olds, "secrets": {"token": ""}})
    for name, call in {
        "exists": lambda: conflicts.may_create(key, live, olds, None, adopt=False),
        "adopt drops": lambda: conflicts.may_create(key, secret, olds, None, adopt=True),
        "update": lambda: conflicts.may_update(key, live, olds, olds, overwrite_drift=False),
        "update drops": lambda: conflicts.may_update(key, secret, olds, olds, overwrite_drift=False),
        "delete": lambda: conflicts.may_delete(key, live, olds, overwrite_drift=False),
    }.items():
        yield name, raised_by(call)


def deployments(state_manager: LocalStateManager) -> Said:
    """Return the errors of a create or an update."""
    config = {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}
    nowhere = report(nodes={"a": node("Nowhere")}, registration_timeout=0.01)
    yield "not registered", raised_by(lambda: Resource(config).up(nowhere))
    yield "invalid", raised_by(lambda: Resource(config).up(report(name="invalid", secrets={})))
    resource = Resource(config)
    resource.up(report())
    yield "restored", raised_by(lambda: resource.up(report(secrets={})))
    cron = Resource(config, CronTriggerProvider())
    yield "no graph", raised_by(lambda: cron.up({"graph": "analytics/nobody", "expression": "@daily"}))
    yield "secrets", raised_by(lambda: cron.up({"graph": "analytics/daily-report", "expression": "@daily"}))
    first = {"graph": "analytics/bare", "max_retries": 5}
    Resource(config).up(report(name="bare", nodes={"a": node("Ping")}, secrets={}))
    policy = Resource(config, RetryPolicyProvider())
    policy.up(first)
    yield "set already", raised_by(lambda: Resource(config, RetryPolicyProvider()).up({**first, "max_retries": 7}))
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        body = {
            "secrets": {},
            "nodes": [{"node_name": "Ping", "namespace": "analytics", "identifier": "a", "inputs": {}}],
        }
        client.put_graph("analytics", "bare", {**body, "retry_policy": {"max_retries": 9}})
    yield "piece changed", raised_by(lambda: policy.up({**first, "max_retries": 7}))
    yield "piece to delete", raised_by(policy.destroy)


def races() -> Said:
    """Return the messages if validation doesn't finish, a response is lost, or another writer is active."""
    key = GraphKey("http://127.0.0.1:1", "ns", "daily")
    other = httpx.Response(200, json=listing("ns", graph(name="daily", updated_at="2026-01-02T00:00:00")))
    body = template.to_body({**template.normalise(report(secrets={})), "namespace": "ns"})
    lost = httpx.ReadTimeout("")
    pending = httpx.Response(200, json=graph(validation_status="PENDING"))
    written = httpx.Response(201, json=graph())
    scripts: dict[str, list[Any]] = {
        "no verdict": [written, pending],
        "another writer": [written, httpx.Response(200, json=graph())],
        "lost, and another writer": [lost, other],
        "lost, and out of reach": [lost, problem(503, "")],
    }
    for name, outcomes in scripts.items():
        site = Site(scripted(*outcomes)[0], key, 0.01)
        yield name, raised_by(partial(deliver, site, body, None))
    unseen = Written(Site(scripted(other)[0], key, 0.01), body, None, None)
    yield "another writer afterwards", raised_by(partial(verify, unseen, None))
    waiting.cancelled.set()
    try:
        yield "cancelled", raised_by(partial(waiting.pause, 1.0))
    finally:
        waiting.cancelled.clear()


def client() -> Said:
    """Return the error of a call to the state manager."""
    for name, act, outcome, *_ in FAILURES:
        yield name, raised_by(partial(act, scripted(outcome)[0]))


def program() -> Said:
    """Return the errors that a program fails with."""
    for name, (broken, _) in test_input_errors.CASES.items():

        def declare(broken: Callable[[], Any] = broken) -> None:
            with raised_here("Graph 'g'"):
                broken()

        yield name, str(attempt(declare).failure)
    for case in test_collection_errors.CASES:
        yield case.__name__, str(attempt(case).failure)
    later = pulumi.Output.from_input
    yield "look-up", str(attempt(lambda: exosphere.get_graph(later("x"))).failure)  # type: ignore[arg-type]


def _check(resource: Resource, given: dict[str, Any]) -> list[str]:
    resource.begin()
    result = resource.provider.check({}, as_wired(given))
    return [failure.reason for failure in result.failures]
