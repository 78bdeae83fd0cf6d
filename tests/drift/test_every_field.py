"""Changes of every field of a graph and of its attachments outside Pulumi: each is found exactly, and corrected.

The tables below are compared with the shapes themselves, so that a field that is added later can't be forgotten.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from pulumi_exosphere import CronTrigger, Graph, RetryPolicy, StoreConfig
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.local.bodies import GraphBody
from pulumi_exosphere.provider.cron_trigger import CronTriggerProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from pulumi_exosphere.provider.store_config import StoreConfigProvider
from pulumi_exosphere.resources import args
from tests.support import by_hand
from tests.support.by_hand import node as by_id
from tests.support.hooks_driver import Resource
from tests.support.live import essence
from tests.support.wanted import node

Change = Callable[[dict[str, Any]], object]

pytestmark = pytest.mark.usefixtures("either_front")

NS, NAME = "analytics", "report"
CRON = {"type": "CRON"}
WANTED: dict[str, Any] = {
    "name": NAME,
    "namespace": NS,
    "nodes": {
        "extract": node("Extract", "clean", source="bucket"),
        "clean": node("Transform", "load", rows="${{ extract.outputs.rows }}", mode="${{ store.mode }}"),
        "load": node("Ping", unites={"identifier": "extract", "strategy": "ALL_SUCCESS"}),
    },
    "secrets": {"warehouse_password": "canary-secret"},
    "retry_policy": {"max_retries": 5, "max_delay": 60_000},
    "store_config": {"required_keys": ["day"], "default_values": {"mode": "strict"}},
    "triggers": {"0 9 * * 1-5": CRON},
}


def unites(body: dict[str, Any]) -> dict[str, Any]:
    """Change what ``load`` unites."""
    found: dict[str, Any] = by_id(body, "load")["unites"]
    return found


def add(body: dict[str, Any], identifier: str) -> object:
    """Add a node at the end."""
    by_id(body, "load")["next_nodes"] = [identifier]
    return body["nodes"].append({"node_name": "Ping", "namespace": NS, "identifier": identifier, "inputs": {"x": "1"}})


def rename(body: dict[str, Any]) -> None:
    """Give ``load`` another identifier."""
    by_id(body, "clean")["next_nodes"] = ["ship"]
    by_id(body, "load")["identifier"] = "ship"


SECRETS_WRITTEN = "secret_revisions.warehouse_password"
"""Someone wrote, so the secret may have changed too: this can't be distinguished, and is reported."""

GRAPH: dict[str, dict[str, tuple[Change, set[str]]]] = {
    "secrets": {
        "another value": (lambda _: None, set()),
        "added": (lambda body: body["secrets"].update(more="x"), {"secret_revisions.more"}),
        "removed": (lambda body: body["secrets"].clear(), set()),
    },
    "nodes.identifier": {
        "added": (lambda body: add(body, "ping"), {"nodes.ping", "nodes.load.next_nodes"}),
        "renamed": (rename, {"nodes.clean.next_nodes", "nodes.load", "nodes.ship"}),
    },
    "nodes.node_name": {
        "changed": (lambda body: by_id(body, "extract").update(node_name="Load"), {"nodes.extract.node_name"}),
    },
    "nodes.namespace": {
        "changed": (lambda body: by_id(body, "extract").update(namespace="shared"), {"nodes.extract.namespace"}),
    },
    "nodes.inputs": {
        "changed": (
            lambda body: by_id(body, "extract")["inputs"].update(source="lake"),
            {"nodes.extract.inputs.source"},
        ),
        "added": (lambda body: by_id(body, "extract")["inputs"].update(more="x"), {"nodes.extract.inputs.more"}),
        "removed": (lambda body: by_id(body, "extract")["inputs"].clear(), {"nodes.extract.inputs.source"}),
    },
    "nodes.next_nodes": {
        "in another order": (
            lambda body: by_id(body, "extract").update(next_nodes=["clean", "load"]),
            {"nodes.extract.next_nodes"},
        ),
    },
    "nodes.unites": {
        "gone": (lambda body: by_id(body, "load").update(unites=None), {"nodes.load.unites"}),
        "come": (
            lambda body: by_id(body, "clean").update(unites={"identifier": "extract"}),
            {"nodes.clean.unites"},
        ),
    },
    "nodes.unites.identifier": {
        "changed": (lambda body: unites(body).update(identifier="clean"), {"nodes.load.unites.identifier"}),
    },
    "nodes.unites.strategy": {
        "changed": (lambda body: unites(body).update(strategy="ALL_DONE"), {"nodes.load.unites.strategy"}),
    },
    **{
        f"retry_policy.{field}": {
            "changed": (
                lambda body, field=field, value=value: body["retry_policy"].update({field: value}),  # type: ignore[misc]
                {f"retry_policy.{field}"},
            )
        }
        for field, value in {
            "max_retries": 9,
            "strategy": "FIXED",
            "backoff_factor": 1,
            "exponent": 7,
            "max_delay": None,
        }.items()
    },
    "store_config.required_keys": {
        "added": (
            lambda body: body["store_config"].update(required_keys=["day", "cursor"]),
            {"store_config.required_keys"},
        ),
        "removed": (
            lambda body: body["store_config"].update(required_keys=[]),
            {"store_config.required_keys"},
        ),
    },
    "store_config.default_values": {
        "changed": (
            lambda body: body["store_config"]["default_values"].update(mode="lax"),
            {"store_config.default_values.mode"},
        ),
        "added": (
            lambda body: body["store_config"]["default_values"].update(more="1"),
            {"store_config.default_values.more"},
        ),
    },
    "triggers.value": {
        "added": (
            lambda body: body["triggers"].append({"type": "CRON", "value": {"expression": "0 5 * * *"}}),
            {"triggers.0 5 * * *"},
        ),
        "removed": (lambda body: body["triggers"].clear(), {"triggers.0 9 * * 1-5"}),
        "changed": (
            lambda body: body["triggers"][0]["value"].update(expression="@daily"),
            {"triggers.0 9 * * 1-5", "triggers.@daily"},
        ),
    },
}
"""Each field of the PUT's body: ways to change it, and the paths at which state then differs."""

NOT_COMPARED = {
    "triggers.type": "CRON is the only type that the state manager takes",
}

NOT_OF_THE_GRAPH = {
    "name": "which graph it is: under another name it is another one",
    "namespace": "which graph it is: in another namespace it is another one",
    "adopt": "what a create may do, and nothing that the state manager stores",
    "registration_timeout": "how long a hook waits, and nothing that the state manager stores",
    "validation_timeout": "how long a hook waits, and nothing that the state manager stores",
    "connection": "how the state manager is reached, and nothing that it stores",
    "graph": "which graph the attachment belongs to, and nothing that the state manager stores",
}
"""Arguments of the resources that aren't compared with what is live."""


NOT_ARGUMENTS = {
    "secret_revisions": "compared: what can be told of secrets",
    "validation_status": "compared: the live verdict",
    "state_manager": "where the graph is read: state decides that",
    "updated_at": "moves with each write; alone it is no change",
    "created_at": "the state manager's own, and never changes",
    "document_id": "the state manager's own, of a graph that can't be deleted",
}
"""The other properties in state."""


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Return the fields of a body's model, with those of models inside it."""
    for name, field in model.model_fields.items():
        inner = [one for one in inner_models(field.annotation) if one is not model]
        if not inner or type(None) in get_args(field.annotation):
            yield prefix + name
        for one in inner:
            yield from leaves(one, f"{prefix}{name}.")


def inner_models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Return the models that are part of a type."""
    # Python 3.10 considers `dict[str, str]` a type, too.
    if get_origin(annotation) is None and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from inner_models(argument)


def test_no_field_is_forgotten() -> None:
    """Each field that the state manager accepts is changed below, or there is a reason why not."""
    assert set(leaves(GraphBody)) == GRAPH.keys() | NOT_COMPARED.keys()


def test_no_argument_is_forgotten() -> None:
    """Each argument of a program becomes a field that is changed below, or there is a reason why not."""

    def parameters(resource: type) -> set[str]:
        return set(inspect.signature(resource).parameters) - {"resource_name", "opts"}

    def fields(arguments: type) -> set[str]:
        return {field.name for field in dataclasses.fields(arguments)}

    compared = {field.rpartition(".")[2] for field in GRAPH} | {"expression"}  # of a trigger's value
    sections = {"nodes", "retry_policy", "store_config", "triggers"}
    assert parameters(Graph) - sections - NOT_OF_THE_GRAPH.keys() == {"secrets"}
    for arguments in (
        args.GraphNodeArgs,
        args.UnitesArgs,
        args.RetryPolicyArgs,
        args.StoreConfigArgs,
        args.CronTriggerArgs,
    ):
        assert fields(arguments) <= compared
    for resource, arguments in (
        (RetryPolicy, args.RetryPolicyArgs),
        (StoreConfig, args.StoreConfigArgs),
        (CronTrigger, args.CronTriggerArgs),
    ):
        assert parameters(resource) - NOT_OF_THE_GRAPH.keys() == fields(arguments)


def test_nothing_in_state_is_forgotten(config: dict[str, str]) -> None:
    """Every property in state is one of the above."""
    graph = Resource(config)
    graph.up(WANTED)
    graph.up({**WANTED, "secrets": {"warehouse_password": "another"}})
    roots = {field.partition(".")[0] for field in GRAPH}
    assert set(graph.outs) == roots | NOT_ARGUMENTS.keys() | {"name", "namespace"}


@pytest.fixture
def config(state_manager: LocalStateManager) -> dict[str, str]:
    """Use the configuration of a stack on the embedded state manager."""
    return {"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key}


CASES = [
    pytest.param(change, paths, id=f"{field} {what}")
    for field, changes in GRAPH.items()
    for what, (change, paths) in changes.items()
]


@pytest.mark.parametrize(("change", "paths"), CASES)
def test_graph(config: dict[str, str], state_manager: LocalStateManager, change: Change, paths: set[str]) -> None:
    """A refresh finds the change, at its path and nowhere else; the next up restores what is declared."""
    graph = Resource(config)
    graph.up(WANTED)
    before, declared = copy.deepcopy(graph.inputs), live(state_manager)
    changed = by_hand.change(state_manager, NS, NAME, change)
    assert graph.refresh()
    expected = paths | {SECRETS_WRITTEN}
    if changed["validation_status"] != "VALID":
        expected.add("validation_status")
    assert differences(before, graph.inputs) == expected
    assert differences(before, {key: graph.outs[key] for key in before}) == expected
    assert graph.preview(WANTED)
    graph.up(WANTED)
    assert live(state_manager) == declared
    assert not graph.preview(WANTED)
    after = copy.deepcopy(graph.inputs)
    assert graph.refresh()
    assert differences(after, graph.inputs) == set()
    assert differences(before, graph.inputs) == set()


RETRY = {"graph": f"{NS}/{NAME}", "max_retries": 5, "max_delay": 60_000}
STORE = {"graph": f"{NS}/{NAME}", "required_keys": ["day"], "default_values": {"mode": "strict"}}
SCHEDULE = {"graph": f"{NS}/{NAME}", "expression": "0 9 * * 1-5"}
ATTACHED = {
    "retry_policy.": (RetryPolicyProvider, RETRY),
    "store_config.": (StoreConfigProvider, STORE),
    "triggers.": (CronTriggerProvider, SCHEDULE),
}
ATTACHMENT_CASES = [
    pytest.param(provider, wanted, change, {path.removeprefix(section) for path in paths}, id=f"{field} {what}")
    for section, (provider, wanted) in ATTACHED.items()
    for field, changes in GRAPH.items()
    for what, (change, paths) in changes.items()
    if field.startswith(section) and not (section == "triggers." and what == "added")
]


@pytest.mark.parametrize(("provider", "wanted", "change", "paths"), ATTACHMENT_CASES)
def test_attachment(
    config: dict[str, str],
    state_manager: LocalStateManager,
    provider: Callable[[], Any],
    wanted: dict[str, Any],
    change: Change,
    paths: set[str],
) -> None:
    """The same is true of an attachment; its schedule is gone if someone removed or changed it."""
    Resource(config).up({**WANTED, "secrets": {}})
    attachment = Resource(config, provider())
    attachment.up(wanted)
    before, declared = copy.deepcopy(attachment.inputs), live(state_manager)
    by_hand.change(state_manager, NS, NAME, change)
    assert attachment.refresh() == ("expression" not in wanted)
    if attachment.id is not None:
        assert differences(before, attachment.inputs) == paths
    assert attachment.preview(wanted)
    attachment.up(wanted)
    section = provider().hooks.section
    if section == "triggers":  # The other fields don't concern this attachment.
        assert set(declared[section]) <= set(live(state_manager)[section])
    else:
        assert live(state_manager)[section] == declared[section]
    assert not attachment.preview(wanted)
    assert attachment.refresh()
    assert differences(before, attachment.inputs) == set()


@pytest.mark.parametrize(("provider", "wanted"), ATTACHED.values(), ids=["RetryPolicy", "StoreConfig", "CronTrigger"])
def test_attachment_of_a_graph_that_changed(
    config: dict[str, str], state_manager: LocalStateManager, provider: Callable[[], Any], wanted: dict[str, Any]
) -> None:
    """A change elsewhere in the graph is no change of the attachment, its time included."""
    Resource(config).up({**WANTED, "secrets": {}})
    attachment = Resource(config, provider())
    attachment.up(wanted)
    inputs, outs = copy.deepcopy((attachment.inputs, attachment.outs))
    by_hand.change(state_manager, NS, NAME, lambda body: by_id(body, "extract")["inputs"].update(source="lake"))
    assert attachment.refresh()
    assert (differences(inputs, attachment.inputs), differences(outs, attachment.outs)) == (set(), set())


def test_nothing_but_a_write(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A write that changed nothing, on a graph without secrets, is no change, its time included."""
    graph = Resource(config)
    wanted = {**WANTED, "secrets": {}}
    graph.up(wanted)
    inputs, outs = copy.deepcopy((graph.inputs, graph.outs))
    by_hand.change(state_manager, NS, NAME)
    assert graph.refresh()
    assert (differences(inputs, graph.inputs), differences(outs, graph.outs)) == (set(), set())
    assert not graph.preview(wanted)


def test_section_that_is_not_managed(config: dict[str, str], state_manager: LocalStateManager) -> None:
    """A section that the program never gave doesn't concern this stack, no matter who changes it."""
    graph = Resource(config)
    wanted = {key: value for key, value in WANTED.items() if key != "retry_policy"} | {"secrets": {}}
    graph.up(wanted)
    before = copy.deepcopy(graph.inputs)
    by_hand.change(state_manager, NS, NAME, lambda body: body["retry_policy"].update(max_retries=9))
    graph.refresh()
    assert differences(before, graph.inputs) == set()
    assert not graph.preview(wanted)


def live(state_manager: LocalStateManager) -> dict[str, Any]:
    """Return what is stored, as far as it was declared."""
    stored = state_manager.graph(NS, NAME)
    assert stored is not None
    return essence(stored)


def differences(one: Any, other: Any, path: str = "") -> set[str]:
    """Return every path at which two states differ, null counting as absent; lost values are kept apart, unseen."""
    if isinstance(one, dict) and isinstance(other, dict):
        paths = [differences(one.get(key), other.get(key), f"{path}.{key}") for key in one | other]
        return {found for inner in paths for found in inner if not found.startswith("__")}
    return set() if one == other else {path.removeprefix(".")}
