"""Pulumi's options on folded resources: honoured or rejected, never bypassed."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import pulumi_exosphere as exosphere
from tests.support.running import graph, run


def options(**given: Any) -> pulumi.ResourceOptions:
    """Return resource options."""
    return pulumi.ResourceOptions(**given)


@pytest.mark.parametrize("path", ["max_retries", "graph", "*", "max_retries.x", "max_retries[0]"])
def test_ignore_changes_is_refused(path: str) -> None:
    """The graph would be sent with the change anyway."""

    def program() -> None:
        exosphere.RetryPolicy("r", options(ignore_changes=[path]), graph=graph(), max_retries=3)

    with pytest.raises(
        exosphere.InvalidGraph, match=r"`ignore_changes` .* ignore_changes=\['retry_policy'\] on the graph"
    ):
        run(program)


def test_ignore_changes_of_what_isnt_folded() -> None:
    """The option is accepted there."""

    def program() -> None:
        exosphere.RetryPolicy("r", options(ignore_changes=["connection"]), graph=graph(), max_retries=3)

    assert list(run(program)["r"].request.ignoreChanges) == ["connection"]


def test_retain_on_delete_is_refused() -> None:
    """Without the resource, the graph's next upsert removes the piece."""

    def program() -> None:
        exosphere.CronTrigger("c", options(retain_on_delete=True), graph=graph(), expression="@daily")

    with pytest.raises(exosphere.InvalidGraph, match="CronTrigger 'c': `retain_on_delete` can't be honoured"):
        run(program)


@pytest.mark.parametrize(
    ("given", "instead"),
    [
        ({"custom_timeouts": pulumi.CustomTimeouts(create="5m")}, "`custom_timeouts` .* Set `registration_timeout`"),
        ({"replace_on_changes": ["nodes"]}, "`replace_on_changes` can.t be used.* Leave it out"),
    ],
    ids=["custom_timeouts", "replace_on_changes"],
)
@pytest.mark.parametrize("attached", [False, True], ids=["graph", "attachment"])
def test_what_pulumi_does_not_pass_on_is_refused(given: dict[str, Any], instead: str, *, attached: bool) -> None:
    """It would be ignored silently, on a graph and on an attachment."""

    def program() -> None:
        made = graph("g", options(**({} if attached else given)))
        exosphere.CronTrigger("c", options(**(given if attached else {})), graph=made, expression="@daily")

    label = "CronTrigger 'c'" if attached else "graph 'g' in namespace 'ns'"
    with pytest.raises(exosphere.InvalidGraph, match=f"{label}, .*{instead}"):
        run(program)


def test_import_is_refused() -> None:
    """It can't work with a dynamic provider."""

    def program() -> None:
        exosphere.CronTrigger("c", options(import_="ns/g/triggers/@daily"), graph=graph(), expression="@daily")

    with pytest.raises(exosphere.InvalidGraph, match="CronTrigger 'c', the option `import_` can't be used"):
        run(program)


def test_reading_is_refused() -> None:
    """Only graphs can be read."""

    def program() -> None:
        exosphere.CronTrigger("c", options(id="ns/g/triggers/@daily"), graph=graph(), expression="@daily")

    with pytest.raises(exosphere.InvalidGraph, match=r"`Graph\.get`"):
        run(program)


def test_protect_and_aliases_are_passed_on() -> None:
    """They are passed to the engine, on an attachment as on any resource."""

    def program() -> None:
        opts = options(protect=True, aliases=[pulumi.Alias(name="old")])
        exosphere.CronTrigger("c", opts, graph=graph(), expression="@daily")

    request = run(program)["c"].request
    assert request.protect
    assert request.aliases[0].spec.name == "old"


def test_the_graph_waits_for_what_an_attachment_depends_on() -> None:
    """Otherwise the schedule would be live before its dependencies; the graph itself and its pieces don't count."""

    class Component(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("test:index:Component", "component")
            self.inside = graph("inside", options(parent=self))
            self.graph = graph("g", options(parent=self))

    def program() -> None:
        component, other = Component(), graph("other")
        retry = exosphere.RetryPolicy("r", graph=component.graph)
        depends_on: Any = [component, component.graph, retry, pulumi.Output.from_input(other)]
        exosphere.CronTrigger("c", options(depends_on=depends_on), graph=component.graph, expression="@daily")

    assert run(program)["g"].dependencies == {"inside", "other"}


def test_own_depends_on_of_the_graph_is_kept() -> None:
    """The dependencies of attachments are added to it."""

    def program() -> None:
        one, two = graph("one"), graph("two")
        made = graph("g", options(depends_on=one))
        exosphere.RetryPolicy("r", options(depends_on=two), graph=made)

    assert run(program)["g"].dependencies == {"one", "two"}


def _five_retries(args: Any) -> Any:
    if args.name != "r":
        return None
    return pulumi.ResourceTransformationResult({**args.props, "max_retries": 5}, args.opts)


@pytest.mark.parametrize("of", ["the resource", "its parent", "the stack"])
def test_transformations_of_attachments_are_folded(of: str) -> None:
    """The transformed arguments count, for the attachment and for its graph."""

    def program() -> None:
        if of == "the stack":
            pulumi.runtime.register_stack_transformation(_five_retries)
        above = options(transformations=[_five_retries]) if of == "its parent" else None
        parent = pulumi.ComponentResource("test:index:Component", "component", None, above)
        opts = options(parent=parent, transformations=[_five_retries] if of == "the resource" else [])
        exosphere.RetryPolicy("r", opts, graph=graph(), max_retries=3)

    sent = run(program)
    assert sent.inputs("r")["max_retries"] == 5
    assert sent.inputs("g")["retry_policy"] == {"max_retries": 5}


def test_transformations_of_graphs_see_the_arguments() -> None:
    """Transformations see the arguments as the program wrote them; their result is registered."""

    def transformation(args: Any) -> Any:
        if args.name != "g":
            return None
        assert args.props["retry_policy"].max_retries == 3
        props = {**args.props, "namespace": "prod", "triggers": [exosphere.CronTriggerArgs("@hourly")]}
        return pulumi.ResourceTransformationResult(props, args.opts)

    def program() -> None:
        pulumi.runtime.register_stack_transformation(transformation)
        made = graph(retry_policy=exosphere.RetryPolicyArgs(max_retries=3))
        exosphere.CronTrigger("c", graph=made, expression="@daily")

    sent = run(program)
    assert sent.inputs("g")["namespace"] == "prod"
    assert set(sent.inputs("g")["triggers"]) == {"@daily", "@hourly"}
    assert sent.inputs("c")["graph"] == "prod/g"


def test_transformation_that_takes_arguments_out() -> None:
    """An argument that a transformation removes counts as not given."""

    def transformation(args: Any) -> Any:
        given = {name: value for name, value in args.props.items() if value is not None}
        return pulumi.ResourceTransformationResult(given, args.opts)

    def program() -> None:
        pulumi.runtime.register_stack_transformation(transformation)
        made = exosphere.Graph("g", nodes=[{"node_name": "A", "identifier": "a"}])
        exosphere.StoreConfig("s", graph=made, default_values={"a": "1"})

    sent = run(program)
    assert sent.inputs("g")["namespace"] == "default"
    assert sent.inputs("s")["default_values"] == {"a": "1"}


def test_transformation_that_adds_a_refused_option() -> None:
    """Options are checked after transformations."""

    def transformation(args: Any) -> Any:
        return pulumi.ResourceTransformationResult(args.props, options(retain_on_delete=True))

    def program() -> None:
        made = graph()
        exosphere.RetryPolicy("r", options(transformations=[transformation]), graph=made)

    with pytest.raises(exosphere.InvalidGraph, match="retain_on_delete"):
        run(program)


IGNORED = {
    "all of its section": (["triggers", "retry_policy"], ["expression"]),
    "one field": (["retry_policy.max_retries", 'triggers["@daily"]'], []),
    "everything": (["*"], ["expression"]),
    "something else": (["nodes"], []),
}


@pytest.mark.parametrize(("ignored", "followed"), IGNORED.values(), ids=IGNORED)
def test_what_the_graph_ignores(ignored: list[str], followed: list[str]) -> None:
    """A piece that the graph ignores is kept in state as it is, even if a transform inspects it."""

    def program() -> None:
        made = graph("g", options(ignore_changes=ignored))
        exosphere.CronTrigger("c", options(transforms=[lambda _: None]), graph=made, expression="@daily")
        exosphere.RetryPolicy("r", graph=made, max_retries=3)

    sent = run(program)
    assert list(sent["c"].request.ignoreChanges) == followed
    assert ("max_retries" in sent["r"].request.ignoreChanges) == ("nodes" not in ignored)
