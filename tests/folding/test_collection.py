"""Attachments of a graph of the same program become part of the graph's own inputs."""

from __future__ import annotations

import asyncio
import sys

import pulumi
import pytest

import pulumi_exosphere as exosphere
from pulumi_exosphere.folding.program import current_program
from pulumi_exosphere.template.sections import FOLDED
from tests.support.running import UNKNOWN, Secret, graph, run

CRON = {"type": "CRON"}


def test_all_sections() -> None:
    """Each section comes from a resource of its own, in the shape of the graph's arguments."""

    def program() -> None:
        made = graph()
        exosphere.RetryPolicy("retry", graph=made, max_retries=5, strategy=exosphere.RetryStrategy.FIXED)
        exosphere.StoreConfig("store", graph=made, required_keys=["cursor"], default_values={" batch": "1"})
        exosphere.CronTrigger("daily", graph=made, expression="@daily")
        exosphere.CronTrigger("hourly", graph=made, expression="@hourly")

    sent = run(program)
    assert sent.inputs("g")["retry_policy"] == {"max_retries": 5, "strategy": "FIXED"}
    assert sent.inputs("g")["store_config"] == {"required_keys": ["cursor"], "default_values": {"batch": "1"}}
    assert sent.inputs("g")["triggers"] == {"@daily": CRON, "@hourly": CRON}
    assert sent.inputs("retry") == {"graph": "ns/g", "max_retries": 5, "strategy": "FIXED", FOLDED: True}
    assert sent.inputs("store") == {
        "graph": "ns/g",
        "required_keys": ["cursor"],
        "default_values": {"batch": "1"},
        FOLDED: True,
    }
    assert sent.inputs("daily") == {"graph": "ns/g", "expression": "@daily", FOLDED: True}


def test_attachments_follow_their_graph() -> None:
    """Attachments are registered after the graph, and deleted with it."""

    def program() -> None:
        made = graph()
        exosphere.CronTrigger("daily", graph=made, expression="@daily")

    sent = run(program)
    assert list(sent.by_name) == ["g", "daily"]
    assert sent["daily"].dependencies == {"g"}
    assert sent["daily"].deleted_with == "g"


def test_own_deleted_with_wins() -> None:
    """An attachment's own `deleted_with` is kept."""

    def program() -> None:
        made, other = graph(), graph("other")
        exosphere.CronTrigger("daily", pulumi.ResourceOptions(deleted_with=other), graph=made, expression="@daily")

    assert run(program)["daily"].deleted_with == "other"


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_nothing_attached(*, preview: bool) -> None:
    """A section that nothing sets isn't managed; an empty list of triggers is."""

    def program() -> None:
        graph()
        graph("h", triggers=[])

    sent = run(program, preview=preview)
    assert not {"retry_policy", "store_config", "triggers"} & set(sent.inputs("g"))
    assert sent.inputs("h")["triggers"] == {}


def test_triggers_from_both() -> None:
    """Schedules of the graph's argument and of resources are combined."""

    def program() -> None:
        made = graph(triggers=[{"expression": "@daily"}])
        exosphere.CronTrigger("hourly", graph=made, expression="@hourly")

    assert run(program).inputs("g")["triggers"] == {"@daily": CRON, "@hourly": CRON}


def test_duplicate_in_the_argument_is_left_to_check() -> None:
    """Check reports it with every other problem of the graph."""

    def program() -> None:
        graph(triggers=[{"expression": "@daily"}, {"expression": "@daily"}])

    assert run(program).inputs("g")["triggers"] == {"@daily": CRON, "@daily (2)": CRON}


def test_a_secret_hides_its_leaf_only() -> None:
    """Only the value itself is secret, so that a preview stays readable."""

    def program() -> None:
        made = graph()
        hidden = pulumi.Output.secret("x")
        exosphere.StoreConfig("store", graph=made, default_values={"a": "1", "b": hidden})

    sent = run(program)
    assert sent.inputs("g")["store_config"] == {"default_values": {"a": "1", "b": Secret("x")}}
    assert sent.inputs("store")["default_values"] == {"a": "1", "b": Secret("x")}


def test_an_unknown_hides_its_leaf_only() -> None:
    """Only the value itself is unknown if it is known only after the update."""

    def program() -> None:
        other, made = graph("other"), graph()
        exosphere.StoreConfig("store", graph=made, default_values={"a": "1", "b": other.updated_at})

    sent = run(program, preview=True)
    assert sent.inputs("g")["store_config"] == {"default_values": {"a": "1", "b": UNKNOWN}}
    assert sent["g"].dependencies == {"other"}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_expression_of_another_resource(*, preview: bool) -> None:
    """An unknown expression has a placeholder for a key; either way the graph waits for the resource it comes from."""

    def program() -> None:
        other, made = graph("other"), graph()
        for name in ("one", "two"):
            expression = pulumi.Output.all(other.updated_at, name).apply(lambda it: f"{it[1]} {it[0]}")
            exosphere.CronTrigger(name, graph=made, expression=expression)

    keys = {"unknown expression 1", "unknown expression 2"}
    sent = run(program, preview=preview)
    assert set(sent.inputs("g")["triggers"]) == (
        keys if preview else {f"{n} 2026-01-01T00:00:00" for n in ("one", "two")}
    )
    assert sent["g"].dependencies == {"other"}


def test_an_awaitable_is_awaited_once() -> None:
    """A coroutine as an argument serves both the resource and its graph."""

    async def retries() -> int:
        await asyncio.sleep(0)
        return 7

    def program() -> None:
        exosphere.RetryPolicy("retry", graph=graph(), max_retries=retries())

    sent = run(program)
    assert sent.inputs("g")["retry_policy"] == {"max_retries": 7}
    assert sent.inputs("retry") == {"graph": "ns/g", "max_retries": 7, FOLDED: True}


def test_in_components_and_loops() -> None:
    """Attachments are found wherever in the program they are declared."""

    class Reports(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("test:index:Reports", "reports")
            self.graphs = [graph(f"g{n}", pulumi.ResourceOptions(parent=self)) for n in range(3)]

    def program() -> None:
        reports = Reports()
        for made in reports.graphs:
            child = pulumi.ResourceOptions(parent=made)
            exosphere.CronTrigger(f"{made.pulumi_resource_name}-daily", child, graph=made, expression="@daily")

    sent = run(program)
    assert all(sent.inputs(f"g{n}")["triggers"] == {"@daily": CRON} for n in range(3))


def test_program_that_awaits() -> None:
    """A program may await something between a graph and its attachments."""

    async def program() -> None:
        made = graph()
        await asyncio.sleep(0.05)
        exosphere.CronTrigger("daily", graph=made, expression="@daily")

    assert run(program).inputs("g")["triggers"] == {"@daily": CRON}


TASK_GROUP = pytest.param(
    "TaskGroup", marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 has no TaskGroup")
)


@pytest.mark.parametrize("how", ["itself", "gather", "wait_for", "wait", "shield", TASK_GROUP, "through another"])
def test_program_that_awaits_the_graph(how: str) -> None:
    """The graph can't wait for the program's end then, so it is registered with what it has."""

    async def program() -> None:
        made = graph()
        exosphere.CronTrigger("daily", graph=made, expression="@daily")
        other = graph("other", secrets={"x": made.updated_at})
        if how == "itself":
            assert await made.updated_at.future()
        elif how == "gather":
            await asyncio.gather(made.urn.future(), asyncio.sleep(0))
        elif how == "wait_for":
            await asyncio.wait_for(made.urn.future(), 10)
        elif how == "wait":
            await asyncio.wait([asyncio.ensure_future(made.urn.future())])
        elif how == "shield":
            await asyncio.shield(asyncio.ensure_future(made.urn.future()))
        elif how == "TaskGroup":
            async with asyncio.TaskGroup() as tasks:  # type: ignore[attr-defined,unused-ignore]
                tasks.create_task(made.urn.future())
        else:
            assert await other.updated_at.future()

    assert run(program).inputs("g")["triggers"] == {"@daily": CRON}


def test_program_that_takes_long(capfd: pytest.CaptureFixture[str]) -> None:
    """The program is shown once what its graphs wait for: it may wait for one of them, which can't be detected."""

    async def program() -> None:
        current_program().tell_after = 0.05
        graph()
        graph("other")
        await asyncio.sleep(0.5)

    run(program)
    assert capfd.readouterr().err.count("await one of the graph's outputs") == 1


def test_graph_and_attachment_in_one_apply() -> None:
    """Both are declared late, and so together."""

    def declare(_: object) -> None:
        exosphere.CronTrigger("daily", graph=graph(), expression="@daily")

    def program() -> None:
        graph("other").updated_at.apply(declare)

    assert run(program).inputs("g")["triggers"] == {"@daily": CRON}


def test_an_awaitable_connection() -> None:
    """A coroutine as a key serves the graph and what is attached to it."""

    async def key() -> str:
        await asyncio.sleep(0)
        return "k"

    def program() -> None:
        made = graph(connection={"uri": "https://x", "api_key": key()})
        exosphere.RetryPolicy("retry", graph=made, max_retries=5)
        exosphere.CronTrigger("daily", graph=made, expression="@daily")

    sent = run(program)
    for name in ("g", "retry", "daily"):
        assert sent.inputs(name)["connection"] == {"uri": "https://x", "api_key": Secret("k")}


def test_connection_of_the_graph_is_the_default() -> None:
    """An attachment is sent where its graph is, even if only the deployment knows the address."""

    def program() -> None:
        where = exosphere.ConnectionArgs(uri=pulumi.Output.from_input("https://x"), api_key="k")
        made = graph(connection=where)
        exosphere.CronTrigger("daily", graph=made, expression="@daily")
        exosphere.CronTrigger("hourly", graph=made, expression="@hourly", connection=where)

    sent = run(program)
    expected = {"uri": "https://x", "api_key": Secret("k")}
    assert [sent.inputs(name)["connection"] for name in ("g", "daily", "hourly")] == [expected] * 3


def test_namespace_of_the_configuration() -> None:
    """It is the default of a graph's namespace, and part of its id."""

    def program() -> None:
        made = graph(namespace=None, name="daily-report")
        exosphere.CronTrigger("daily", graph=made, expression="@daily")

    assert run(program, config={"namespace": "analytics"}).inputs("daily")["graph"] == "analytics/daily-report"
    assert run(program).inputs("daily")["graph"] == "default/daily-report"


def test_graph_of_another_program() -> None:
    """Attachments to a graph by its id, a string or an output, aren't folded, and there may be any number of them."""

    def program() -> None:
        exosphere.CronTrigger("daily", graph="ns/g", expression="@daily")
        exosphere.CronTrigger("hourly", graph=pulumi.Output.from_input("ns/g"), expression="@hourly")
        exosphere.RetryPolicy("retry", graph="ns/g", opts=pulumi.ResourceOptions(retain_on_delete=True))

    sent = run(program)
    assert [sent.inputs(name)["graph"] for name in ("daily", "hourly", "retry")] == ["ns/g"] * 3
    assert sent["daily"].deleted_with == ""


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_graph_that_is_only_read(*, preview: bool) -> None:
    """`Graph.get` returns a graph to attach to as by its id, with its connection."""

    def program() -> None:
        made = exosphere.Graph.get("g", "ns/g", connection={"uri": "https://x", "api_key": "k"})
        exosphere.CronTrigger("daily", graph=made, expression="@daily")

    sent = run(program, preview=preview)
    assert sent.inputs("g") == {"connection": {"uri": "https://x", "api_key": Secret("k")}}
    assert sent.inputs("daily")["graph"] == "ns/g"
    assert sent.inputs("daily")["connection"] == {"uri": "https://x", "api_key": Secret("k")}
    assert sent["daily"].deleted_with == ""
