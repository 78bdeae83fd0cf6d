"""The garbage collector: seldom while graphs are registered, and as the program had it afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import suppress

import pulumi
import pytest

from pulumi_exosphere.provider.process import SELDOM
from tests.support.running import graph, run

Threshold = tuple[int, int, int]


@pytest.fixture(autouse=True)
def python_s_own() -> Iterator[None]:
    """Whatever a test leaves behind, the next begins with what was there."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def seen(*, fails: bool = False) -> list[Threshold]:
    """The thresholds when the first of two graphs is registered, and after the program."""
    thresholds: list[Threshold] = []

    def program() -> None:
        first = graph("first")
        first.validation_status.apply(lambda _: thresholds.append(gc.get_threshold()))
        second = graph("second", pulumi.ResourceOptions(depends_on=[first]))
        second.id.apply(lambda _: 1 / 0 if fails else None)

    with suppress(ZeroDivisionError):
        run(program)
    thresholds.append(gc.get_threshold())
    return thresholds


@pytest.mark.parametrize("fails", [False, True])
def test_as_before_when_all_are_registered(*, fails: bool) -> None:
    """Or when the program has failed: a process may run many programs."""
    gc.set_threshold(700, 10, 10)
    assert seen(fails=fails) == [(SELDOM, 10, 10), (700, 10, 10)]


@pytest.mark.parametrize("chosen", [(SELDOM + 1, 5, 5), (0, 10, 10)])
def test_what_somebody_chose_stays(chosen: Threshold) -> None:
    """Less often already, or never."""
    gc.set_threshold(*chosen)
    assert seen() == [chosen, chosen]
