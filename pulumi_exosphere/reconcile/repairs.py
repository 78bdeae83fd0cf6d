"""The end of each hook that writes: what its upserts broke or lost is repaired here, and nowhere else.

Two hazards of the state manager are noted while a hook runs (`Run`): an update whose sections no listing has shown yet
(`lost_updates`), and schedules that its upserts took from graphs of the same name (`namesakes`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from pulumi_exosphere.errors import Conflict, ExosphereError, InvalidGraph, Outcome

from .live import Live
from .lost_updates import verify_others, verify_own
from .namesakes import give_back
from .orders import Site
from .outcome import failing_as
from .run import current
from .waiting import seeing_through


class HasSite(Protocol):
    """An order."""

    @property
    def site(self) -> Site:
        """Where it goes."""


O = TypeVar("O", bound=HasSite)  # noqa: E741  # an order
L = TypeVar("L", bound=Live | None)
P = ParamSpec("P")
Hook = Callable[Concatenate[O, P], L]


def with_repairs(done: Outcome) -> Callable[[Hook[O, P, L]], Hook[O, P, L]]:
    """Repair at the end of a hook, good or bad; ``done`` is the outcome once the hook itself has succeeded."""

    def decorate(hook: Hook[O, P, L]) -> Hook[O, P, L]:
        @wraps(hook)
        def whole(order: O, /, *args: P.args, **more: P.kwargs) -> L:
            run, site = current(), order.site
            expected = False
            try:
                try:
                    live = hook(order, *args, **more)
                finally:
                    expected = run.finish_update(site.key)
                with seeing_through():
                    repeated = verify_own(site) if expected else None
            except ExosphereError as error:
                if expected:
                    verify_others(site)
                if isinstance(error, (Conflict, InvalidGraph)):
                    with suppress(ExosphereError), seeing_through():  # What fails now doesn't hide that error.
                        give_back(site)
                raise
            with failing_as(done), seeing_through():
                give_back(site)
            return live if repeated is None else repeated  # type: ignore[return-value]  # only what returns Live is repeated

        return whole

    return decorate
