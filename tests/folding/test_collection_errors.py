"""Attachments that can't be folded are errors that say what to do, at preview whenever a preview can know it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import pulumi_exosphere as exosphere
from tests.support.running import attempt, graph, printed, run


def two_retry_policies() -> None:
    """Two retry policies."""
    made = graph()
    exosphere.RetryPolicy("one", graph=made)
    exosphere.RetryPolicy("two", graph=made)


def argument_and_resource() -> None:
    """Argument and resource."""
    exosphere.StoreConfig("one", graph=graph(store_config={}))


def one_schedule_twice() -> None:
    """One schedule twice."""
    made = graph()
    exosphere.CronTrigger("one", graph=made, expression="@daily")
    exosphere.CronTrigger("two", graph=made, expression=pulumi.Output.from_input("@daily"))


def schedule_of_the_argument() -> None:
    """Schedule of the argument."""
    exosphere.CronTrigger("one", graph=graph(triggers=[{"expression": "@daily"}]), expression="@daily")


def secret_expression() -> None:
    """Secret expression."""
    exosphere.CronTrigger("one", graph=graph(), expression=pulumi.Output.secret("hush"))


def secret_expression_in_the_argument() -> None:
    """Secret expression in the argument."""
    graph(triggers=[exosphere.CronTriggerArgs(expression=pulumi.Output.secret("hush"))])


def secret_expression_by_id() -> None:
    """Secret expression on a graph that is named by its id."""
    exosphere.CronTrigger("one", graph="ns/g", expression=pulumi.Output.secret("hush"))


def secret_expression_of_a_graph_that_is_read() -> None:
    """Secret expression on a graph that is only read."""
    exosphere.CronTrigger("one", graph=exosphere.Graph.get("r", "ns/g"), expression=pulumi.Output.secret("hush"))


def section_of_a_graph_that_is_read_twice() -> None:
    """Section of a graph that is only read twice."""
    read = exosphere.Graph.get("r", "ns/g")
    exosphere.RetryPolicy("one", graph=read)
    exosphere.RetryPolicy("two", graph="ns/g")


def section_of_a_graph_that_is_read_and_declared() -> None:
    """Section of a graph that is both read and declared."""
    graph()
    exosphere.RetryPolicy("one", graph=exosphere.Graph.get("r", "ns/g"))


def expression_of_another_type() -> None:
    """Expression of another type."""
    expression: Any = pulumi.Output.from_input(3)
    exosphere.CronTrigger("one", graph=graph(), expression=expression)


def one_graph_twice() -> None:
    """One graph twice."""
    graph()
    graph("h", name="g")


def one_graph_twice_but_for_spaces() -> None:
    """One graph twice, apart from spaces."""
    graph()
    graph("h", name=" g ", namespace="ns ")


def graph_by_its_id() -> None:
    """Graph by its id."""
    graph()
    exosphere.RetryPolicy("one", graph="ns/g")


def graph_by_its_id_beforehand() -> None:
    """Graph by its id beforehand."""
    exosphere.RetryPolicy("one", graph="ns/g")
    graph()


def graph_by_its_own_output() -> None:
    """Graph by its own output."""
    exosphere.RetryPolicy("one", graph=graph().id)


def id_without_slash() -> None:
    """Id without slash."""
    exosphere.RetryPolicy("one", graph="g")


def id_without_slash_as_output() -> None:
    """Id without slash as output."""
    exosphere.RetryPolicy("one", graph=pulumi.Output.from_input("g"))


def id_with_two_slashes() -> None:
    """Id with two slashes."""
    exosphere.Graph.get("one", "ns/g/retry_policy")


def no_graph_at_all() -> None:
    """No graph at all."""
    other: Any = graph
    exosphere.RetryPolicy("one", graph=other)


def another_resource_as_graph() -> None:
    """Another resource as graph."""
    other: Any = exosphere.CronTrigger("c", graph="ns/g", expression="@daily")
    exosphere.RetryPolicy("one", graph=other)


def section_of_a_foreign_graph_twice() -> None:
    """Section of a foreign graph twice."""
    exosphere.RetryPolicy("one", graph="ns/g")
    exosphere.RetryPolicy("two", graph="ns/g")


def schedule_of_a_foreign_graph_twice() -> None:
    """Schedule of a foreign graph twice."""
    exosphere.CronTrigger("one", graph="ns/g", expression="@daily")
    exosphere.CronTrigger("two", graph="ns/g", expression="@daily")


def another_state_manager() -> None:
    """Another state manager."""
    exosphere.RetryPolicy("one", graph=graph(), connection={"uri": "https://x", "api_key": "hush"})


def own_output() -> None:
    """Own output."""
    made = graph()
    exosphere.CronTrigger("one", graph=made, expression=made.updated_at)


def own_output_derived() -> None:
    """Own output derived."""
    made = graph()
    value = pulumi.Output.concat("at ", made.updated_at)
    exosphere.StoreConfig("one", graph=made, default_values={"a": "1", "b": value})


def own_output_through_another_resource() -> None:
    """Own output through another resource."""
    made = graph()
    other = graph("other", secrets={"x": made.updated_at})
    exosphere.StoreConfig("one", graph=made, default_values={"b": other.updated_at})


def own_output_through_an_attachment() -> None:
    """Own output through an attachment."""
    made, other = graph(), graph("other")
    exosphere.StoreConfig("two", graph=other, default_values={"b": made.updated_at})
    exosphere.StoreConfig("one", graph=made, default_values={"b": other.updated_at})


def dependency_on_what_depends_on_the_graph() -> None:
    """Dependency on what depends on the graph."""
    made = graph()
    other = graph("other", secrets={"x": made.updated_at})
    exosphere.RetryPolicy("one", pulumi.ResourceOptions(depends_on=[other]), graph=made)


async def after_the_program_has_awaited_the_graph() -> None:
    """After the program has awaited the graph."""
    made = graph()
    await made.urn.future()
    exosphere.RetryPolicy("one", graph=made)


def inside_an_apply() -> None:
    """Inside an apply."""
    made = graph()
    graph("other").urn.apply(lambda _: exosphere.RetryPolicy("one", graph=made))


CASES: dict[Callable[[], Any], str] = {
    two_retry_policies: "RetryPolicy 'two' and RetryPolicy 'one' both set the retry_policy of Graph 'g'",
    argument_and_resource: "StoreConfig 'one' and the argument `store_config` of Graph 'g' both set",
    one_schedule_twice: "CronTrigger 'two' and CronTrigger 'one' both give Graph 'g' the schedule '@daily'",
    schedule_of_the_argument: "CronTrigger 'one' and the argument `triggers` of Graph 'g' both give",
    secret_expression: "expression of CronTrigger 'one' is a secret",
    secret_expression_in_the_argument: "expression of the argument `triggers` of Graph 'g' is a secret",
    secret_expression_by_id: "expression of CronTrigger 'one' is a secret",
    secret_expression_of_a_graph_that_is_read: "expression of CronTrigger 'one' is a secret",
    section_of_a_graph_that_is_read_twice: "RetryPolicy 'two' and RetryPolicy 'one' both set the retry_policy",
    section_of_a_graph_that_is_read_and_declared: "RetryPolicy 'one' names its graph by its id, but this program",
    expression_of_another_type: "expression of CronTrigger 'one' must be a string, not of type",
    one_graph_twice: "Graph 'h' and Graph 'g' are both ns/g",
    one_graph_twice_but_for_spaces: "Graph 'h' and Graph 'g' are both ns/g",
    graph_by_its_id: "RetryPolicy 'one' names its graph by its id, but this program declares that graph, as Graph 'g'",
    graph_by_its_id_beforehand: "RetryPolicy 'one' names its graph by its id",
    graph_by_its_own_output: "RetryPolicy 'one' names its graph by its id",
    id_without_slash: r"RetryPolicy 'one', graph: 'g' isn't the id of a graph. Write NAMESPACE/NAME",
    id_without_slash_as_output: r"RetryPolicy 'one', graph: 'g' isn't the id of a graph",
    id_with_two_slashes: "id: 'ns/g/retry_policy' isn't the id of a graph",
    no_graph_at_all: "RetryPolicy 'one': `graph` must be a Graph, or the id .* not of type function",
    another_resource_as_graph: "RetryPolicy 'one': `graph` must be a Graph, or the id .* not of type CronTrigger",
    section_of_a_foreign_graph_twice: "RetryPolicy 'two' and RetryPolicy 'one' both set the retry_policy of the graph",
    schedule_of_a_foreign_graph_twice: "both set the schedule '@daily' of the graph ns/g",
    another_state_manager: "RetryPolicy 'one' names another state manager than Graph 'g'",
    own_output: "CronTrigger 'one', in expression, depends on Graph 'g', and is part of it",
    own_output_derived: "StoreConfig 'one', in default_values, depends on Graph 'g'",
    own_output_through_another_resource: "StoreConfig 'one', in default_values, depends on Graph 'g'",
    own_output_through_an_attachment: "in default_values, depends on Graph '",
    dependency_on_what_depends_on_the_graph: "RetryPolicy 'one', in depends_on, depends on Graph 'g'",
    after_the_program_has_awaited_the_graph: "RetryPolicy 'one' is declared too late: Graph 'g'",
    inside_an_apply: "RetryPolicy 'one' is declared too late: Graph 'g'",
}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
@pytest.mark.parametrize(("program", "message"), CASES.items(), ids=[program.__name__ for program in CASES])
def test_refused(program: Callable[[], Any], message: str, *, preview: bool) -> None:
    """The error names both sides, and contains no value."""
    done = attempt(program, preview=preview)
    with pytest.raises(exosphere.InvalidGraph, match=message) as refused:
        raise done.failure or AssertionError("nothing was refused")
    assert "hush" not in str(refused.value)
    assert "hush" not in printed(done)


def test_one_name_on_two_state_managers() -> None:
    """The same id on another state manager is another graph."""

    def program() -> None:
        graph()
        graph("h", name="g", connection={"uri": "https://x", "api_key": "k"})
        exosphere.RetryPolicy("r", graph="ns/g", connection={"uri": "https://y", "api_key": "k"})

    assert set(run(program).by_name) == {"g", "h", "r"}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
@pytest.mark.parametrize("awaits", [False, True], ids=["plain", "awaiting"])
def test_program_that_fails(*, preview: bool, awaits: bool) -> None:
    """None of its graphs is registered, since attachments may be missing; the user sees the program's own error."""
    mistake = ValueError("my own mistake")

    def program() -> None:
        exosphere.CronTrigger("daily", graph=graph(), expression="@daily")
        raise mistake

    async def awaiting() -> None:
        made = graph()
        await asyncio.sleep(0.01)
        exosphere.CronTrigger("daily", graph=made, expression="@daily")
        raise mistake

    ended = attempt(awaiting if awaits else program, preview=preview)
    assert "my own mistake" in str(ended.failure)
    assert "Section" not in str(ended.failure)
    if not awaits:
        assert ended.failure is mistake
    assert ended.by_name == {}


def test_failing_program_keeps_its_traceback() -> None:
    """The traceback is kept even if others await the graph's outputs, which makes Python forget it."""

    def program() -> None:
        for number in range(5):
            made = graph(f"g{number}")
            graph(f"h{number}", secrets={"x": made.updated_at, "y": made.name})
            pulumi.export(f"at{number}", made.updated_at)
        the_line_at_fault()

    def the_line_at_fault() -> None:
        raise ValueError

    failure = attempt(program).failure
    assert isinstance(failure, ValueError)
    frames = []
    traceback = failure.__traceback__
    while traceback:
        frames.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    assert frames[-1] == "the_line_at_fault"


def test_apply_that_fails() -> None:
    """A graph that was declared inside an `apply` that fails isn't registered either."""

    def declare(_: object) -> None:
        graph()
        raise ValueError

    def program() -> None:
        graph("other").urn.apply(declare)

    ended = attempt(program)
    assert isinstance(ended.failure, ValueError)
    assert set(ended.by_name) == {"other"}


@pytest.mark.parametrize(("code", "registered"), [(3, set()), (0, {"g"}), (None, {"g"})])
def test_program_that_exits(code: int | None, registered: set[str]) -> None:
    """Exiting with an error counts as failing, exiting without one as ending."""

    def program() -> None:
        graph()
        sys.exit(code)

    ended = attempt(program)
    assert set(ended.by_name) == registered
    if code:
        assert "SystemExit: 3" in str(ended.failure)


def test_our_own_error_points_at_the_program() -> None:
    """It names the line that declares the resource, which isn't on the stack any more, and has no traceback."""
    failure = attempt(lambda: graph(retry_policy={"max_retry": 3})).failure
    assert isinstance(failure, exosphere.InvalidGraph)
    assert isinstance(failure, pulumi.RunError)
    line = graph.__code__.co_firstlineno + 3
    assert str(failure).endswith(f"(tests/support/running.py:{line})")
