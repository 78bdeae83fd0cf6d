from __future__ import annotations

import io

import pytest

from pulumi_exosphere.review.gather import review
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.terminal import show, text
from tests.review.documents import CLOCK, COMMENTS, graph, node, recorded, reviewed, step


class Terminal(io.StringIO):
    """A stream that says of itself that it is one."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_the_text_of_a_real_preview() -> None:
    """Word for word."""
    assert text(review(read(recorded("changed")), CLOCK), CLOCK) == (COMMENTS / "changed.txt").read_text()


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of what is added and removed."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    show(reviewed(step("create", None, graph({"a": node()}))), CLOCK, stream)
    assert "\x1b[1;32m" in stream.getvalue()


def test_a_pipe_gets_none() -> None:
    """Text, as it would be in a file."""
    stream = io.StringIO()
    found = reviewed(step("create", None, graph({"a": node()})))
    show(found, CLOCK, stream)
    assert stream.getvalue() == text(found, CLOCK)
    assert "\x1b" not in stream.getvalue()


def test_no_name_is_a_terminal_sequence() -> None:
    """Nor markup of rich's."""
    hostile = "\x1b[2J[red]x[/red]"
    stream = Terminal()
    show(reviewed(step("create", None, graph({hostile: node()}, name=hostile), name=hostile)), CLOCK, stream)
    assert "\x1b[2J" not in stream.getvalue()
    assert r"\x1b[2J[red]x[/red]" in stream.getvalue()
