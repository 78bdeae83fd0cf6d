"""The private parts of Pulumi's SDK and of asyncio that folding relies on, which must still be where they were.

In production each of them may be missing: folding then does without. These tests fail if a new version moved one.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
from pulumi.runtime import sync_await

from pulumi_exosphere.folding import introspection as private
from tests.support.running import attempt, graph, run


def test_end_of_the_program() -> None:
    """The stack's `_outputs_registered` says whether the program has run."""
    seen: list[bool] = []

    def program() -> None:
        root = private.root_resource()
        assert root is not None
        assert "_outputs_registered" in vars(root)
        seen.append(private.has_ended(root))
        pulumi.Output.from_input(1).apply(lambda _: seen.append(private.has_ended(root)))

    run(program)
    assert seen == [False, True]


def test_failure_of_the_program() -> None:
    """`run_pulumi_func` keeps the exception as `ex` while it waits for pending work."""
    seen: list[BaseException | None] = []
    mistake = ValueError()

    def program() -> None:
        pulumi.Output.from_input(1).apply(lambda _: seen.append(private.program_failure()))
        raise mistake

    attempt(program)
    assert seen == [mistake]


def test_no_failure_of_a_program_that_ends_well() -> None:
    """The same attribute is there without an exception."""
    seen: list[BaseException | None] = []
    run(lambda: pulumi.Output.from_input(1).apply(lambda _: seen.append(private.program_failure())))
    assert seen == [None]


def test_what_the_program_awaits() -> None:
    """The task of `run_pulumi_func` awaits the same future as the program."""
    seen: list[bool] = []

    async def program() -> None:
        awaited: asyncio.Future[None] = asyncio.Future()

        def look() -> None:
            seen.append(awaited in private.waits_for(private.awaited_by_program()))
            awaited.set_result(None)

        asyncio.get_running_loop().call_soon(look)
        await awaited

    run(program)
    assert seen == [True]


def test_what_the_program_awaits_synchronously() -> None:
    """`_sync_await` keeps it as `fut`, while it runs the event loop itself."""
    seen: list[bool] = []

    def program() -> None:
        awaited: asyncio.Future[None] = asyncio.Future()

        def look() -> None:
            seen.append(awaited in private.waits_for(private.awaited_by_program()))
            awaited.set_result(None)

        asyncio.get_running_loop().call_soon(look)
        sync_await._sync_await(awaited)

    run(program)
    assert seen == [True]


def test_output_and_its_future() -> None:
    """An output's `_data` is the future that its dependents await."""

    def program() -> None:
        output = pulumi.Output.from_input(1)
        assert isinstance(private.data_of(output), asyncio.Future)

    run(program)


def test_a_resources_outputs_wait_for_its_registration() -> None:
    """`do_register` has the resource as `res`, and the resource's dependencies are being resolved."""
    seen: list[bool] = []

    def program() -> None:
        other: pulumi.Output[str] = pulumi.Output.from_input(asyncio.sleep(10, "never"))
        first: Any = graph("one")
        second = graph("two", secrets={"x": first.updated_at.apply(lambda at: at), "y": other.apply(str)})
        awaited = private.data_of(second.updated_at)
        target = private.data_of(other)

        async def look() -> None:
            for _ in range(50):
                await asyncio.sleep(0.01)
                if awaited and target in private.waits_for([awaited]):
                    seen.append(True)
                    target.cancel()
                    return

        asyncio.ensure_future(look())  # noqa: RUF006  The program outlives it.

    attempt(program)
    assert seen == [True]


def test_children_of_a_component() -> None:
    """A component knows its children, as `depends_on` on it means them."""

    def program() -> None:
        component = pulumi.ComponentResource("test:index:Component", "component")
        made = graph("g", pulumi.ResourceOptions(parent=component))
        assert private.children_of(component) == [made]
        assert not private.is_remote(component)

    run(program)


def test_transformations_can_be_extended() -> None:
    """A resource is constructed with the same list that is being iterated over."""
    seen: list[str] = []

    def last(_: object) -> None:
        seen.append("last")

    def first(args: pulumi.ResourceTransformationArgs) -> None:
        seen.append("first")
        transformations = private.transformations_of(args.resource)
        assert transformations is not None
        transformations.append(last)

    def program() -> None:
        opts = pulumi.ResourceOptions(transformations=[first, lambda _: seen.append("second")])
        pulumi.ComponentResource("test:index:Component", "component", None, opts)

    run(program)
    assert seen == ["first", "second", "last"]


def test_nothing_to_lean_on() -> None:
    """Outside of a program nothing is found, and nothing fails."""
    assert private.program_failure() is None
    assert private.awaited_by_program() == []
    assert private.current_task() is None
    assert private.waits_for([]) == set()
    assert private.has_ended(None)


def test_parallelism() -> None:
    """`SETTINGS.parallel` is the number of `pulumi up --parallel`."""
    seen: list[int | None] = []
    run(lambda: seen.append(private.parallelism()), parallel=3)
    run(lambda: seen.append(private.parallelism()))
    assert seen == [3, None]


def test_callbacks() -> None:
    """A servicer for the program's engine says that it calls the program back; an earlier program's says nothing."""
    seen: list[bool] = []

    def program() -> None:
        made = graph()
        seen.append(private.is_called_back())
        hook = pulumi.ResourceHook("hook", lambda _: None)
        last = graph("last", pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(after_create=[hook])))
        pulumi.Output.all(made.urn, last.urn).apply(lambda _: seen.append(private.is_called_back()))

    run(program)
    run(program)
    assert seen == [False, True, False, True]
