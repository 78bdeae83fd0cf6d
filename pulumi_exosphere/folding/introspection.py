"""All code that relies on private parts of Pulumi's SDK and of asyncio. Each function gives up quietly.

The questions: has the program ended, did it fail, what does it wait for, does one awaitable wait for another, and how
many resources does the engine register at once. Folding (`collection`) works without an answer: it then registers a
graph a little earlier, doesn't recognise a program that failed, hangs instead of reporting why, or has no turns
(`turns`). `tests/folding/test_introspection.py` fails if a new version of Pulumi has moved one of these parts.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any
from weakref import ReferenceType, ref

import pulumi
from pulumi.runtime import settings, stack, sync_await

Waiting = asyncio.Future[Any]

_ASYNCIO = asyncio.__file__.rpartition("__init__")[0]


def root_resource() -> pulumi.Resource | None:
    """The stack of the running program; None if there is none, as in a plain unit test."""
    try:
        return settings.get_root_resource()
    except AttributeError:
        return None


def has_ended(root: pulumi.Resource | None) -> bool:
    """Whether the program has run to its end; True if that can't be known."""
    return bool(getattr(root, "_outputs_registered", True))


def parallelism() -> int | None:
    """How many operations the engine carries out at once; None if that can't be known."""
    parallel = getattr(settings.SETTINGS, "parallel", None)
    return parallel if isinstance(parallel, int) else None


def is_called_back() -> bool:
    """Whether the engine calls this program back, for a transform or a hook of a resource; True if unknown."""
    servicers = getattr(getattr(settings, "_CallbackServicer", None), "_servicers", None)
    monitor = settings.get_monitor()  # An earlier program of this process had another one.
    return servicers is None or any(getattr(servicer, "_monitor", monitor) is monitor for servicer in servicers)


def program_failure() -> BaseException | None:
    """The exception with which the program of this event loop has ended; exiting without an error is none."""
    task = _program_task()
    for frame in _frames(task) if task else ():
        if frame.f_code is _code(stack, "run_pulumi_func"):
            failure = frame.f_locals.get("ex")
            return failure if isinstance(failure, BaseException) and is_failure(failure) else None
    return None


def is_failure(exception: BaseException) -> bool:
    """Whether a program that ends with this exception has failed."""
    return not (isinstance(exception, SystemExit) and exception.code in {None, 0})


def awaited_by_program() -> list[Waiting]:
    """The futures that the program is waiting for, if any."""
    program = _program_task()
    awaited: list[Waiting] = [program] if program else []
    # A call that waits synchronously, such as an invoke, runs the event loop itself: it is below us on the stack.
    frame = sys._getframe()  # noqa: SLF001
    while frame := frame.f_back:  # type: ignore[assignment]
        if frame.f_code is _code(sync_await, "_sync_await"):
            future = frame.f_locals.get("fut")
            if isinstance(future, asyncio.Future):
                awaited.append(future)
    return awaited


def data_of(output: pulumi.Output[Any]) -> Waiting | None:
    """The future behind an output."""
    data = vars(output).get("_data")
    return data if isinstance(data, asyncio.Future) else None


def children_of(component: pulumi.ComponentResource) -> list[pulumi.Resource]:
    """The children of a component of this program so far."""
    return list(getattr(component, "_childResources", ()))


def is_remote(component: pulumi.ComponentResource) -> bool:
    """Whether a component is constructed elsewhere, so that it represents its children."""
    return bool(getattr(component, "_remote", False))


def transformations_of(resource: pulumi.Resource) -> list[Any] | None:
    """The transformations of a resource under construction, to be extended in place."""
    transformations = getattr(resource, "_transformations", None)
    return transformations if isinstance(transformations, list) else None


def waits_for(starts: Iterable[Waiting]) -> set[Waiting]:
    """Everything that must end before all of ``starts`` can, as far as it can be known."""
    registrations = _registrations()
    seen: set[Waiting] = set()
    ahead = deque(starts)
    while ahead:
        future = ahead.popleft()
        if future in seen or future.done():
            continue
        seen.add(future)
        ahead.extend(_next(future))
        if future in registrations:
            ahead.append(registrations[future])
    return seen


def _next(future: Waiting) -> Iterator[Waiting]:
    waiter = getattr(future, "_fut_waiter", None)  # What a task awaits.
    if isinstance(waiter, asyncio.Future):
        yield waiter
    for child in getattr(future, "_children", ()):  # What a gather awaits.
        if isinstance(child, asyncio.Future):
            yield child
    if isinstance(future, asyncio.Task):
        # asyncio.wait, wait_for and a TaskGroup await a helper; the futures themselves are in their frame.
        for frame in _frames(future):
            if frame.f_code.co_filename.startswith(_ASYNCIO):
                for value in list(frame.f_locals.values()):
                    yield from (item for item in _futures_in(value) if item is not future)
    else:
        for callback, *_ in getattr(future, "_callbacks", None) or ():
            if getattr(callback, "__name__", "") == "_outer_done_callback":  # What a shield awaits.
                for cell in callback.__closure__ or ():
                    yield from _futures_in(cell.cell_contents)


def _futures_in(value: Any) -> Iterator[Waiting]:
    """The futures in a local variable of asyncio's own code."""
    if not isinstance(value, (set, list, tuple)):
        tasks = getattr(value, "_tasks", None)  # Of a TaskGroup.
        value = [value, *tasks] if isinstance(tasks, set) else [value]
    for item in value:
        if isinstance(item, asyncio.Future):
            yield item


def _registrations() -> dict[Waiting, Waiting]:
    """The task that registers a resource, by each of the resource's outputs, which wait for it."""
    tasks: dict[Waiting, Waiting] = {}
    for task in _tasks():
        for frame in _frames(task):
            resource = frame.f_locals.get("res") if frame.f_code.co_name in {"do_register", "do_read"} else None
            if isinstance(resource, pulumi.Resource):
                outputs = [value for value in vars(resource).values() if isinstance(value, pulumi.Output)]
                tasks |= {data: task for output in outputs if (data := data_of(output)) is not None}
    return tasks


def current_task() -> asyncio.Task[Any] | None:
    """The current task; None outside of an event loop."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


_found: ReferenceType[asyncio.Task[Any]] | None = None


def _program_task() -> asyncio.Task[Any] | None:
    """The task that runs the program; remembered, because every graph of a big program asks."""
    global _found  # noqa: PLW0603  A memory of the last answer, no more.
    known = _found() if _found else None
    try:
        if known is not None and not known.done() and known.get_loop() is asyncio.get_running_loop():
            return known
    except RuntimeError:
        return None  # No event loop is running.
    for task in _tasks():
        if any(frame.f_code is _code(stack, "run_pulumi_func") for frame in _frames(task)):
            _found = ref(task)
            return task
    return None


def _tasks() -> list[asyncio.Task[Any]]:
    try:
        return list(asyncio.all_tasks())
    except RuntimeError:
        return []  # No event loop is running.


def _frames(task: asyncio.Task[Any]) -> Iterator[Any]:
    """The frames of a task's coroutine and of the coroutines that it awaits, outermost first."""
    coroutine: Any = task.get_coro()
    while (frame := getattr(coroutine, "cr_frame", None)) is not None:
        yield frame
        coroutine = coroutine.cr_await


def _code(module: Any, name: str) -> Any:
    return getattr(getattr(module, name, None), "__code__", None)
